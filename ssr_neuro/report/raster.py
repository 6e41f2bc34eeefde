"""One sample's spikes, thinned to what a page can show."""

from dataclasses import dataclass
from math import prod

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Trace


@dataclass(frozen=True)
class Band:
    """One population in the raster.

    shown: the flat numbers of the neurons drawn. fired: (step from 1, place in `shown`).
    """

    name: str
    depth: int
    neurons: int
    shown: tuple[int, ...]
    fired: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Raster:
    """Inputs and populations of one sample, in data-flow order."""

    sample: int
    steps: int
    bands: tuple[Band, ...]


def raster(program: Program, trace: Trace, sample: int = 0, at_most: int = 24) -> Raster:
    """At most `at_most` evenly spaced neurons of each input and population.

    Raises BadInput where the trace holds no such sample.
    """
    if not 0 <= sample < trace.samples:
        raise BadInput(f"no sample {sample} to draw; the trace holds {trace.samples}")
    recorded = {**trace.inputs, **trace.spikes}
    nodes = [(i.name, 0, prod(i.shape)) for i in program.inputs]
    nodes += [(p.name, p.depth or 0, prod(p.shape)) for p in program.populations]
    bands = []
    for name, depth, neurons in nodes:
        shown = np.unique(np.linspace(0, neurons - 1, at_most).round().astype(np.int64))
        spikes = recorded[name][sample].reshape(program.steps, neurons)[:, shown]
        fired = tuple((int(step) + 1, int(row)) for step, row in np.argwhere(spikes))
        bands.append(Band(name, depth, neurons, tuple(shown.tolist()), fired))
    return Raster(sample, program.steps, tuple(bands))
