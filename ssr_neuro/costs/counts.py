"""Integer counts of a run, as values: what every price is multiplied with."""

from dataclasses import dataclass

from ssr_neuro.program.arrays import Ints


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
