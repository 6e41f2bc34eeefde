"""Where every neuron stands: words of LANES neurons, rows of words, nodes of rows."""

from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np

from ssr_neuro.program.ir import IntegerProgram, Node, Population, Readout
from ssr_neuro.program.linear_maps import Array, Kron, LinearMap

Order = Literal["features", "positions", "flat"]


@dataclass(frozen=True)
class NodeLayout:
    """A node as `outer` rows of `inner` neurons, each row padded to whole words.

    order: "features" keeps a node's (positions, features); "positions" is transposed, so that the
    positions of one feature lie side by side; "flat" is one row of all neurons. base: its first
    word within a step, among the spikes of inputs and populations, or among the readouts.
    """

    name: str
    shape: tuple[int, ...]
    order: Order
    outer: int
    inner: int
    lanes: int
    base: int

    @property
    def row_words(self) -> int:
        return -(-self.inner // self.lanes)

    @property
    def words(self) -> int:
        return self.outer * self.row_words

    @property
    def tail(self) -> int:
        """The lanes in use in the last word of a row."""
        return (1 << (self.inner - (self.row_words - 1) * self.lanes)) - 1

    def grid(self, values: Array) -> Array:
        """(..., *shape) -> (..., outer, inner)."""
        lead = values.shape[: values.ndim - len(self.shape)]
        if self.order == "positions":
            return values.swapaxes(-1, -2)
        return values.reshape(*lead, self.outer, self.inner)

    def pack(self, values: Array) -> Array:
        """(..., *shape) -> (..., words, lanes), zeros where no neuron is."""
        grid = self.grid(values)
        lead = grid.shape[:-2]
        full = np.zeros((*lead, self.outer, self.row_words * self.lanes), values.dtype)
        full[..., : self.inner] = grid
        return full.reshape(*lead, self.words, self.lanes)

    def unpack(self, words: Array) -> Array:
        """(..., words, lanes) -> (..., *shape): the other way."""
        lead = words.shape[:-2]
        rows = words.reshape(*lead, self.outer, -1)[..., : self.inner]
        if self.order == "positions":
            return np.ascontiguousarray(rows.swapaxes(-1, -2))
        return rows.reshape(*lead, *self.shape)

    def place(self) -> Array:
        """Position of every neuron in words x lanes: int64 of the node's shape."""
        numbers = np.arange(self.words * self.lanes).reshape(self.words, self.lanes)
        return self.unpack(numbers)


@dataclass(frozen=True)
class Layouts:
    """Of every node, with the words of a step: spikes of inputs and populations, and readouts."""

    nodes: dict[str, NodeLayout]
    spike_words: int
    readout_words: int


def lay_out(program: IntegerProgram, lanes: int) -> Layouts:
    """Inputs first, then populations in data-flow order; readouts by themselves."""
    nodes, spikes, readouts = {}, 0, 0
    for node in program.nodes:
        order = _order(program, node)
        base = readouts if isinstance(node, Readout) else spikes
        nodes[node.name] = found = _layout(node, order, lanes, base)
        if isinstance(node, Readout):
            readouts += found.words
        else:
            spikes += found.words
    return Layouts(nodes, spikes, readouts)


def _layout(node: Node, order: Order, lanes: int, base: int) -> NodeLayout:
    outer, inner = 1, prod(node.shape)
    if order == "features":
        outer, inner = node.shape
    elif order == "positions":
        inner, outer = node.shape
    return NodeLayout(node.name, node.shape, order, outer, inner, lanes, base)


def _order(program: IntegerProgram, node: Node) -> Order:
    """By positions where everything that arrives mixes positions, so that targets are a run."""
    into = [s.map for s in program.into(node.name)]
    if isinstance(node, Population | Readout) and into and all(map(_mixes_positions, into)):
        return "positions"
    out = [s.map for s in program.synapses if node.name in {x.name for x in s.sources}]
    return "features" if any(isinstance(one, Kron) for one in (*into, *out)) else "flat"


def _mixes_positions(linear: LinearMap) -> bool:
    return isinstance(linear, Kron) and linear.carrier == "left"
