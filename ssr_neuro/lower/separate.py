"""Keep the samples of a stream apart where spikes are read late.

A recurrent connection or a delay reads, in the first steps of a sample, what was sent in the last
steps of the one before. Resetting membranes does not help: the spike is already on its way. So
samples get a gap between them, as long as the longest lag, in which a clock population inhibits
every population that is read late. Nothing of it is seen within a sample.
"""

from dataclasses import replace
from math import prod

import numpy as np

from ssr_neuro.errors import DoesNotFit
from ssr_neuro.fixedpoint import DECAY_ONE, NO_CURRENT_MEMORY, STATE_SHIFT, U_LIMIT, shift
from ssr_neuro.ir import Affine, IntegerLif, Population, Program, Source, Synapse, zeros
from ssr_neuro.maps import Array, Dense

CLOCK = "quiet"
WEIGHT = 127
EXPONENT_LIMIT = 7  # Loihi's weight exponent


def separate(program: Program) -> Program:
    """Sets `gap` and adds the clock. Raises DoesNotFit where no inhibition is strong enough."""
    late = {s.name: s.lag for y in program.synapses for s in y.sources if s.lag}
    if not late:
        return program
    gap = max(s.lag for y in program.synapses for s in y.sources)
    read_late = [p for p in program.populations if p.name in late]
    if not read_late:  # only inputs, which are silent in the gap by themselves
        return replace(program, gap=gap)
    needs = {p.name: _inhibition(program, p) for p in read_late}
    # Copies of the clock where one neuron with the largest exponent is not enough.
    copies = -(-max(needs.values()) // (WEIGHT << EXPONENT_LIMIT))
    clock = _clock(program.steps, gap, copies)
    synapses = tuple(_silence(p, needs[p.name], clock) for p in read_late)
    return replace(
        program,
        gap=gap,
        populations=(clock, *program.populations),
        synapses=(*synapses, *program.synapses),
    )


def _clock(steps: int, gap: int, copies: int) -> Population:
    """Neuron i of each copy first fires in step `steps` + i + 1: one unit a step, no decay.

    gap < steps, so none fires twice before the reset.
    """
    first = np.tile(np.arange(steps, steps + gap), copies)
    bias = np.full(first.shape, 1, np.int64)
    return Population(CLOCK, first.shape, IntegerLif(0, first, bias, STATE_SHIFT), depth=0)


def _silence(population: Population, need: int, clock: Population) -> Synapse:
    """Inhibition of at least `need` weight units in every step of the gap."""
    copies = clock.shape[0] // len(np.unique(np.asarray(clock.integer.vth)))
    exponent = 0
    while (WEIGHT << exponent) * copies < need:
        exponent += 1
    weight = -(-need // (copies << exponent))
    matrix = np.full((prod(population.shape), clock.shape[0]), -weight, np.int64)
    return Synapse(
        f"{CLOCK}_to_{population.name}",
        (Source(CLOCK, population.depth),),
        population.name,
        (Affine(Dense(matrix, clock.shape, population.shape), zeros((1,))),),
        exponent,
    )


def _inhibition(program: Program, population: Population) -> int:
    """Weight units that keep the population silent whatever else arrives.

    At rest or below threshold, v stays below if u + bias is at most 0 in every step of the gap.
    """
    neuron = population.integer
    most, least = _arriving(program, population.name)
    remembered = _remembered(neuron, max(most, -least))
    bias = int(shift(neuron.bias_mant, neuron.bias_exp).max(initial=0))
    need = max(1, most + -(-(remembered + max(bias, 0)) // (1 << STATE_SHIFT)))
    # Twice the need: rounding the weight up to the exponent's step may nearly double it.
    if remembered + ((2 * need - least) << STATE_SHIFT) >= U_LIMIT:
        raise DoesNotFit(
            f"population {population.name!r} is read late and needs an inhibition of {need} weight "
            f"units between samples; its current holds {U_LIMIT >> STATE_SHIFT}, its other inputs "
            "included: use fewer weight bits or fewer synapses into it"
        )
    return need


def _arriving(program: Program, name: str) -> tuple[int, int]:
    """Largest and smallest sum, in weight units, that can reach any one neuron in one step."""
    most = np.zeros(prod(program.shape_of(name)), np.int64)
    least = most.copy()
    for synapse in program.into(name):
        matrix = synapse.map.expanded() * (len(synapse.sources) << synapse.exponent)
        most = most + _row_sums(matrix.maximum(0))
        least = least + _row_sums(matrix.minimum(0))
    return int(most.max(initial=0)), int(least.min(initial=0))


def _row_sums(matrix: Array) -> Array:
    return np.asarray(matrix.sum(axis=1)).ravel().astype(np.int64)


def _remembered(neuron: IntegerLif, largest: int) -> int:
    """Largest |u| that can be left from earlier steps: a geometric sum, 0 without memory."""
    du = int(np.min(neuron.du))
    if du == NO_CURRENT_MEMORY:
        return 0
    return (largest << STATE_SHIFT) * DECAY_ONE // (du + 1)
