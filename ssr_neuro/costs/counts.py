"""Integer counts of a run: what every price is multiplied with. Nothing here is estimated."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from ssr_neuro.costs.rows import RowsBySource, layout_of, target_rows, weight_rows
from ssr_neuro.errors import BadInput
from ssr_neuro.program.arrays import Bits, Ints
from ssr_neuro.program.ir import Input, Population, Program, Synapse
from ssr_neuro.program.linear_maps import Sparse, fan_out, synapse_count
from ssr_neuro.program.trace import Trace


@dataclass(frozen=True)
class SampleSpread:
    """A count over all samples (`total`) and per sample (mean, standard deviation, min, max)."""

    total: int
    mean: float
    sd: float
    min: int
    max: int

    @classmethod
    def of(cls, per_sample: Ints) -> "SampleSpread":
        """per_sample: int64 (samples,). The deviation is that of the samples run (no n - 1)."""
        return cls(
            int(per_sample.sum()),
            float(per_sample.mean()),
            float(per_sample.std()),
            int(per_sample.min()),
            int(per_sample.max()),
        )


@dataclass(frozen=True)
class Rows:
    """Rows of `length` numbers that lie side by side; `read`: how many an inference reaches."""

    length: int
    read: SampleSpread


@dataclass(frozen=True)
class InputCounts:
    """Spikes of one input. rate: spikes per neuron and step."""

    name: str
    neurons: int
    spikes: SampleSpread
    rate: float


@dataclass(frozen=True)
class SynapseCounts:
    """Work of one synapse. capacity: operations per sample if every source always fired.

    kind: "dense" for a matrix, whose targets can lie side by side; "sparse" for a list of synapses;
    empty where it was not recorded. sops_with_zeros: with those of a stored weight of zero, which
    a row that is fetched whole holds; None where it was not recorded.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    synapses: int
    capacity: int
    sops: SampleSpread
    kind: str = ""
    sops_with_zeros: SampleSpread | None = None


@dataclass(frozen=True)
class PopulationCounts:
    """Work of one population, per sample.

    updates: neurons x steps. active_updates: those in which at least one synaptic event arrived.
    input_spikes: spikes of its sources. sops: synaptic operations that end here.
    """

    name: str
    depth: int
    neurons: int
    spikes: SampleSpread
    rate: float
    updates: int
    active_updates: SampleSpread
    input_spikes: SampleSpread
    sops: SampleSpread


@dataclass(frozen=True)
class Counts:
    """Counts of a run. rate: spikes per neuron and step over all populations.

    synapse_rate: synaptic operations over `capacity`, the rate weighted by fan-out.
    sops_with_zeros: operations with those of a stored weight of zero. weight_rows, target_rows:
    rows of weights that spikes fetch, and of accumulators that they change (`costs.rows`). Reports
    of earlier releases have neither.
    """

    samples: int
    steps: int
    inputs: tuple[InputCounts, ...]
    populations: tuple[PopulationCounts, ...]
    synapses: tuple[SynapseCounts, ...]
    spikes: SampleSpread
    rate: float
    sops: SampleSpread
    capacity: int
    synapse_rate: float
    updates: int
    active_updates: SampleSpread
    sops_with_zeros: SampleSpread | None = None
    weight_rows: tuple[Rows, ...] = ()
    target_rows: tuple[Rows, ...] = ()


def count(program: Program, trace: Trace) -> Counts:
    """All counts of a run. Raises BadInput where the trace is not one of this program."""
    _check(program, trace)
    operations = sops(program, trace)
    fetched = {s.name: _rows(s, trace, weight_rows(s.map)) for s in program.synapses}
    synapses = tuple(
        _synapse(program, s, operations[s.name], _numbers(fetched[s.name], trace.samples))
        for s in program.synapses
    )
    populations = tuple(_population(program, p, trace, operations) for p in program.populations)
    all_sops = _count_added(operations.values(), trace.samples)
    spikes = _count_added((_spikes(trace, p.name) for p in program.populations), trace.samples)
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
            _count_added(
                (active_updates(program, p, trace) for p in program.populations), trace.samples
            )
        ),
        sops_with_zeros=SampleSpread.of(
            _count_added(
                (_numbers(rows, trace.samples) for rows in fetched.values()), trace.samples
            )
        ),
        weight_rows=_count_runs_by_length(fetched.values()),
        target_rows=_count_runs_by_length(_count_rows_changed(program, trace)),
    )


def sops(program: Program, trace: Trace) -> dict[str, Ints]:
    """Synaptic operations of each synapse: int64 (samples,).

    Every spike of every source counts once for each non-zero synapse that leaves its neuron, also
    where two sources are summed before the map: they are separate events on a chip.
    """
    return {s.name: _operations(s, trace) for s in program.synapses}


def active_updates(program: Program, population: Population, trace: Trace) -> Ints:
    """Neuron updates in which at least one synaptic event arrived: int64 (samples,)."""
    arrived = np.zeros((trace.samples, program.steps, *population.shape), np.float32)
    for synapse in program.into(population.name):
        mask = synapse.map.with_weights((synapse.map.weights != 0).astype(np.float32))
        for source in synapse.sources:
            arrived += mask.apply(_count_sent(trace, source.name).astype(np.float32))
    reached: Ints = (arrived > 0).reshape(trace.samples, -1).sum(axis=1, dtype=np.int64)
    return reached


def _rows(synapse: Synapse, trace: Trace, by_source: RowsBySource) -> dict[int, Ints]:
    """Length -> rows that the spikes of all sources reach, (samples,)."""
    return {length: _sum_per_spike(synapse, trace, rows) for length, rows in by_source.items()}


def _count_rows_changed(program: Program, trace: Trace) -> Iterator[dict[int, Ints]]:
    """Rows of accumulators, synapse by synapse, each population laid out as suits its maps."""
    for target in dict.fromkeys(s.target for s in program.synapses):
        into = program.into(target)
        layout = layout_of([s.map for s in into])
        yield from (_rows(s, trace, target_rows(s.map, layout)) for s in into)


def _numbers(rows: dict[int, Ints], samples: int) -> Ints:
    """All numbers in the rows, (samples,)."""
    return _count_added((length * read for length, read in rows.items()), samples)


def _count_runs_by_length(found: Iterable[dict[int, Ints]]) -> tuple[Rows, ...]:
    """Of all synapses together, the shortest first."""
    total: dict[int, Ints] = {}
    for rows in found:
        for length, read in rows.items():
            total[length] = total.get(length, 0) + read
    return tuple(Rows(length, SampleSpread.of(total[length])) for length in sorted(total))


def _check(program: Program, trace: Trace) -> None:
    shapes = {name: spikes.shape for name, spikes in {**trace.inputs, **trace.spikes}.items()}
    nodes: tuple[Input | Population, ...] = (*program.inputs, *program.populations)
    for node in nodes:
        needed = (trace.samples, program.steps, *node.shape)
        if shapes.get(node.name) != needed:
            raise BadInput(
                f"the trace holds {shapes.get(node.name)} for {node.name!r}; program "
                f"{program.name!r} needs {needed}. Run that program again"
            )


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
    spikes, updates = _spikes(trace, population.name), neurons * program.steps
    arriving = (_spikes(trace, source.name) for synapse in into for source in synapse.sources)
    return PopulationCounts(
        name=population.name,
        depth=population.depth or 0,
        neurons=neurons,
        spikes=SampleSpread.of(spikes),
        rate=_share(float(spikes.mean()), updates),
        updates=updates,
        active_updates=SampleSpread.of(active_updates(program, population, trace)),
        input_spikes=SampleSpread.of(_count_added(arriving, trace.samples)),
        sops=SampleSpread.of(_count_added((operations[s.name] for s in into), trace.samples)),
    )


def _input(name: str, neurons: int, trace: Trace, steps: int) -> InputCounts:
    spikes = _spikes(trace, name)
    return InputCounts(
        name, neurons, SampleSpread.of(spikes), _share(float(spikes.mean()), neurons * steps)
    )


def _operations(synapse: Synapse, trace: Trace) -> Ints:
    return _sum_per_spike(synapse, trace, fan_out(synapse.map).ravel().astype(np.int64))


def _sum_per_spike(synapse: Synapse, trace: Trace, per_spike: Ints) -> Ints:
    """What each spike of a source neuron brings, `per_spike` (sources,), over all: (samples,)."""
    return _count_added(
        (
            _count_sent(trace, source.name).sum(axis=1, dtype=np.int64).reshape(trace.samples, -1)
            @ per_spike
            for source in synapse.sources
        ),
        trace.samples,
    )


def _count_sent(trace: Trace, name: str) -> Bits:
    return trace.inputs[name] if name in trace.inputs else trace.spikes[name]


def _spikes(trace: Trace, name: str) -> Ints:
    per_sample: Ints = (
        _count_sent(trace, name).reshape(trace.samples, -1).sum(axis=1, dtype=np.int64)
    )
    return per_sample


def _count_added(parts: Iterable[Ints], samples: int) -> Ints:
    total = np.zeros(samples, np.int64)
    for part in parts:
        total = total + part
    return total


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0
