"""Realign: depths, delays and the gap between samples, for what the other passes left."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from ssr_neuro.lower.passes import Pass
from ssr_neuro.lower.remove_neurons import clock_of, remove_neurons
from ssr_neuro.lower.schedule import ScheduleNodes
from ssr_neuro.program.ir import IntegerProgram, Synapse


@dataclass(frozen=True)
class ShortenDelays(Pass[IntegerProgram, IntegerProgram]):
    """Exact: every node still sees its samples from rest, and all paths still arrive together.

    The gap becomes as long as the longest lag that is left. The clock keeps the neurons that fire
    in it and the populations that are still read late, at the strength it had: what arrives there
    has not grown. Without a lag there is no gap and no clock. Then depths and delays are assigned
    as `ssr_neuro.lower.schedule` does it.
    """

    name: ClassVar[str] = "realign"
    optimises: ClassVar[bool] = True

    def run(self, program: IntegerProgram) -> IntegerProgram:
        lags = [s.lag for y in program.synapses for s in y.sources]
        gap, clock = max(lags, default=0), clock_of(program)
        if clock is not None:
            program = _shrink_clock(program, gap, clock)
        return ScheduleNodes().run(replace(program, gap=gap))


def _shrink_clock(program: IntegerProgram, gap: int, clock: str) -> IntegerProgram:
    late = {s.name for y in program.synapses for s in y.sources if s.lag}

    def without(synapse: Synapse) -> Synapse:
        if synapse.target in late:
            return synapse
        sources = (source for source in synapse.sources if source.name != clock)
        return replace(synapse, sources=tuple(sources))

    synapses = tuple(s for s in map(without, program.synapses) if s.sources)
    read = any(clock in {s.name for s in synapse.sources} for synapse in synapses)
    first = np.asarray(program.population(clock).neuron.vth)
    keep = (first < program.steps + gap) & read
    return remove_neurons(replace(program, synapses=synapses), {clock: keep})
