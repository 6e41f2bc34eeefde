"""Checkpoints: plain data and tensors of any layout."""

import copy
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from trained import saved_ssr

from converters.program_to_ssr import item_table
from fuzz import trees
from fuzz.reader import RAW, SAMPLES, Reader, run_both
from ssr_neuro import checkpoint
from ssr_neuro.compiler.ssr import export
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.program.ir import as_integer
from ssr_neuro.stopwatch import Stopwatch


def _models(folder: Path) -> list[Any]:
    paths = [saved_ssr(folder)]
    return [torch.load(path, weights_only=True) for path in paths]


def _model(rng: random.Random, good: Any, folder: Path) -> None:
    path = folder / "model.pt"
    content = _odd_tensors(rng, copy.deepcopy(rng.choice(good)))
    torch.save(content, path)
    if rng.random() < RAW:
        path.write_bytes(trees.flip_bytes(rng, path.read_bytes()))
    found = checkpoint.load(path)
    if rng.random() > 0.2:  # a fifth of them is exported, which takes longer than the rest
        return
    exported = export(found, Stopwatch())
    program = as_integer(lower(exported.program, Lowering()))
    item_table(exported.model, float(program.readouts[0].unit or 1), found.item_ids)
    run_both(program, exported.stimulus(found.inputs[:SAMPLES].numpy()))


def _odd_tensors(rng: random.Random, content: Any) -> Any:
    """Plain data changed as other trees; tensors in other layouts, kinds and shapes."""
    tensors = content["state"]
    plain = {key: value for key, value in content.items() if key not in ("state", "examples")}
    if rng.random() < 0.5:
        plain = trees.mutate(rng, plain, rng.choice((1, 1, 2)))
    else:
        name = rng.choice(list(tensors))
        tensors[name] = rng.choice(ODD_TENSORS)(rng, tensors[name])
        if rng.random() < 0.2:
            content["examples"]["inputs"] = rng.choice(ODD_TENSORS)(
                rng, content["examples"]["inputs"]
            )
    return {**content, **plain, "state": tensors} if isinstance(plain, dict) else plain


def _number(rng: random.Random, tensor: Any) -> Any:
    changed = tensor.clone()
    if changed.numel() and changed.is_floating_point():
        changed.view(-1)[rng.randrange(changed.numel())] = rng.choice((1e30, -1e25, 0.0, 1e-40))
    return changed


ODD_TENSORS: tuple[Callable[[random.Random, Any], Any], ...] = (
    _number,
    _number,
    lambda rng, x: x.to_sparse(),
    lambda rng, x: x.to(rng.choice((torch.float16, torch.float64, torch.int8, torch.complex64))),
    lambda rng, x: x.to(rng.choice((torch.bool, torch.bfloat16, torch.int64))),
    lambda rng, x: x[None],
    lambda rng, x: x.reshape(-1)[:0],
    lambda rng, x: torch.ones(1).expand(10**9),
    lambda rng, x: x.reshape(-1)[:1].expand(x.shape or (1,)),
    lambda rng, x: x * float("nan"),
    lambda rng, x: x.tolist(),
    lambda rng, x: torch.nn.Parameter(x) if x.is_floating_point() else x,
)


READERS = (Reader("model", _models, _model),)
