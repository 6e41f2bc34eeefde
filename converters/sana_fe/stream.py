"""Samples as one stream through the chip, so that a stretch of it holds each of them once.

The samples follow each other in a circle. Once the pipeline is full, samples x interval steps in a
row show every population every step of every sample exactly once, wherever they begin: counts and
energies of that stretch are those of the samples, with nothing of the pipeline's ends in them.
"""

from dataclasses import dataclass

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.trace import Trace


@dataclass(frozen=True)
class Stream:
    """lead: samples that run first, to fill the pipeline. Steps are counted from 1."""

    samples: int
    interval: int
    lead: int

    @property
    def first(self) -> int:
        """The first step that counts."""
        return self.lead * self.interval + 1

    @property
    def last(self) -> int:
        """The last step, which counts."""
        return (self.lead + self.samples) * self.interval

    def shown(self, spikes: Array) -> Array:
        """What an input sends: (samples, steps, neurons) -> (last, neurons)."""
        order = (np.arange(self.lead + self.samples) - self.lead) % self.samples
        return np.asarray(spikes[order].reshape(self.last, -1))

    def aligned(self, recorded: Array, depth: int) -> Array:
        """What a node at a depth did from `first` to `last`, (steps, neurons), by sample.

        Returns (samples, interval, neurons): the pipeline's delay is taken out of the circle.
        """
        turned = np.roll(recorded, -depth, axis=0)
        return turned.reshape(self.samples, self.interval, -1)


def stream(program: IntegerProgram, trace: Trace) -> Stream:
    """Raises BadInput where samples do not follow each other without a gap."""
    if program.gap:
        raise BadInput(
            f"program {program.name!r} leaves {program.gap} step{'s' * (program.gap > 1)} between "
            "samples, in which it may send spikes that no trace holds; SANA-FE would charge them: "
            "give one without a gap"
        )
    return Stream(trace.samples, program.interval, -(-program.depth // program.interval))
