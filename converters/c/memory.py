"""The order of work, and where spikes and membranes lie in the static memory.

Two orders compute the same: group by group, each through all steps, or all nodes in every step.
The first keeps the spikes of all steps and one group's membranes, the second all membranes and few
steps of spikes. The one that takes fewer bytes is chosen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

import numpy as np

from converters.c.maps import NONE
from ssr_neuro.program.fixed_point import DECAY_ONE
from ssr_neuro.program.ir import Input, IntegerProgram, Population
from ssr_neuro.program.recurrence import groups

WORD_BITS = 32
WORD_BYTES = 4


@dataclass(frozen=True)
class Memory:
    """groups: names of nodes that run together, inputs left out. spikes: first word by population.

    depth: steps of its spikes that are kept. v, u: first number of the state, NONE where a neuron
    remembers nothing. state: numbers of each group. spike_words: of all.
    """

    groups: tuple[tuple[str, ...], ...]
    spikes: dict[str, int]
    depth: dict[str, int]
    v: dict[str, int]
    u: dict[str, int]
    state: tuple[int, ...]
    spike_words: int

    @property
    def bytes(self) -> int:
        """Of spikes and state; the sums of a step are the same in every order."""
        return WORD_BYTES * (self.spike_words + max(self.state, default=0))


def plan(program: IntegerProgram) -> Memory:
    """The order with the smaller memory."""
    inputs = {node.name for node in program.inputs}
    found = tuple(
        part for group in groups(program) if (part := tuple(n for n in group if n not in inputs))
    )
    together = (tuple(name for group in found for name in group),)
    return min(_memory(program, found), _memory(program, together), key=lambda m: m.bytes)


def words(shape: tuple[int, ...]) -> int:
    """32-bit words of one step's spikes."""
    return -(-prod(shape) // WORD_BITS)


def _memory(program: IntegerProgram, order: tuple[tuple[str, ...], ...]) -> Memory:
    depth = _depths(program, order)
    spikes, total = _place_spikes(program, order, depth)
    v: dict[str, int] = {}
    u: dict[str, int] = {}
    state = []
    for group in order:
        at = 0
        for name in group:
            for where, remembers in ((v, "dv"), (u, "du")):
                size = _remembered(program, name, remembers)
                where[name] = at if size else NONE
                at += size
        state.append(at)
    return Memory(order, spikes, depth, v, u, tuple(state), total)


def _remembered(program: IntegerProgram, name: str, what: str) -> int:
    """Numbers of state that a node keeps of its membrane (dv) or its current (du)."""
    node = program.node(name)
    neuron = None if isinstance(node, Input) else node.neuron
    if neuron is None:
        return 0
    nothing = DECAY_ONE if what == "dv" else DECAY_ONE - 1
    kept = bool((np.asarray(getattr(neuron, what)) != nothing).any())
    return prod(node.shape) if kept else 0


def _depths(program: IntegerProgram, order: tuple[tuple[str, ...], ...]) -> dict[str, int]:
    """All steps where a reader runs later than the whole node, else the largest lag and one."""
    group_of = {name: i for i, group in enumerate(order) for name in group}
    depth = {p.name: 1 for p in program.populations}
    for synapse in program.synapses:
        for source in synapse.sources:
            if source.name in depth:
                apart = group_of[source.name] != group_of[synapse.target]
                needed = program.steps if apart else min(source.lag + 1, program.steps)
                depth[source.name] = max(depth[source.name], needed)
    return depth


def _place_spikes(
    program: IntegerProgram, order: tuple[tuple[str, ...], ...], depth: dict[str, int]
) -> tuple[dict[str, int], int]:
    """First words, so that what is still to be read is not written over; and the words in all."""
    group_of = {name: i for i, group in enumerate(order) for name in group}
    until = dict(group_of)
    for synapse in program.synapses:
        for source in synapse.sources:
            if source.name in until:
                until[source.name] = max(until[source.name], group_of[synapse.target])
    placed: dict[str, int] = {}
    total = 0
    size = {p.name: words(p.shape) * depth[p.name] for p in program.populations}
    for i, group in enumerate(order):
        for name in (n for n in group if isinstance(program.node(n), Population)):
            taken = [(placed[n], size[n]) for n in placed if until[n] >= i]
            placed[name] = _first_gap(taken, size[name])
            total = max(total, placed[name] + size[name])
    return placed, total


def _first_gap(taken: Iterable[tuple[int, int]], size: int) -> int:
    at = 0
    for first, length in sorted(taken):
        if first - at >= size:
            break
        at = max(at, first + length)
    return at
