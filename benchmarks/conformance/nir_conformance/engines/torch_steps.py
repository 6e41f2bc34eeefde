"""Modules of PyTorch that are called once a step, with the state they gave the step before."""

from typing import Any

import nir
import numpy as np

from ..arrays import Array
from ..wiring import unfold
from . import only


def run_steps(module: Any, graph: nir.NIRGraph, x: dict[str, Array]) -> dict[str, Array]:
    """A batch of one. The module takes (input, state) and gives (output, state)."""
    import torch

    wiring = unfold(graph)
    name = only(wiring.outputs, "Output")
    shape = tuple(int(n) for n in wiring.nodes[name].output_type["output"])
    state, outputs = None, []
    with torch.no_grad():
        for now in torch.tensor(only(x, "Input"), dtype=torch.float32):
            out, state = module(now[None], state)
            outputs.append(in_shape(first(out), shape))
    return {name: np.stack(outputs)}


def first(out: Any) -> Any:
    """The output of a module that gives a tuple: spikes stand first."""
    return first(out[0]) if isinstance(out, tuple | list) else out


def in_shape(out: Any, shape: tuple[int, ...]) -> Array:
    """One step of a batch of one, in the shape of the Output."""
    values = np.asarray(out.detach())
    return values.reshape(shape) if values.size == np.prod(shape) else values[0]
