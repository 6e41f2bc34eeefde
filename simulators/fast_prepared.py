"""A program made ready for the fast simulator: matrices, neurons' laws, and the nodes' order."""

from collections import Counter
from functools import lru_cache

import numpy as np

from simulators.fast_maps import Layout, axes, exact_in_float32, layouts, weigh
from simulators.native.laws import BIAS_LIMIT, FORGETS, halvings_of
from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.fixed_point import DECAY_ONE, STATE_SHIFT, shift
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Population, Readout
from ssr_neuro.program.recurrence import groups


class PreparedProgram:
    """A program with its matrices ready and its nodes in the order in which they are run."""

    def __init__(self, program: IntegerProgram) -> None:
        self.program = program
        self.layout: dict[str, Layout] = layouts(program)
        self.groups = groups(program)
        self.nodes = {node.name: node for node in program.nodes}
        self.into = {
            name: [weigh(s, self.layout) for s in program.into(name)] for name in self.nodes
        }
        self.exact = {name: exact_in_float32(program, name) for name in self.nodes}
        self.laws = {node.name: self._law(node) for node in program.stateful}
        # Readouts that integrate show their membrane, which the fused loop does not keep.
        self.fused = {
            name: exact and isinstance(self.nodes[name], Population)
            for name, exact in self.exact.items()
        }
        self.readers = Counter(s.name for y in program.synapses for s in y.sources)

    def axes(self, name: str) -> tuple[int, int]:
        return axes(self.nodes[name].shape, self.layout[name])

    def _law(self, node: Population[IntegerLif] | Readout[IntegerLif]) -> "Law":
        neuron = node.neuron
        if neuron is None:  # `stateful` holds no readout without a neuron
            raise TypeError(f"{node.name} has no neuron")
        return Law(neuron, axes(node.shape, self.layout[node.name]))


class Law:
    """Parameters of one node as arrays (positions, features)."""

    def __init__(self, neuron: IntegerLif, grid: tuple[int, int]) -> None:
        def each(values: object) -> Ints:
            found = np.asarray(values, np.int64)
            full: Ints = np.broadcast_to(found.reshape(grid) if found.ndim else found, grid)
            return np.ascontiguousarray(full)

        self.bias = each(shift(neuron.bias_mant, neuron.bias_exp))
        self.keep_u = each(DECAY_ONE - (np.asarray(neuron.du, np.int64) + 1))
        self.keep_v = each(DECAY_ONE - np.asarray(neuron.dv, np.int64))
        self.theta = each(np.asarray(neuron.vth, np.int64) << STATE_SHIFT)
        self.halvings = self._halvings(neuron)

    def _halvings(self, neuron: IntegerLif) -> int | None:
        """k where the membrane keeps 2**-k of itself and nothing else needs 64 bits."""
        if np.abs(self.bias).max(initial=0) > BIAS_LIMIT:
            return None
        found = halvings_of(neuron)
        return None if found == FORGETS else found


@lru_cache(maxsize=4)
def prepare(program: IntegerProgram) -> PreparedProgram:
    """Once per program: batches and repeated runs share it."""
    return PreparedProgram(program)
