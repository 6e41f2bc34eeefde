"""What every core does in every time step, as samples stream through the chip without end."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssr_neuro.placement.core_demand import Demand, PartDemand
from ssr_neuro.placement.part import PopulationSlice
from ssr_neuro.placement.traffic import spikes_of
from ssr_neuro.program.ir import Program
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.trace import Trace


@dataclass(frozen=True, eq=False)
class CoreActivity:
    """int64 (cores, time steps), over the samples of a trace, taken to repeat.

    operations: synaptic ones. active: neurons that an event reached. neurons: int64 (cores,).
    """

    operations: Array
    active: Array
    neurons: Array

    @property
    def idle(self) -> Array:
        """Neurons that no event reached."""
        return np.asarray(self.neurons[:, None] - self.active)


def core_activity(
    demand: Demand, parts: Sequence[PartDemand], core_of: Sequence[int], trace: Trace
) -> CoreActivity:
    """Exact: each spike counts in the step in which it arrives, pipeline and lags included.

    Spikes between samples are not in a trace and not counted.
    """
    program = demand.program
    steps, cores = trace.samples * program.interval, max(core_of, default=-1) + 1
    operations, active = np.zeros((2, cores, steps), np.int64)
    neurons = np.zeros(cores, np.int64)
    for node in demand.nodes:
        received = [
            _received(program, trace, w.source.name, w.source.lag, node.name)
            for w in demand.wires_into[node.name]
        ]
        reached = _reached(demand, node.name, received, steps)
        for need, at in zip(parts, core_of, strict=True):
            if need.part.node == node.name:
                neurons[at] += need.part.neurons
                active[at] += _of_part(reached, need.part)
                for spikes, (sources, counts) in zip(received, need.events, strict=True):
                    done = spikes[:, sources] @ counts.astype(np.float64)
                    operations[at] += np.rint(done).astype(np.int64)
    return CoreActivity(operations, active, neurons)


def _received(program: Program, trace: Trace, source: str, lag: int, target: str) -> Array:
    """Spikes of a source by the time step in which they reach the target: float32 (steps, n).

    Step k of sample n reaches depth d in step n * interval + k + lag + d; the last samples wrap
    around to the first.
    """
    spikes = spikes_of(program, trace, source).reshape(trace.samples, program.steps, -1)
    stream = np.zeros((trace.samples, program.interval, spikes.shape[2]), np.float32)
    stream[:, : program.steps] = spikes
    late = program.depth_of(target) + lag
    return np.roll(stream.reshape(-1, spikes.shape[2]), late, axis=0)


def _reached(demand: Demand, node: str, received: Sequence[Array], steps: int) -> Array:
    """Whether an event reaches each neuron in each step: bool (steps, positions, features)."""
    shape = demand.program.shape_of(node)
    arrived = np.zeros((steps, *shape), np.float32)
    for wire, spikes in zip(demand.wires_into[node], received, strict=True):
        linear = wire.synapse.map
        there = linear.with_weights((linear.weights != 0).astype(np.float32))
        arrived += there.apply(spikes.reshape(steps, *linear.in_shape))
    return np.asarray((arrived > 0).reshape(steps, shape[0], -1))


def _of_part(reached: Array, part: PopulationSlice) -> Array:
    """How many neurons of a part: int64 (steps,)."""
    block = reached[:, slice(*part.positions), slice(*part.features)]
    return np.asarray(block.sum(axis=(1, 2), dtype=np.int64))
