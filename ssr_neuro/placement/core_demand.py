"""What a part of a node asks of the core that it lies on."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ssr_neuro.placement.fan_in import Axis, ConnectedPart, Pattern, pattern
from ssr_neuro.placement.part import PopulationSlice, Run
from ssr_neuro.placement.storage import Packing, Wiring
from ssr_neuro.program.ir import Population, Program, Readout, Source, Synapse
from ssr_neuro.program.linear_maps import Array


@dataclass(frozen=True, eq=False)
class Wire:
    """One source of one synapse. weight_bits: with the sign, where any weight is negative."""

    synapse: Synapse
    source: Source
    pattern: Pattern
    weight_bits: int

    @property
    def delay(self) -> int:
        """Steps on the chip, at least 1."""
        return self.source.delay or 1


@dataclass(frozen=True, eq=False)
class PartDemand:
    """Of one part. bits: synapse memory that adds up on a core, 0 without a packing rule.

    order: which neurons stand side by side in that memory. reaches: of each wire, in the order of
    `Demand.wires_into`, its source node and how that reaches the part.
    """

    part: PopulationSlice
    bits: int
    order: str
    reaches: tuple[tuple[str, ConnectedPart], ...]

    @cached_property
    def synapses(self) -> int:
        return sum(reach.synapses for _, reach in self.reaches)

    @cached_property
    def axons(self) -> dict[str, Array]:
        """Source node -> its neurons that reach the part, int64, ascending.

        One axon for each source neuron, whatever the synapses and delays it leads to.
        """
        return {
            name: reached[0].sources if len(reached) == 1 else _union(reached)
            for name, reached in self._by_source.items()
        }

    @property
    def axons_in(self) -> int:
        return sum(
            reached[0].sources_count if len(reached) == 1 else len(_union(reached))
            for reached in self._by_source.values()
        )

    @property
    def events(self) -> Iterator[tuple[Array, Array]]:
        """Of each wire the source neurons that reach the part, and the synapses from each."""
        for _, reach in self.reaches:
            sources = reach.sources
            yield sources, reach.counts[sources]

    @cached_property
    def _by_source(self) -> dict[str, list[ConnectedPart]]:
        found: dict[str, list[ConnectedPart]] = {}
        for name, reach in self.reaches:
            found.setdefault(name, []).append(reach)
        return found


def _union(reached: Sequence[ConnectedPart]) -> Array:
    return np.unique(np.concatenate([reach.sources for reach in reached]))


class Demand:
    """Needs of any part of a program's nodes under one packing rule."""

    def __init__(self, program: Program, packing: Packing | None) -> None:
        self.program, self.packing = program, packing
        self._memory: dict[Hashable, tuple[int, str]] = {}
        patterns = {id(y.map): pattern(y.map) for y in program.synapses}
        self.nodes: tuple[Population | Readout, ...] = (*program.populations, *program.readouts)
        self.wires_into: dict[str, tuple[Wire, ...]] = {
            node.name: tuple(
                Wire(y, source, patterns[id(y.map)], weight_bits(y.map.weights))
                for y in program.into(node.name)
                for source in y.sources
            )
            for node in self.nodes
        }

    def of(self, part: PopulationSlice) -> PartDemand:
        """What this part asks for."""
        wires = self.wires_into[part.node]
        by_map = {id(w.pattern): w.pattern.into(part) for w in wires}
        reaches = [by_map[id(w.pattern)] for w in wires]
        bits, order = self._memory_of(part, wires, reaches)
        names = (w.source.name for w in wires)
        return PartDemand(part, bits, order, tuple(zip(names, reaches, strict=True)))

    def alike(self, node: str, axis: Axis, runs: Sequence[Run]) -> list[list[int]]:
        """The places of runs along one axis of a node, those together whose parts ask for the same.

        But for output axons: what reads a part does not follow from what reaches it.
        """
        wires = self.wires_into[node]
        exact = len({w.source.name for w in wires}) < len(wires)
        found: dict[Hashable, list[int]] = {}
        for place, run in enumerate(runs):
            kinds = [w.pattern.kind_of(axis, run, exact=exact) for w in wires]
            key = run if None in kinds else (run[1] - run[0], *kinds)
            found.setdefault(key, []).append(place)
        return list(found.values())

    def _memory_of(
        self, part: PopulationSlice, wires: Sequence[Wire], reaches: Sequence[ConnectedPart]
    ) -> tuple[int, str]:
        """Bits and order, counted once for all parts of one shape that are reached alike."""
        if self.packing is None:
            return 0, ""
        kinds = [reach.kind for reach in reaches]
        key = (part.node, part.rows, part.columns, *kinds)
        if None in kinds or key not in self._memory:
            wirings = [
                Wiring(w.synapse.name, w.synapse.map, w.weight_bits, w.delay, reach)
                for w, reach in zip(wires, reaches, strict=True)
            ]
            self._memory[key] = self.packing.of_part(wirings, part)
        return self._memory[key]


def weight_bits(weights: Array) -> int:
    """Bits of the largest weight, and one for the sign where any is negative; at least 1."""
    largest = int(np.abs(weights).max(initial=0))
    return max(largest.bit_length() + bool((weights < 0).any()), 1)


def readers(demand: Iterable[PartDemand], node: str, neurons: int) -> Array:
    """How many parts read each neuron of a node: int64 (neurons,)."""
    counts = np.zeros(neurons, np.int64)
    for need in demand:
        if node in need.axons:
            counts[need.axons[node]] += 1
    return counts


def parts_by_core(
    parts: Sequence[PartDemand], core_of: Sequence[int]
) -> tuple[list[PartDemand], ...]:
    """The parts on each core, in their order."""
    found: tuple[list[PartDemand], ...] = tuple([] for _ in range(max(core_of, default=-1) + 1))
    for need, at in zip(parts, core_of, strict=True):
        found[at].append(need)
    return found


def neurons_read(parts: Iterable[PartDemand]) -> dict[str, Array]:
    """By node: neurons that parts on one core read, int64, ascending."""
    read: dict[str, list[Array]] = {}
    for need in parts:
        for node, neurons in need.axons.items():
            read.setdefault(node, []).append(neurons)
    return {
        node: found[0] if len(found) == 1 else np.unique(np.concatenate(found))
        for node, found in read.items()
    }
