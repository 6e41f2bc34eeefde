"""Events of a run, counted for each sample: spikes, synaptic operations, rows of memory."""

from collections.abc import Iterable, Iterator

import numpy as np

from ssr_neuro.costs.rows import RowsBySource, layout_of, target_rows, weight_rows
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.program.ir import Population, Program, Synapse
from ssr_neuro.program.map_arithmetic import fan_out
from ssr_neuro.program.spike_events import find_reached
from ssr_neuro.program.trace import Trace

# Length of a row -> how many of them the spikes of each sample reach, int64 (samples,).
RowsByLength = dict[int, Ints]


def count_spikes(trace: Trace, name: str) -> Ints:
    """Spikes of an input or a population: int64 (samples,)."""
    per_sample: Ints = (
        _spike_train(trace, name).reshape(trace.samples, -1).sum(axis=1, dtype=np.int64)
    )
    return per_sample


def sops(program: Program, trace: Trace) -> dict[str, Ints]:
    """Synaptic operations of each synapse: int64 (samples,).

    Every spike of every source counts once for each non-zero synapse that leaves its neuron, also
    where two sources are summed before the map: they are separate events on a chip.
    """
    return {
        s.name: _sum_per_spike(s, trace, fan_out(s.map).ravel().astype(np.int64))
        for s in program.synapses
    }


def active_updates(program: Program, population: Population, trace: Trace) -> Ints:
    """Neuron updates in which at least one synaptic event arrived: int64 (samples,)."""
    arriving = (
        (synapse.map, _spike_train(trace, source.name))
        for synapse in program.into(population.name)
        for source in synapse.sources
    )
    found = find_reached(arriving, (trace.samples, program.steps, *population.shape))
    active: Ints = found.reshape(trace.samples, -1).sum(axis=1, dtype=np.int64)
    return active


def count_rows_fetched(synapse: Synapse, trace: Trace) -> RowsByLength:
    """Rows of weights that the spikes of all sources fetch."""
    return _count_rows(synapse, trace, weight_rows(synapse.map))


def count_rows_changed(program: Program, trace: Trace) -> Iterator[RowsByLength]:
    """Rows of accumulators, synapse by synapse, each population laid out as suits its maps."""
    for target in dict.fromkeys(s.target for s in program.synapses):
        into = program.into(target)
        layout = layout_of([s.map for s in into])
        yield from (_count_rows(s, trace, target_rows(s.map, layout)) for s in into)


def count_numbers(rows: RowsByLength, samples: int) -> Ints:
    """All numbers in the rows, int64 (samples,)."""
    return sum_counts((length * read for length, read in rows.items()), samples)


def sum_counts(parts: Iterable[Ints], samples: int) -> Ints:
    """The sum of counts, zeros where there are none: int64 (samples,)."""
    total = np.zeros(samples, np.int64)
    for part in parts:
        total = total + part
    return total


def _count_rows(synapse: Synapse, trace: Trace, by_source: RowsBySource) -> RowsByLength:
    return {length: _sum_per_spike(synapse, trace, rows) for length, rows in by_source.items()}


def _sum_per_spike(synapse: Synapse, trace: Trace, per_spike: Ints) -> Ints:
    """What each spike of a source neuron brings, `per_spike` (sources,), over all: (samples,)."""
    return sum_counts(
        (
            _spike_train(trace, source.name).sum(axis=1, dtype=np.int64).reshape(trace.samples, -1)
            @ per_spike
            for source in synapse.sources
        ),
        trace.samples,
    )


def _spike_train(trace: Trace, name: str) -> Bits:
    """Of an input or a population, (samples, steps, *shape)."""
    return trace.inputs[name] if name in trace.inputs else trace.spikes[name]
