"""Realign: depths, delays and the gap between samples, for what the other passes left."""

from dataclasses import replace

import numpy as np

from ssr_neuro.lower.remove_neurons import clock_of, cut
from ssr_neuro.lower.schedule import schedule
from ssr_neuro.program.ir import Program, Synapse


def realign(program: Program) -> Program:
    """Exact: every node still sees its samples from rest, and all paths still arrive together.

    The gap becomes as long as the longest lag that is left. The clock keeps the neurons that fire
    in it and the populations that are still read late, at the strength it had: what arrives there
    has not grown. Without a lag there is no gap and no clock. Then depths and delays are assigned
    as `ssr_neuro.lower.schedule` does it.
    """
    lags = [s.lag for y in program.synapses for s in y.sources]
    gap, clock = max(lags, default=0), clock_of(program)
    if clock is not None:
        program = _with_clock_of(program, gap, clock)
    return schedule(replace(program, gap=gap))


def _with_clock_of(program: Program, gap: int, clock: str) -> Program:
    late = {s.name for y in program.synapses for s in y.sources if s.lag}

    def without(synapse: Synapse) -> Synapse:
        if synapse.target in late:
            return synapse
        sources = (source for source in synapse.sources if source.name != clock)
        return replace(synapse, sources=tuple(sources))

    synapses = tuple(s for s in map(without, program.synapses) if s.sources)
    read = any(clock in {s.name for s in synapse.sources} for synapse in synapses)
    first = np.asarray(program.population(clock).integer.vth)
    keep = (first < program.steps + gap) & read
    return cut(replace(program, synapses=synapses), {clock: keep})
