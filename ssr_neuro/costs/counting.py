"""Counts of a run from its program and its trace. Nothing here is estimated."""

from collections.abc import Iterable
from math import prod

from ssr_neuro.costs.counts import (
    Counts,
    InputCounts,
    PopulationCounts,
    Rows,
    SampleSpread,
    SynapseCounts,
)
from ssr_neuro.costs.events import (
    RowsByLength,
    active_updates,
    count_numbers,
    count_rows_changed,
    count_rows_fetched,
    count_spikes,
    sops,
    sum_counts,
)
from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.ir import Input, Population, Program, Synapse
from ssr_neuro.program.linear_maps import Sparse
from ssr_neuro.program.map_arithmetic import synapse_count
from ssr_neuro.program.spike_events import spikes_of
from ssr_neuro.program.trace import Trace


def count(program: Program, trace: Trace) -> Counts:
    """All counts of a run. Raises BadInput where the trace is not one of this program."""
    senders: tuple[Input | Population, ...] = (*program.inputs, *program.populations)
    for node in senders:
        spikes_of(program, trace, node.name)
    operations = sops(program, trace)
    fetched = {s.name: count_rows_fetched(s, trace) for s in program.synapses}
    synapses = tuple(
        _synapse(program, s, operations[s.name], count_numbers(fetched[s.name], trace.samples))
        for s in program.synapses
    )
    populations = tuple(_population(program, p, trace, operations) for p in program.populations)
    all_sops = sum_counts(operations.values(), trace.samples)
    spikes = sum_counts((count_spikes(trace, p.name) for p in program.populations), trace.samples)
    updates = sum(p.updates for p in populations)
    capacity = sum(s.capacity for s in synapses)
    return Counts(
        samples=trace.samples,
        steps=program.steps,
        inputs=tuple(_input(i.name, prod(i.shape), trace, program.steps) for i in program.inputs),
        populations=populations,
        synapses=synapses,
        spikes=SampleSpread.of(spikes),
        rate=_share(float(spikes.mean()), updates),
        sops=SampleSpread.of(all_sops),
        capacity=capacity,
        synapse_rate=_share(float(all_sops.mean()), capacity),
        updates=updates,
        active_updates=SampleSpread.of(
            sum_counts(
                (active_updates(program, p, trace) for p in program.populations), trace.samples
            )
        ),
        sops_with_zeros=SampleSpread.of(
            sum_counts(
                (count_numbers(rows, trace.samples) for rows in fetched.values()), trace.samples
            )
        ),
        weight_rows=_sum_by_length(fetched.values()),
        target_rows=_sum_by_length(count_rows_changed(program, trace)),
    )


def _sum_by_length(found: Iterable[RowsByLength]) -> tuple[Rows, ...]:
    """Of all synapses together, the shortest first."""
    total: RowsByLength = {}
    for rows in found:
        for length, read in rows.items():
            total[length] = total.get(length, 0) + read
    return tuple(Rows(length, SampleSpread.of(total[length])) for length in sorted(total))


def _synapse(
    program: Program, synapse: Synapse, operations: Ints, with_zeros: Ints
) -> SynapseCounts:
    synapses = synapse_count(synapse.map)
    return SynapseCounts(
        synapse.name,
        tuple(source.name for source in synapse.sources),
        synapse.target,
        synapses,
        synapses * len(synapse.sources) * program.steps,
        SampleSpread.of(operations),
        "sparse" if isinstance(synapse.map, Sparse) else "dense",
        SampleSpread.of(with_zeros),
    )


def _population(
    program: Program, population: Population, trace: Trace, operations: dict[str, Ints]
) -> PopulationCounts:
    neurons, into = prod(population.shape), program.into(population.name)
    spikes, updates = count_spikes(trace, population.name), neurons * program.steps
    arriving = (count_spikes(trace, source.name) for synapse in into for source in synapse.sources)
    return PopulationCounts(
        name=population.name,
        depth=population.depth or 0,
        neurons=neurons,
        spikes=SampleSpread.of(spikes),
        rate=_share(float(spikes.mean()), updates),
        updates=updates,
        active_updates=SampleSpread.of(active_updates(program, population, trace)),
        input_spikes=SampleSpread.of(sum_counts(arriving, trace.samples)),
        sops=SampleSpread.of(sum_counts((operations[s.name] for s in into), trace.samples)),
    )


def _input(name: str, neurons: int, trace: Trace, steps: int) -> InputCounts:
    spikes = count_spikes(trace, name)
    return InputCounts(
        name, neurons, SampleSpread.of(spikes), _share(float(spikes.mean()), neurons * steps)
    )


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0
