"""Parts on cores, and what moving one of them changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ssr_neuro.placement.core_capacity import CoreCapacity, CoreLoad
from ssr_neuro.placement.core_demand import PartDemand
from ssr_neuro.placement.partition import Partition
from ssr_neuro.placement.storage import Packing
from ssr_neuro.program.linear_maps import Array

NOWHERE = -1  # where inputs are, and parts that are not placed yet


@dataclass(eq=False)
class FilledCore:
    """parts: their numbers. wanted: node -> how many of the parts read each of its neurons.

    bits: those of synapse memory that add up. axons: input axons.
    """

    parts: list[int] = field(default_factory=list)
    wanted: dict[str, Array] = field(default_factory=dict)
    neurons: int = 0
    synapses: int = 0
    bits: int = 0
    axons: int = 0
    axons_out: int = 0


class CoreAssignment:
    """Where the parts of a cut are. sent: node -> spikes of each neuron, int64 (neurons,).

    A message is one spike to one core that reads it, other than its own; a spike from outside
    the chip is a message to every core that reads it.
    """

    def __init__(
        self,
        cut: Partition,
        sent: Mapping[str, Array],
        widths: Mapping[str, int],
        capacity: CoreCapacity,
        packing: Packing | None,
    ) -> None:
        self.demand, self.loads = cut.demand, cut.loads
        self.sent, self.capacity, self.packing = sent, capacity, packing
        self.mine = [n.part.indices(widths[n.part.node]) for n in self.demand]
        self.home = {node: np.full(len(spikes), NOWHERE) for node, spikes in sent.items()}
        self.part_at = {node: np.full(len(spikes), NOWHERE) for node, spikes in sent.items()}
        for number, (need, neurons) in enumerate(zip(self.demand, self.mine, strict=True)):
            self.part_at[need.part.node][neurons] = number
        self.cores: list[FilledCore] = []
        self.core_of = [NOWHERE] * len(self.demand)

    def open(self) -> int:
        """A new core."""
        self.cores.append(FilledCore())
        return len(self.cores) - 1

    def fits(self, number: int, at: int) -> bool:
        """Whether a part fits onto a core beside what is there."""
        core, need, own = self.cores[at], self.demand[number], self.loads[number]
        axons = core.axons + sum(len(self._new(core, n, x)) for n, x in need.axons.items())
        neurons = core.neurons + own.neurons
        added = core.bits + need.bits
        bits = self.packing.of_core(added, axons, neurons) if self.packing else 0
        load = CoreLoad(
            neurons, core.synapses + own.synapses, bits, axons, core.axons_out + own.axons_out
        )
        return not self.capacity.over(load)

    def delta(self, number: int, at: int) -> int:
        """Messages more if the part, which lies nowhere, is put onto that core."""
        core, need = self.cores[at], self.demand[number]
        paid = 0
        for node, neurons in need.axons.items():
            new = self._new(core, node, neurons)
            far = (self.home[node][new] != at) & (self.part_at[node][new] != number)
            paid += int(self.sent[node][new[far]].sum())
        return paid - self._saved(core, need, self.mine[number])

    def put(self, number: int, at: int) -> None:
        core, need = self.cores[at], self.demand[number]
        for node, neurons in need.axons.items():
            core.axons += len(self._new(core, node, neurons))
            if node not in core.wanted:
                core.wanted[node] = np.zeros(len(self.sent[node]), np.int32)
            core.wanted[node][neurons] += 1
        self._count(core, number, +1)
        core.parts.append(number)
        self.home[need.part.node][self.mine[number]] = at
        self.core_of[number] = at

    def take(self, number: int) -> int:
        """Take a part off its core; the number of that core."""
        at = self.core_of[number]
        core, need = self.cores[at], self.demand[number]
        for node, neurons in need.axons.items():
            core.wanted[node][neurons] -= 1
            core.axons -= len(self._new(core, node, neurons))
        self._count(core, number, -1)
        core.parts.remove(number)
        self.home[need.part.node][self.mine[number]] = NOWHERE
        self.core_of[number] = NOWHERE
        return at

    def messages(self) -> int:
        """All of them, those from outside included."""
        return sum(
            int(self.sent[node][(wanted > 0) & (self.home[node] != at)].sum())
            for at, core in enumerate(self.cores)
            for node, wanted in core.wanted.items()
        )

    def _count(self, core: FilledCore, number: int, sign: int) -> None:
        own = self.loads[number]
        core.neurons += sign * own.neurons
        core.synapses += sign * own.synapses
        core.bits += sign * self.demand[number].bits
        core.axons_out += sign * own.axons_out

    def _new(self, core: FilledCore, node: str, neurons: Array) -> Array:
        """Those of the neurons that nothing on the core reads."""
        if node not in core.wanted:
            return neurons
        return np.asarray(neurons[core.wanted[node][neurons] == 0])

    def _saved(self, core: FilledCore, need: PartDemand, mine: Array) -> int:
        """Spikes of a part that the core reads already."""
        node = need.part.node
        if node not in core.wanted:
            return 0
        return int(self.sent[node][mine[core.wanted[node][mine] > 0]].sum())
