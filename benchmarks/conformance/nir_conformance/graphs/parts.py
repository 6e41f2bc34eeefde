"""What graphs are made of: numbers that any float holds exactly, so that ties are real ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import nir
import numpy as np

from ..arrays import Array

DT_S = 1e-4  # NIR's usual time step
STEPS = 24
THETA = 63 / 64  # a threshold that no sum of eighths meets, and that is whole in few bits
FINEST = 1 / 8  # all weights are multiples of it


@dataclass(frozen=True)
class Case:
    """One graph. tests: what it is there for. equation: of NIR, which it tests.

    x: spikes by Input, (steps, *shape). meets_threshold: whether a membrane is there to meet its
    threshold exactly.
    """

    name: str
    group: str
    tests: str
    equation: str
    graph: nir.NIRGraph
    x: dict[str, Array] = field(repr=False)
    meets_threshold: bool = False


def spikes(seed: int, *shape: int, rate: float = 0.4, steps: int = STEPS) -> Array:
    """0 and 1. The legacy generator gives the same numbers with every NumPy."""
    return (np.random.RandomState(seed).random_sample((steps, *shape)) < rate).astype(np.uint8)


def weights(seed: int, *shape: int, low: int = -4, high: int = 9) -> Array:
    """Multiples of an eighth, from low to high of them."""
    return np.random.RandomState(seed).randint(low, high + 1, shape) * FINEST


def dense(weight: Array) -> nir.Affine:
    """Weights as most exporters write them: an Affine, its bias 0."""
    return nir.Affine(weight, np.zeros(len(weight)))


def full(shape: int | tuple[int, ...], value: Any) -> Array:
    """One number, or one for each neuron, in the shape of a population."""
    return np.array(np.broadcast_to(np.asarray(value, np.float64), shape))


def lif(
    shape: int | tuple[int, ...],
    tau: Any = 2.0,
    r: Any = 1.0,
    leak: Any = 0.0,
    threshold: Any = THETA,
    reset: Any = 0.0,
) -> nir.LIF:
    """tau: in steps."""
    return nir.LIF(
        tau=full(shape, tau) * DT_S,
        r=full(shape, r),
        v_leak=full(shape, leak),
        v_threshold=full(shape, threshold),
        v_reset=full(shape, reset),
    )


def cuba(
    shape: int | tuple[int, ...],
    tau_syn: Any = 2.0,
    tau_mem: Any = 4.0,
    r: Any = 1.0,
    w_in: Any = 1.0,
    leak: Any = 0.0,
    threshold: Any = THETA,
    reset: Any = 0.0,
) -> nir.CubaLIF:
    """Time constants in steps."""
    return nir.CubaLIF(
        tau_syn=full(shape, tau_syn) * DT_S,
        tau_mem=full(shape, tau_mem) * DT_S,
        r=full(shape, r),
        v_leak=full(shape, leak),
        v_threshold=full(shape, threshold),
        v_reset=full(shape, reset),
        w_in=full(shape, w_in),
    )


def integrator(
    shape: int | tuple[int, ...],
    per_step: Any = 1.0,
    threshold: Any = THETA,
    reset: Any = 0.0,
) -> nir.IF:
    """per_step: what one unit of input adds in a step, r dt."""
    return nir.IF(
        r=full(shape, per_step) / DT_S,
        v_threshold=full(shape, threshold),
        v_reset=full(shape, reset),
    )


def chain(given: tuple[int, ...], given_out: tuple[int, ...], **nodes: Any) -> nir.NIRGraph:
    """input -> the nodes in their order -> output."""
    names = ["input", *nodes, "output"]
    return wired({"input": given, **nodes, "output": given_out}, list(pairwise(names)))


def wired(nodes: Mapping[str, Any], edges: list[tuple[str, str]]) -> nir.NIRGraph:
    """A graph; a tuple stands for an Input where nothing leads to it, else for an Output."""
    read = {b for _, b in edges}
    made = {
        name: _end(node, name in read) if isinstance(node, tuple) else node
        for name, node in nodes.items()
    }
    # The types are checked where the file is read: nir 1.0.8 takes kernels for square.
    return nir.NIRGraph(made, edges, type_check=False)


def _end(shape: tuple[int, ...], read: bool) -> Any:
    return nir.Output(np.array(shape)) if read else nir.Input(np.array(shape))
