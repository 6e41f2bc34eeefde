"""Keep the samples of a stream apart where spikes are read late.

A recurrent connection or a delay reads, in the first steps of a sample, what was sent in the last
steps of the one before. Resetting membranes does not help: the spike is already on its way. So
samples get a gap between them, as long as the longest lag, in which a clock population inhibits
every population that is read late. Nothing of it is seen within a sample.
"""

from dataclasses import replace
from math import prod
from typing import NamedTuple

import numpy as np

from ssr_neuro.errors import DoesNotFit
from ssr_neuro.lower.names import free_name
from ssr_neuro.program.fixed_point import DECAY_ONE, STATE_SHIFT, U_LIMIT, shift
from ssr_neuro.program.ir import Affine, IntegerLif, Population, Program, Source, Synapse, zeros
from ssr_neuro.program.linear_maps import Array, Dense

CLOCK = "quiet"
WEIGHT = 127
EXPONENT_LIMIT = 7  # Loihi's weight exponent


def separate(program: Program) -> Program:
    """Sets `gap` and adds the clock, whose name is in `Notes.clock`.

    Raises DoesNotFit where no inhibition is strong enough.
    """
    late = {s.name: s.lag for y in program.synapses for s in y.sources if s.lag}
    if not late:
        return program
    program = replace(program, gap=max(s.lag for y in program.synapses for s in y.sources))
    read_late = [p for p in program.populations if p.name in late]
    if not read_late:  # only inputs, which are silent in the gap by themselves
        return program
    needs = {p.name: _need(program, p) for p in read_late}
    # Copies of the clock where one neuron with the largest exponent is not enough.
    copies = -(-max(need.first for need in needs.values()) // (WEIGHT << EXPONENT_LIMIT))
    clock = _clock(program, copies)
    synapses = tuple(_silence(program, p, needs[p.name], clock) for p in read_late)
    return replace(
        program,
        populations=(clock, *program.populations),
        synapses=(*synapses, *program.synapses),
        notes=replace(program.notes, clock=clock.name),
    )


class Need(NamedTuple):
    """Weight units of inhibition in the first step of the gap, and in each one after it.

    rest: what else may lie on the current then, in membrane units.
    """

    first: int
    later: int
    rest: int


def _clock(program: Program, copies: int) -> Population:
    """Neuron i of each copy first fires in step `steps` + i + 1: one unit a step, no decay.

    gap < steps, so none fires twice before the reset.
    """
    first = np.tile(np.arange(program.steps, program.steps + program.gap), copies)
    bias = np.full(first.shape, 1, np.int64)
    name = free_name(CLOCK, (node.name for node in program.nodes))
    return Population(name, first.shape, IntegerLif(0, first, bias, STATE_SHIFT), depth=0)


def _silence(program: Program, population: Population, need: Need, clock: Population) -> Synapse:
    """Inhibition of at least `need` in every step of the gap."""
    copies = clock.shape[0] // program.gap
    exponent = 0
    while (WEIGHT << exponent) * copies < need.first:
        exponent += 1
    one = copies << exponent
    first, later = (-(-units // one) for units in (need.first, need.later))
    neuron = population.integer
    clocked = one * (first + later * _heard(neuron, program.gap - 1))
    if need.rest + (clocked << STATE_SHIFT) >= U_LIMIT:
        raise DoesNotFit(
            f"population {population.name!r} is read late and needs an inhibition of {need.first} "
            f"weight units between samples; its current holds {U_LIMIT >> STATE_SHIFT}, its other "
            "inputs included: use fewer weight bits or fewer synapses into it"
        )
    row = np.where(np.asarray(clock.integer.vth) == program.steps, -first, -later)
    matrix = np.tile(row, (prod(population.shape), 1))
    return Synapse(
        free_name(f"{clock.name}_to_{population.name}", (s.name for s in program.synapses)),
        (Source(clock.name, population.depth),),
        population.name,
        (Affine(Dense(matrix, clock.shape, population.shape), zeros((1,))),),
        exponent,
    )


def _need(program: Program, population: Population) -> Need:
    """What keeps the population silent whatever else arrives.

    At rest or below threshold, v stays below if u + bias is at most 0 in every step of the gap.
    The first step must also make up for what the current remembers of the sample; from then on
    that memory is inhibition itself.
    """
    neuron, unit = population.integer, 1 << STATE_SHIFT
    most, least = _arriving(program, population.name)
    largest = max(most, -least) * unit
    remembered = largest * _heard(neuron, program.steps)
    bias = max(int(shift(neuron.bias_mant, neuron.bias_exp).max(initial=0)), 0)
    first, later = (max(1, most + -(-x // unit)) for x in (remembered + bias, bias))
    in_gap = largest * _heard(neuron, program.gap - 1)
    return Need(first, later, remembered + in_gap - least * unit)


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


def _heard(neuron: IntegerLif, steps: int) -> int:
    """How often a current that arrived in each of so many steps is still there after them.

    A geometric sum of what is kept; 0 without memory.
    """
    decay = int(np.min(neuron.du)) + 1
    return min(steps, -(-(DECAY_ONE - decay) // decay)) if decay > 0 else steps
