"""How fine a scale may be before a current could leave its register."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ssr_neuro.program.fixed_point import STATE_SHIFT, U_LIMIT
from ssr_neuro.program.ir import FloatProgram, Lif, Population
from ssr_neuro.program.linear_maps import Array

ROOM = 0.95  # of the registers; the rest is left for rounding
UNITS = U_LIMIT >> STATE_SHIFT  # of weight that a current can hold
MARGIN = 1.5  # times the membranes that were seen
MEMBRANES = 10  # thresholds, up and down, for which there is room in any case


@dataclass(frozen=True)
class Room:
    """The register of a population's current. reach: its thresholds on the membrane's scale."""

    population: Population[Lif]
    program: FloatProgram
    reach: Array

    @cached_property
    def most(self) -> int:
        """The largest threshold at which no input makes the current leave its register.

        In that register the inhibition that keeps samples apart has room too
        (`ssr_neuro.lower.separate_samples`). A membrane that is held in the current is given room
        for `membranes_with_room` alone, where no more can be had for all inputs.
        """
        neuron = self.population.neuron
        excited, inhibited = np.zeros(self.population.shape), np.zeros(self.population.shape)
        for synapse in self.program.into(self.population.name):
            ones = np.full(synapse.map.in_shape, float(len(synapse.sources)))
            weights = synapse.map.weights
            excited = excited + synapse.map.with_weights(np.maximum(weights, 0)).apply(ones)
            inhibited = inhibited - synapse.map.with_weights(np.minimum(weights, 0)).apply(ones)
        largest = (excited / self.reach).max(initial=0) + (inhibited / self.reach).max(initial=0)
        worst = largest * (1 + self._remembered(self.program.steps) + self._remembered(self._gap))
        proven = int(ROOM * UNITS / worst) if worst else UNITS
        if holds_membrane(neuron):
            return max(proven, int(UNITS / sum(membranes_with_room(neuron.seen))), 1)
        return proven

    @property
    def is_kept_apart(self) -> bool:
        """Whether the current is inhibited between samples, and remembers that."""
        memory = bool(np.any(np.asarray(self.population.neuron.tau_syn_steps) != 1))
        name, synapses = self.population.name, self.program.synapses
        return memory and any(s.name == name and s.lag for y in synapses for s in y.sources)

    @property
    def _gap(self) -> int:
        """Further steps of the gap that samples will have between them."""
        lags = (source.lag for y in self.program.synapses for source in y.sources)
        return max(lags) - 1 if self.is_kept_apart else 0

    def _remembered(self, steps: int) -> float:
        """What is left of a current of 1 that arrived in each of these steps."""
        tau = float(np.max(self.population.neuron.tau_syn_steps))
        return float(min(steps, tau - 1))


def holds_membrane(neuron: Lif) -> bool:
    """Whether the membrane is overwritten in every step and the current has a memory."""
    overwritten = neuron.leak and bool(np.all(np.asarray(neuron.tau_steps) == 1))
    return overwritten and bool(np.any(np.asarray(neuron.tau_syn_steps) != 1))


def membranes_with_room(seen: tuple[float, float]) -> tuple[float, float]:
    """Thresholds below and above 0 that a held membrane has room for. seen: lowest and highest."""
    low, high = seen
    return max(MEMBRANES, -MARGIN * low), max(MEMBRANES, MARGIN * high)
