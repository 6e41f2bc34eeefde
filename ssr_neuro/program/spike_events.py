"""The events of a run: the spikes that a node sent, and the neurons that spikes reach."""

from collections.abc import Iterable

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import Program
from ssr_neuro.program.linear_maps import Array, LinearMap, Shape
from ssr_neuro.program.trace import Trace


def spikes_of(program: Program, trace: Trace, name: str) -> Bits:
    """Spikes of an input or a population, (samples, steps, *shape).

    Raises BadInput where the trace holds something else, so that it is not one of this program.
    """
    found = {**trace.inputs, **trace.spikes}.get(name)
    needed = (trace.samples, program.steps, *program.shape_of(name))
    if found is None or found.shape != needed:
        raise BadInput(
            f"the trace holds {None if found is None else found.shape} for {name!r}; program "
            f"{program.name!r} needs {needed}. Run that program again"
        )
    return found


def find_reached(arriving: Iterable[tuple[LinearMap, Array]], shape: Shape) -> Array:
    """Whether at least one event arrives at each neuron: bool, of the shape (..., *out_shape).

    arriving: every map with the spikes (..., *in_shape) that it carries. A spike is an event for
    each neuron that it has a weight for other than 0.
    """
    arrived = np.zeros(shape, np.float32)
    for linear, spikes in arriving:
        carried = linear.with_weights((linear.weights != 0).astype(np.float32))
        arrived += carried.apply(spikes.astype(np.float32, copy=False))
    return np.asarray(arrived > 0)
