"""Keep the samples of a stream apart where spikes are read with a lag.

A recurrent connection or a delay reads, in the first steps of a sample, what was sent in the last
steps of the one before. Resetting membranes does not help: the spike is already on its way. So
samples get a gap between them, as long as the longest lag, in which a clock population inhibits
every population that is read with a lag. The clock is silent within a sample.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import ClassVar

import numpy as np

from ssr_neuro.lower.gap_inhibition import Inhibition, find_inhibition, no_room, steps_remembered
from ssr_neuro.lower.names import free_name
from ssr_neuro.lower.passes import Pass
from ssr_neuro.program.fixed_point import (
    STATE_SHIFT,
    U_LIMIT,
    WEIGHT_EXP_LIMIT,
    WEIGHT_LIMIT,
)
from ssr_neuro.program.ir import (
    Affine,
    IntegerLif,
    IntegerProgram,
    Population,
    Source,
    Synapse,
    zeros,
)
from ssr_neuro.program.linear_maps import Dense
from ssr_neuro.program.notes import Notes

CLOCK = "quiet"


@dataclass(frozen=True)
class SeparateSamples(Pass[IntegerProgram, IntegerProgram]):
    """Sets `gap` and adds the clock, whose name is in `Notes.clock`.

    Raises DoesNotFit where no inhibition is strong enough.
    """

    name: ClassVar[str] = "separate"

    def run(self, program: IntegerProgram) -> IntegerProgram:
        delayed = {s.name for y in program.synapses for s in y.sources if s.lag}
        if not delayed:
            return program
        program = replace(program, gap=max(s.lag for y in program.synapses for s in y.sources))
        populations = [p for p in program.populations if p.name in delayed]
        if not populations:  # only inputs, which are silent in the gap by themselves
            return program
        needed = {p.name: find_inhibition(program, p) for p in populations}
        # Copies of the clock where one neuron with the largest exponent is not enough.
        copies = -(
            -max(each.first for each in needed.values()) // (WEIGHT_LIMIT << WEIGHT_EXP_LIMIT)
        )
        clock = _clock(program, copies)
        synapses = tuple(_inhibit(program, p, needed[p.name], clock) for p in populations)
        return replace(
            program,
            populations=(clock, *program.populations),
            synapses=(*synapses, *program.synapses),
            notes=_with_assumptions(program, populations, needed, clock.name),
        )


def _with_assumptions(
    program: IntegerProgram,
    populations: Sequence[Population[IntegerLif]],
    needed: Mapping[str, Inhibition],
    clock: str,
) -> Notes:
    inexact, taken = dict(program.notes.inexact), {}
    for population in populations:
        if (assumed := needed[population.name].assumed) is not None:
            taken[population.name] = assumed
            reason = (
                f"samples stay apart while its current ends them {_spell(assumed, population)}; "
                "inputs are possible that go beyond"
            )
            before = inexact.get(population.name)
            inexact[population.name] = f"{before}; {reason}" if before else reason
    return replace(program.notes, clock=clock, inexact=inexact, assumed=taken)


def _spell(assumed: tuple[int, int], population: Population[IntegerLif]) -> str:
    down, up = (units // int(np.max(population.neuron.vth)) for units in assumed)
    if abs(assumed[0] - assumed[1]) > 1:
        return f"between -{down} and {up} thresholds"
    return f"within {assumed[1]} weight units, {up} thresholds"


def _clock(program: IntegerProgram, copies: int) -> Population[IntegerLif]:
    """Neuron i of each copy first fires in step `steps` + i + 1: one unit a step, no decay.

    gap < steps, so none fires twice before the reset.
    """
    first = np.tile(np.arange(program.steps, program.steps + program.gap), copies)
    bias = np.full(first.shape, 1, np.int64)
    name = free_name(CLOCK, (node.name for node in program.nodes))
    return Population(name, first.shape, IntegerLif(0, first, bias, STATE_SHIFT), depth=0)


def _inhibit(
    program: IntegerProgram,
    population: Population[IntegerLif],
    needed: Inhibition,
    clock: Population[IntegerLif],
) -> Synapse:
    """Inhibition of at least `needed` in every step of the gap."""
    copies = clock.shape[0] // program.gap
    exponent = 0
    while (WEIGHT_LIMIT << exponent) * copies < needed.first:
        exponent += 1
    one = copies << exponent
    first, later = (-(-units // one) for units in (needed.first, needed.later))
    neuron = population.neuron
    clocked = one * (first + later * steps_remembered(neuron, program.gap - 1))
    if needed.rest + (clocked << STATE_SHIFT) >= U_LIMIT:
        raise no_room(population.name, needed.first)
    row = np.where(np.asarray(clock.neuron.vth) == program.steps, -first, -later)
    matrix = np.tile(row, (prod(population.shape), 1))
    return Synapse(
        free_name(f"{clock.name}_to_{population.name}", (s.name for s in program.synapses)),
        (Source(clock.name, population.depth),),
        population.name,
        (Affine(Dense(matrix, clock.shape, population.shape), zeros((1,))),),
        exponent,
    )
