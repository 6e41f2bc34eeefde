"""Weighted sums into a node: recomputed from what a run recorded, and how large they can be."""

import numpy as np

from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.ir import Program, Synapse
from ssr_neuro.program.map_arithmetic import largest_input
from ssr_neuro.program.trace import Trace


def through(synapse: Synapse, trace: Trace) -> Ints:
    """Whole numbers that one synapse of a lowered program brings: (samples, steps, *shape)."""
    sent = {**trace.inputs, **trace.spikes}
    first, *others = (late(sent[s.name].astype(np.int64), s.lag) for s in synapse.sources)
    summed: Ints = synapse.map.apply(sum(others, first)) << synapse.exponent
    return summed


def into(program: Program, name: str, trace: Trace) -> Ints:
    """The sum of all synapses into one node, not yet wrapped."""
    total = np.zeros((trace.samples, program.steps, *program.shape_of(name)), np.int64)
    for synapse in program.into(name):
        total += through(synapse, trace)
    return total


def largest_sum(program: Program, name: str) -> float:
    """Largest size of the sum into a node in one step, in weight units, whatever spikes arrive."""
    return sum(largest_input(s.map, len(s.sources)) * 2.0**s.exponent for s in program.into(name))


def late(x: Ints, steps: int) -> Ints:
    """(samples, steps, ...) delayed by so many steps within the sample."""
    if steps == 0:
        return x
    moved = np.zeros_like(x)
    moved[:, steps:] = x[:, : x.shape[1] - steps]
    return moved
