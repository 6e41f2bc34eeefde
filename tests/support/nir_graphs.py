"""Nodes of NIR graphs in few words, for tests of the converter."""

from itertools import pairwise

import nir
import numpy as np

from converters.nir_to_program import to_program
from ssr_neuro.program import float_simulator
from ssr_neuro.program.float_simulator import FloatTrace
from ssr_neuro.program.semantics import DEFAULT, Semantics

DT_S = 1e-4
Shape = tuple[int, ...]


def full(shape: Shape, **values: float | np.ndarray) -> dict[str, np.ndarray]:
    return {name: np.broadcast_to(np.float64(value), shape) for name, value in values.items()}


def lif(shape: Shape, tau: float = 2, **changes: float | np.ndarray) -> nir.LIF:
    """tau in steps."""
    values = {"r": 1, "v_leak": 0, "v_threshold": 0.5, "v_reset": 0} | changes
    return nir.LIF(**full(shape, tau=np.float64(tau) * DT_S, **values))


def cuba(shape: Shape, tau_syn: float = 2, tau_mem: float = 2, **changes: float) -> nir.CubaLIF:
    values = {"r": 1, "v_leak": 0, "v_threshold": 0.5, "v_reset": 0, "w_in": 1} | changes
    taus = {"tau_syn": np.float64(tau_syn) * DT_S, "tau_mem": np.float64(tau_mem) * DT_S}
    return nir.CubaLIF(**full(shape, **taus, **values))


def fires(shape: Shape) -> nir.Threshold:
    """Passes spikes on as they are."""
    return nir.Threshold(np.full(shape, 0.5))


def graph(edges: str, **nodes: nir.NIRNode) -> nir.NIRGraph:
    """edges: "a>b>c, a>c". Shapes are left to the converter, whatever nir thinks of them."""
    ways = [way.strip().split(">") for way in edges.split(",")]
    pairs = [pair for way in ways for pair in pairwise(way)]
    return nir.NIRGraph(nodes, pairs, type_check=False)


def ends(shape: Shape, out: Shape | None = None) -> dict[str, nir.NIRNode]:
    """`x`, an Input, and `y`, an Output."""
    return {"x": nir.Input(np.array(shape)), "y": nir.Output(np.array(out or shape))}


def run(made: nir.NIRGraph, x: list | np.ndarray, semantics: Semantics = DEFAULT) -> FloatTrace:
    """Spikes and readouts of one sample `x` (steps, *shape), without the axis of samples."""
    x = np.asarray(x, np.uint8)
    name = next(n for n, node in made.nodes.items() if isinstance(node, nir.Input))
    program = to_program(made, len(x), semantics=semantics)
    spikes, readouts = float_simulator.run(program, {name: x[None]})
    return {n: s[0] for n, s in spikes.items()}, {n: r[0] for n, r in readouts.items()}
