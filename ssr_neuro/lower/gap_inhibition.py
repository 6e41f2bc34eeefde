"""How much inhibition keeps a population silent between samples, whatever else arrives."""

from dataclasses import replace
from math import prod
from typing import NamedTuple

import numpy as np

from ssr_neuro.errors import DoesNotFit
from ssr_neuro.lower.room import membranes_with_room
from ssr_neuro.program.fixed_point import (
    DECAY_ONE,
    STATE_SHIFT,
    U_LIMIT,
    WEIGHT_UNIT,
    shift,
)
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Population
from ssr_neuro.program.linear_maps import Array

# Weight units: several copies of the clock inhibit in steps of as many times 128.
SPARE = 1 << 12


class Inhibition(NamedTuple):
    """Weight units of inhibition in the first step of the gap, and in each one after it.

    rest: what else may lie on the current then, in membrane units. assumed: weight units that the
    current is taken not to exceed, down and up, at the end of a sample; None where no input can
    make it.
    """

    first: int
    later: int
    rest: int
    assumed: tuple[int, int] | None = None


def find_inhibition(program: IntegerProgram, population: Population[IntegerLif]) -> Inhibition:
    """What keeps the population silent whatever else arrives.

    At rest or below threshold, v stays below if u + bias is at most 0 in every step of the gap.
    The first step must also make up for what the current remembers of the sample; from then on
    that memory is inhibition itself. What it remembers is bounded by the larger of its excitation
    and inhibition; where that leaves no room in the register, by each of them apart; and where
    that leaves none either, the register is divided between the lowest and the highest membrane
    in proportion to those that were seen, in halves where none were.
    """
    most, least = _input_range(program, population.name)
    largest, neuron = max(most, -least), population.neuron
    rough = _inhibition(population, program, (largest, largest), (most, least))
    if _fits(rough, neuron, program.gap):
        return rough
    apart = _inhibition(population, program, (most, -least), (most, least))
    if _fits(apart, neuron, program.gap):
        return apart
    return _parts_of_the_register(program, population, apart.first)


def _fits(needed: Inhibition, neuron: IntegerLif, gap: int) -> bool:
    held = needed.first + needed.later * steps_remembered(neuron, gap - 1)
    return needed.rest + (held << STATE_SHIFT) < U_LIMIT


def _inhibition(
    population: Population[IntegerLif],
    program: IntegerProgram,
    kept: tuple[int, int],
    arriving: tuple[int, int],
) -> Inhibition:
    """kept: bounds of what a step leaves on the current, up and down; arriving: of the gap."""
    neuron, unit, (most, least) = population.neuron, WEIGHT_UNIT, arriving
    remembered = steps_remembered(neuron, program.steps)
    up, down = (each * unit * remembered for each in kept)
    bias = _largest_bias(neuron)
    first, later = (max(1, most + -(-x // unit)) for x in (up + bias, bias))
    in_gap = kept[1] * unit * steps_remembered(neuron, program.gap - 1)
    return Inhibition(first, later, down + in_gap - least * unit)


def _parts_of_the_register(
    program: IntegerProgram, population: Population[IntegerLif], needed: int
) -> Inhibition:
    """Inhibition for a current that remembers no more of the sample than two parts of its register.

    What is silent in the gap sends nothing there: inputs, and populations read late, but for what
    they sent in the sample and is on its way. needed: weight units that would do for all inputs,
    for the error.
    """
    most, least = _input_range(_received_in_gap(program), population.name)
    neuron = population.neuron
    later = max(1, most + -(-_largest_bias(neuron) // WEIGHT_UNIT))
    clocked = later * (1 + steps_remembered(neuron, program.gap - 1))
    kept = (U_LIMIT >> STATE_SHIFT) - 1 - clocked + least * (clocked // later) - SPARE
    low, high = membranes_with_room(program.notes.seen.get(population.name, (0.0, 0.0)))
    up = int(kept * high / (low + high))
    down = kept - up
    if min(up, down) < int(np.max(neuron.vth)):
        raise no_room(population.name, needed)
    return Inhibition(up + later, later, (down - least) * WEIGHT_UNIT, (down, up))


def _largest_bias(neuron: IntegerLif) -> int:
    """Membrane units; 0 where no bias excites."""
    return int(shift(neuron.bias_mant, neuron.bias_exp).max(initial=0))


def _received_in_gap(program: IntegerProgram) -> IntegerProgram:
    """The synapses with the sources that can send in the gap between samples."""
    silent = {i.name for i in program.inputs} | {
        s.name for y in program.synapses for s in y.sources if s.lag
    }
    received = (
        replace(y, sources=tuple(s for s in y.sources if s.lag or s.name not in silent))
        for y in program.synapses
    )
    return replace(program, synapses=tuple(y for y in received if y.sources))


def _input_range(program: IntegerProgram, name: str) -> tuple[int, int]:
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


def steps_remembered(neuron: IntegerLif, steps: int) -> int:
    """What is left after `steps` steps of a current of 1 that arrived in each, rounded up.

    A geometric sum; 0 for a neuron whose current has no memory.
    """
    decay = int(np.min(neuron.du)) + 1
    return min(steps, -(-(DECAY_ONE - decay) // decay)) if decay > 0 else steps


def no_room(name: str, first: int) -> DoesNotFit:
    return DoesNotFit(
        f"population {name!r} is read late and needs an inhibition of {first} weight units between "
        f"samples; its current holds {U_LIMIT >> STATE_SHIFT}, its other inputs included: use "
        "fewer weight bits or fewer synapses into it"
    )
