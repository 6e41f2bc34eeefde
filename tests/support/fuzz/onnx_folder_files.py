"""Folders of `ssr-compile --target onnx`, changed and sealed again."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
from onnx import TensorProto, numpy_helper
from onnx_folders import DAY_S, IDS, write_folder

import ssr_neuro as sn
from fuzz import files, trees
from fuzz.forked import OtherMeaning
from fuzz.reader import RAW, Reader
from ssr_neuro.files import manifest

HISTORY, ASKED = IDS[:3], 4


def _make(folder: Path) -> list[Path]:
    return [write_folder(folder / name, timed=name == "timed") for name in ("state", "timed")]


def _attempt(rng: random.Random, good: list[Path], folder: Path) -> None:
    place = folder / "made"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(rng.choice(good), place)
    changed = rng.choice([path for path in place.iterdir() if path.name != manifest.MANIFEST])
    _change(rng, changed)
    manifest.write(place, {})
    _use(place)


def _change(rng: random.Random, path: Path) -> None:
    if rng.random() < RAW:
        path.write_bytes(trees.flip_bytes(rng, path.read_bytes()))
    elif path.suffix == ".json":
        document = json.loads(path.read_text())
        files.write_json(rng, path, trees.mutate(rng, document, rng.choice((1, 1, 2))))
    else:
        model = onnx.load(path)
        for _ in range(rng.choice((1, 1, 2))):
            rng.choice(GRAPH_CHANGES)(rng, model.graph)
        path.write_bytes(model.SerializeToString())


def _use(place: Path) -> None:
    """What is read ranks, and a session goes on, with as many different items as were asked for."""
    own = sn.recommender(place)
    times = [DAY_S * day for day in range(len(HISTORY))] if own.ranker.needs_times else None
    known = [item for item in HISTORY if item in own.item_ids]
    history = (known or list(own.item_ids))[: len(HISTORY)]
    times = times and times[: len(history)]
    for found in (
        own.recommend(history, ASKED, times=times),
        own.session(history, times).recommend(ASKED),
    ):
        named = {one.item for one in found}
        if len(named) != min(ASKED, len(own.item_ids)):
            raise OtherMeaning(f"{len(named)} best of {len(own.item_ids)} items")


def _some_value(rng: random.Random, graph: Any) -> Any:
    return rng.choice([*graph.input, *graph.output])


def _other_size(rng: random.Random, graph: Any) -> None:
    sizes = _some_value(rng, graph).type.tensor_type.shape.dim
    if sizes:
        rng.choice(sizes).dim_value = rng.choice(trees.NUMBERS)


def _other_kind(rng: random.Random, graph: Any) -> None:
    _some_value(rng, graph).type.tensor_type.elem_type = rng.choice(TensorProto.DataType.values())


def _other_name(rng: random.Random, graph: Any) -> None:
    _some_value(rng, graph).name = rng.choice(("times", "scores", "x", "", "é"))


def _one_less(rng: random.Random, graph: Any) -> None:
    parts = rng.choice((graph.input, graph.output, graph.node, graph.initializer))
    if parts:
        del parts[rng.randrange(len(parts))]


def _one_more(rng: random.Random, graph: Any) -> None:
    parts = rng.choice((graph.input, graph.output, graph.node, graph.initializer))
    if parts:
        parts.add().CopyFrom(rng.choice(parts))


def _other_node(rng: random.Random, graph: Any) -> None:
    if graph.node:
        operators = ("Identity", "Neg", "Exp", "Shape", "Concat", "Cast", "Expand", "x")
        rng.choice(graph.node).op_type = rng.choice(operators)


def _other_weights(rng: random.Random, graph: Any) -> None:
    stored = [one for one in graph.initializer if _holds_numbers(one)]
    if stored:
        chosen = rng.choice(stored)
        values = trees.array(rng, numpy_helper.to_array(chosen))
        if values.dtype.kind in "iufb":
            values = values.astype(values.dtype.newbyteorder("="))
            chosen.CopyFrom(numpy_helper.from_array(values, chosen.name))


def _holds_numbers(tensor: Any) -> bool:
    """Not one that an earlier change put into another file, or left without a type."""
    outside = tensor.data_location == TensorProto.EXTERNAL
    return not outside and tensor.data_type != TensorProto.UNDEFINED


def _outside_weights(rng: random.Random, graph: Any) -> None:
    if graph.initializer:
        chosen = rng.choice(graph.initializer)
        chosen.data_location = TensorProto.EXTERNAL
        where = rng.choice(("numbers.json", "/etc/passwd", "../x", "", "model.onnx"))
        chosen.external_data.add(key="location", value=where)


GRAPH_CHANGES: tuple[Callable[[random.Random, Any], None], ...] = (
    _other_size,
    _other_kind,
    _other_name,
    _one_less,
    _one_more,
    _other_node,
    _other_weights,
    _other_weights,
    _outside_weights,
)
READERS = (Reader("onnx", _make, _attempt),)
