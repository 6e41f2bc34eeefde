"""A power of two for each synapse, where one scale for all into a population would cost bits.

Synapses into one population share the scale that ties them to its threshold. Where the largest
weight of one is small beside that of another, its weights would use few of their bits. So the
scale becomes finer and the synapse with the large weights gets an exponent: its weights are
multiples of a power of two of that scale.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor, log2

import numpy as np

from ssr_neuro.program.fixed_point import STATE_SHIFT, U_LIMIT, WEIGHT_EXP_LIMIT
from ssr_neuro.program.ir import FloatProgram, Lif, Population
from ssr_neuro.program.linear_maps import Array

SLACK = 2.0**-20  # as of `ssr_neuro.lower.weight_scale`
GAIN = 1.05  # a threshold that is finer by less leaves all exponents alone
WORTH = 0.9  # of the finest threshold; what a coarse synapse may cost to be rounded less
FEW = 4  # values that a coarse synapse holds where the threshold is chosen for them
COARSER = 16  # times, at most, for room between samples
ROOM = 0.95  # of the registers; the rest is left for rounding
UNITS = U_LIMIT >> STATE_SHIFT  # of weight that a current can hold
MARGIN = 1.5
MEMBRANES = 16  # thresholds, up and down, for each spike that a neuron can fire in a step


@dataclass(frozen=True)
class Room:
    """How fine a scale may be before the current could leave its register."""

    population: Population[Lif]
    program: FloatProgram
    reach: Array

    @cached_property
    def most(self) -> int:
        """The largest threshold at which no input makes the current leave its register.

        In that register the inhibition that keeps samples apart has room too
        (`ssr_neuro.lower.separate_samples`). A membrane that is held in the current is given room
        for `MEMBRANES` thresholds, and `MARGIN` times what was seen, where no more can be had for
        all inputs.
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
            wanted = max(2 * MEMBRANES * neuron.levels, ceil(2 * MARGIN * neuron.extent))
            return max(proven, UNITS // wanted, 1)
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
        return max(0, max(lags, default=0) - 1) if self.is_kept_apart else 0

    def _remembered(self, steps: int) -> float:
        """What is left of a current of 1 that arrived in each of these steps."""
        tau = float(np.max(self.population.neuron.tau_syn_steps))
        return float(min(steps, tau - 1))


def holds_membrane(neuron: Lif) -> bool:
    """Whether the membrane is overwritten in every step and the current has a memory."""
    overwritten = neuron.leak and bool(np.all(np.asarray(neuron.tau_steps) == 1))
    return overwritten and bool(np.any(np.asarray(neuron.tau_syn_steps) != 1))


def finer_threshold(
    parts: Mapping[str, Array], most: int, most_finer: int, limit: int, exponent: int
) -> tuple[int, dict[str, int]]:
    """The threshold, and by synapse the powers of two that its weights have beyond `exponent`.

    parts: weights by synapse, in thresholds. most: the threshold at which all weights fit without;
    most_finer: the largest with. Synapses of few values are ever so coarse, as a threshold is
    found that rounds them little; of the others none becomes coarser than it is without exponents.
    It is `most`, and there are none, where nothing is gained.
    """
    largest = {name: x for name, w in parts.items() if (x := float(np.abs(w).max(initial=0)))}
    few = [name for name in largest if np.unique(parts[name]).size <= FEW]
    many = [x for name, x in largest.items() if name not in few]
    if not many:
        return most, {}
    gain = floor(log2(max(many) / min(many)) + SLACK)
    finest = min(
        int(limit / max(many) * (1 + SLACK)) << gain,
        most << WEIGHT_EXP_LIMIT - exponent,
        most_finer,
    )
    if finest <= GAIN * most:
        return most, {}
    further = {name: max(0, ceil(log2(x * finest / limit) - SLACK)) for name, x in largest.items()}
    coarse = [
        np.unique(parts[name]) / 2 ** (exponent + further[name]) for name in few if further[name]
    ]
    return _least_rounded(coarse, finest), {name: more for name, more in further.items() if more}


def _least_rounded(coarse: list[Array], finest: int) -> int:
    """The threshold near `finest` at which the few values of coarse synapses round least."""
    tried = np.arange(finest, max(1, int(WORTH * finest)) - 1, -1)
    errors = np.zeros(tried.shape)
    for ratio in np.concatenate(coarse) if coarse else np.zeros(0):
        exact = ratio * tried
        errors = np.maximum(errors, np.abs(exact - np.rint(exact)) / tried)
    return int(tried[np.argmin(errors)])
