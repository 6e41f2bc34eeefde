"""What integers did to each population: weights rounded, registers overrun, spikes changed."""

from dataclasses import dataclass
from math import prod

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.lower.isolate import isolate, sources_of
from ssr_neuro.lower.schedule import ScheduleNodes
from ssr_neuro.program import float_simulator, integer_neuron, synaptic_input
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.program.fixed_point import DECAY_ONE, STATE_SHIFT, V_LIMIT, decay, wrap_int32
from ssr_neuro.program.ir import FloatProgram, IntegerLif, IntegerProgram, Population
from ssr_neuro.program.simulator import Simulator
from ssr_neuro.program.trace import Trace


@dataclass(frozen=True)
class Overruns:
    """Neuron updates, over all samples and steps, in which a register did not hold its value.

    sums: weighted input beyond 32 bits, wrapped. currents: u beyond 2**23, wrapped. membranes: v
    at its limit of 2**23 - 1, clipped.
    """

    sums: int
    currents: int
    membranes: int


@dataclass(frozen=True)
class Quantised:
    """One population. Shares are of 1.

    scale: float value of one integer weight (the mean where neurons differ). clipped: weights
    outside the range; odd: odd weights, which a plain 8-bit mixed matrix of Lava would round and
    ours keeps as 2w with exponent -1. largest_error: of a weight, in integer steps. dead: neurons
    that never fired, beside those that are silent in float too. changed: spikes that differ from
    the float network's; own: the same with the float network's spikes as its input, so without
    what it inherits.
    """

    population: str
    neurons: int
    scale: float
    vth: int
    weights: int
    clipped: int
    odd: int
    largest_weight: int
    largest_error: float
    overruns: Overruns
    dead: int
    dead_in_float: int
    rate_float: float
    rate: float
    changed: float
    own: float


def summarise_quantisation(
    folded: FloatProgram,
    lowered: IntegerProgram,
    inputs: dict[str, Bits],
    trace: Trace,
    simulator: Simulator,
) -> tuple[Quantised, ...]:
    """folded: after `bias_neurons`. lowered: before any optimising pass. trace: its run."""
    spikes, _ = float_simulator.run(folded, inputs)
    return tuple(
        _row(lowered, lowered.population(p.name), {**spikes, **inputs}, trace, simulator)
        for p in folded.populations
    )


def _row(
    program: IntegerProgram,
    population: Population[IntegerLif],
    floats: dict[str, Bits],
    trace: Trace,
    simulator: Simulator,
) -> Quantised:
    name, note = population.name, program.notes.quantisation[population.name]
    if note.vth is None:
        raise BadInput(f"population {name!r} has no threshold in its notes; lower it again")
    ours, theirs = trace.spikes[name], floats[name]
    return Quantised(
        population=name,
        neurons=prod(population.shape),
        scale=float(np.mean(note.scale)),
        vth=note.vth,
        weights=note.weights,
        clipped=note.clipped,
        odd=note.odd,
        largest_weight=note.largest_weight,
        largest_error=note.largest_error,
        overruns=overruns(population.neuron, synaptic_input.into(program, name, trace)),
        dead=_count_dead(ours),
        dead_in_float=_count_dead(theirs),
        rate_float=float(theirs.mean()),
        rate=float(ours.mean()),
        changed=float((ours != theirs).mean()),
        own=float((_run_alone(program, name, floats, trace.samples, simulator) != theirs).mean()),
    )


def _count_dead(spikes: Bits) -> int:
    return int((spikes.sum(axis=(0, 1), dtype=np.int64) == 0).sum())


def _run_alone(
    program: IntegerProgram, name: str, floats: dict[str, Bits], samples: int, simulator: Simulator
) -> Bits:
    """Spikes of the integer population when it reads those of the float network."""
    single = ScheduleNodes().run(isolate(program, name))
    # The clock between samples is no part of the float network, and silent within one.
    absent = {
        p.name: np.zeros((samples, program.steps, *p.shape), np.uint8)
        for p in program.populations
        if p.name not in floats
    }
    return simulator.run(single, sources_of(single, {**absent, **floats}, samples)).spikes[name]


def overruns(law: IntegerLif, sums: Ints) -> Overruns:
    """Runs the law over `sums` (samples, steps, *shape) and counts what its registers lost."""
    state = integer_neuron.rest((len(sums), *sums.shape[2:]))
    currents = membranes = 0
    for step in range(sums.shape[1]):
        a = wrap_int32(sums[:, step])
        whole = decay(state.u, DECAY_ONE - (np.asarray(law.du) + 1)) + (a << STATE_SHIFT)
        state, _, v = integer_neuron.step(law, state, a)
        currents += int((state.u != whole).sum())
        membranes += int((np.abs(v) >= V_LIMIT).sum())
    return Overruns(int((wrap_int32(sums) != sums).sum()), currents, membranes)
