"""States of interrupted trainings, resumed by the run that they are of, or started from."""

import copy
import random
from pathlib import Path
from typing import Any

import torch
from training_runs import CONFIG, DATA, SETTINGS, SPLIT

from fuzz import trees
from fuzz.model_files import ODD_TENSORS
from fuzz.reader import RAW, Reader
from ssr_neuro.training import record
from ssr_neuro.training.run import TrainingRun

DONE = 0.5  # share of the run that is behind it
TENSORS = ("model", "optimizer")


def _make(folder: Path) -> tuple[TrainingRun, dict[str, Any], dict[str, Any]]:
    """A run, its identity, and the state after two steps."""
    torch.set_num_threads(1)
    run = TrainingRun(SPLIT, "ssr", CONFIG, SETTINGS)
    for _ in range(2):
        run.step(DONE)
    run.validate()
    identity = record.identity(DATA, SPLIT, "ssr", CONFIG, SETTINGS)
    state = {"identity": identity, "knows_validation": False, **copy.deepcopy(run.state_dict())}
    return run, identity, state


def _attempt(rng: random.Random, good: Any, folder: Path) -> None:
    run, identity, state = good
    path = folder / "m.pt.state"
    torch.save(_changed(rng, copy.deepcopy(state)), path)
    if rng.random() < RAW:
        path.write_bytes(trees.flip_bytes(rng, path.read_bytes()))
    if rng.random() < 0.5:
        record.load_interrupted(path).model()
        return
    run.load_state_dict(record.load_state(path, identity), path)
    run.step(DONE)
    run.validate()
    run.finished_model()


def _changed(rng: random.Random, state: dict[str, Any]) -> Any:
    """Plain data changed as other trees; tensors in other layouts, kinds and shapes."""
    if rng.random() < 0.5:
        plain = {key: value for key, value in state.items() if key not in TENSORS}
        best = plain["history"].pop("best_state")
        plain = trees.mutate(rng, plain, rng.choice((1, 1, 2)))
        if isinstance(plain.get("history"), dict):
            plain["history"]["best_state"] = best
        return {**{key: state[key] for key in TENSORS}, **plain}
    tensors = rng.choice(
        (
            state["model"],
            state["history"]["best_state"],
            rng.choice(list(state["optimizer"]["state"].values())),
            state["optimizer"]["state"],
        )
    )
    name = rng.choice(list(tensors))
    how = rng.random()
    if how < 0.2:
        del tensors[name]
    elif how < 0.4:
        tensors[name] = rng.choice((1, "x", None, [], {}))
    elif isinstance(tensors[name], torch.Tensor):
        tensors[name] = rng.choice(ODD_TENSORS)(rng, tensors[name])
    else:
        tensors[-1] = tensors.pop(name)
    return state


READERS = (Reader("state", _make, _attempt),)
