"""What a part of a node asks of the core that it lies on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ssr_neuro.placement.fan_in import Pattern, pattern
from ssr_neuro.placement.part import PopulationSlice
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

    order: which neurons stand side by side in that memory. axons: source node -> its neurons that
    reach the part (int64, ascending). events: synapses from each neuron of a wire's source into
    the part, in the order of `Needs.wires_into`.
    """

    part: PopulationSlice
    synapses: int
    bits: int
    order: str
    axons: Mapping[str, Array]
    events: tuple[Array, ...]

    @property
    def axons_in(self) -> int:
        return sum(len(neurons) for neurons in self.axons.values())


class Demand:
    """Needs of any part of a program's nodes under one packing rule."""

    def __init__(self, program: Program, packing: Packing | None) -> None:
        self.program, self.packing = program, packing
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
        wirings = [
            Wiring(w.synapse.name, w.synapse.map, w.weight_bits, w.delay, reach)
            for w, reach in zip(wires, reaches, strict=True)
        ]
        bits, order = self.packing.of_part(wirings, part) if self.packing else (0, "")
        events = tuple(reach.counts for reach in reaches)
        return PartDemand(
            part=part,
            synapses=sum(int(counts.sum()) for counts in events),
            bits=bits,
            order=order,
            axons=self._axons(wires, events),
            events=events,
        )

    def _axons(self, wires: tuple[Wire, ...], events: tuple[Array, ...]) -> dict[str, Array]:
        """One axon for each source neuron, whatever the synapses and delays it leads to."""
        reached: dict[str, Array] = {}
        for wire, counts in zip(wires, events, strict=True):
            name = wire.source.name
            reached[name] = reached[name] | (counts > 0) if name in reached else counts > 0
        return {name: np.flatnonzero(neurons) for name, neurons in reached.items()}


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
