"""What every core does in every time step: while samples stream without end, and for one alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ssr_neuro.placement.core_demand import Demand, PartDemand
from ssr_neuro.placement.part import PopulationSlice
from ssr_neuro.program.ir import Program, Readout
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.spike_events import find_reached, spikes_of
from ssr_neuro.program.trace import Trace


@dataclass(frozen=True, eq=False)
class CoreActivity:
    """int64 (cores, time steps), over the samples of a trace.

    operations: synaptic ones. active: neurons that an event reached. neurons: int64 (cores,).
    """

    operations: Array
    active: Array
    neurons: Array

    @property
    def idle(self) -> Array:
        """Neurons that no event reached."""
        return np.asarray(self.neurons[:, None] - self.active)


@dataclass(frozen=True, eq=False)
class CoreActivities:
    """stream: samples follow each other without a pause, those of the trace taken to repeat.

    alone: each sample has the chip to itself; its latency, the steps from its first input to its
    last output, one sample after the other. readouts_reached: updates of readout neurons that an
    event reached, over all samples.
    """

    stream: CoreActivity
    alone: CoreActivity
    readouts_reached: int


def core_activities(
    demand: Demand, parts: Sequence[PartDemand], core_of: Sequence[int], trace: Trace
) -> CoreActivities:
    """Exact: each spike counts in the step in which it arrives, pipeline and lags included.

    Step k of sample n reaches depth d in step n * interval + k + lag + d of the stream, where the
    last samples wrap around to the first, and in step k + lag + d of the sample alone. Spikes
    between samples are not in a trace and not counted.
    """
    program, cores = demand.program, max(core_of, default=-1) + 1
    samples, interval = trace.samples, program.interval
    steps = samples * interval
    stream = np.zeros((2, cores, steps), np.int64)
    alone = np.zeros((2, cores, samples, interval + program.depth), np.int64)
    neurons, readouts = np.zeros(cores, np.int64), 0
    for node in demand.nodes:
        received = [
            _received(program, trace, w.source.name, w.source.lag)
            for w in demand.wires_into[node.name]
        ]
        reached = _reached(demand, node.name, received, steps)
        if isinstance(node, Readout):
            own = reached.reshape(samples, interval, -1)[:, : program.steps]
            readouts += int(own.sum())
        late = program.depth_of(node.name)
        for need, at in zip(parts, core_of, strict=True):
            if need.part.node == node.name:
                neurons[at] += need.part.neurons
                operations = _operations(need, received, steps)
                done = np.stack([operations, _of_part(reached, need.part)])
                stream[:, at] += np.roll(done, late, axis=1)
                alone[:, at, :, late : late + interval] += done.reshape(2, samples, interval)
    within = alone[..., : program.latency_steps].reshape(2, cores, -1)
    return CoreActivities(
        CoreActivity(stream[0], stream[1], neurons),
        CoreActivity(within[0], within[1], neurons),
        readouts,
    )


def _received(program: Program, trace: Trace, source: str, lag: int) -> Array:
    """Spikes of a source by the step of the target that reads them: float32 (steps, n)."""
    spikes = spikes_of(program, trace, source).reshape(trace.samples, program.steps, -1)
    stream = np.zeros((trace.samples, program.interval, spikes.shape[2]), np.float32)
    stream[:, : program.steps] = spikes
    return np.roll(stream.reshape(-1, spikes.shape[2]), lag, axis=0)


def _operations(need: PartDemand, received: Sequence[Array], steps: int) -> Array:
    """Synaptic operations of a part: int64 (steps,)."""
    done = np.zeros(steps, np.int64)
    for spikes, (sources, counts) in zip(received, need.events, strict=True):
        done += np.rint(spikes[:, sources] @ counts.astype(np.float64)).astype(np.int64)
    return done


def _reached(demand: Demand, node: str, received: Sequence[Array], steps: int) -> Array:
    """Whether an event reaches each neuron in each step: bool (steps, positions, features)."""
    shape = demand.program.shape_of(node)
    arriving = (
        (wire.synapse.map, spikes.reshape(steps, *wire.synapse.map.in_shape))
        for wire, spikes in zip(demand.wires_into[node], received, strict=True)
    )
    return find_reached(arriving, (steps, *shape)).reshape(steps, shape[0], -1)


def _of_part(reached: Array, part: PopulationSlice) -> Array:
    """How many neurons of a part: int64 (steps,)."""
    block = reached[:, slice(*part.positions), slice(*part.features)]
    return np.asarray(block.sum(axis=(1, 2), dtype=np.int64))
