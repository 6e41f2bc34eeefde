"""What a measurement holds: one tree of frozen values, the same in memory and in the JSON file."""

from dataclasses import dataclass, field
from typing import Literal

from ssr_neuro.files.checked import (
    AtLeastOne,
    Count,
    NotNegative,
    Sha256,
    StrictFields,
)
from ssr_neuro.measure.figures import Agreement, Clocks, Energy, Latency

Precision = Literal["fp32", "bf16", "fp16"]


@dataclass(frozen=True)
class Device(StrictFields):
    """What ran the models. name: as its driver or the system gives it, "NVIDIA H200".

    chip: the chip of `ssr chips` with that name. driver, power_limit_w: of a GPU whose NVML
    answers. threads: of the CPU that torch computes with, where the CPU is measured.
    """

    type: Literal["cuda", "cpu"]
    name: str
    chip: str | None = None
    driver: str | None = None
    power_limit_w: NotNegative | None = None
    threads: Count | None = None


@dataclass(frozen=True)
class EnergySource(StrictFields):
    """Where energies come from: name is "nvml-total-energy", "nvml-power" or "rapl".

    covers: what the counter counts. least_s: a shorter run is not given an energy. notes: what one
    must know, such as why a better counter was not taken.
    """

    name: str
    covers: str
    least_s: NotNegative
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Method(StrictFields):
    """How all runs of the file were made, in words, and its times."""

    inference: str
    latency: str
    energy: str
    sequences: str
    seconds: NotNegative
    warm_up_s: NotNegative
    idle_s: NotNegative
    settle_s: NotNegative


@dataclass(frozen=True)
class Probe(StrictFields):
    """A short run on the way to the best batch."""

    batch: AtLeastOne
    windows_per_s: NotNegative


@dataclass(frozen=True)
class Search(StrictFields):
    """Batches tried, doubled from 1; ended: "no gain", "memory" or "limit"."""

    probes: tuple[Probe, ...]
    ended: Literal["no gain", "memory", "limit"]


@dataclass(frozen=True)
class MeasuredRun(StrictFields):
    """One model in one form at one batch.

    model: the file's name. form: as in `ssr cost`, "full" or one more item on a kept state.
    search: how the batch was found, None where it was asked for by number. energy: None where
    there is none, and then no_energy says why. clocks: None where no clock could be read.
    """

    model: str
    sha256: Sha256
    kind: str
    form: str
    items: AtLeastOne
    positions: AtLeastOne
    batch: AtLeastOne
    search: Search | None
    warm_up_runs: AtLeastOne
    latency: Latency
    windows_per_s: NotNegative
    energy: Energy | None
    no_energy: str | None
    agreement: Agreement
    clocks: Clocks | None = None

    def __post_init__(self) -> None:
        if (self.energy is None) == (self.no_energy is None):
            raise ValueError("has either an energy or, in no_energy, why there is none")

    @property
    def best_batch(self) -> bool:
        """Whether the batch is the one with the largest throughput."""
        return self.search is not None


@dataclass(frozen=True)
class NotTimed(StrictFields):
    """A model in one form at one batch that was not timed, and why.

    batch: 1 where it failed before any was asked for, or on the way to the best.
    """

    model: str
    sha256: Sha256
    form: str
    batch: AtLeastOne
    why: str


@dataclass(frozen=True)
class Measurements(StrictFields):
    """All of one command. skipped: why nothing was measured; then there are no runs.

    device: None where the one asked for is not there. source: None where no counter could be read,
    and then no_source says why. command: as typed, without folders. cuda_graphs, compiled: whether
    runs were replayed as CUDA graphs, and the models compiled by torch.compile. disagreements:
    what was not timed as it recommends other items than its model. too_large: what was not timed
    as the device's memory does not hold it.
    """

    made_by: str
    command: tuple[str, ...]
    versions: dict[str, str]
    precision: Precision
    skipped: str | None = None
    device: Device | None = None
    method: Method | None = None
    source: EnergySource | None = None
    no_source: str | None = None
    runs: tuple[MeasuredRun, ...] = field(default=())
    disagreements: tuple[NotTimed, ...] = field(default=())
    too_large: tuple[NotTimed, ...] = field(default=())
    cuda_graphs: bool = False
    compiled: bool = False

    def __post_init__(self) -> None:
        found = (*self.runs, *self.disagreements, *self.too_large)
        parts = (self.device, self.method, *found)
        if self.skipped is not None and any(parts):
            raise ValueError("says that it was skipped and holds a device, a method or runs")
        if self.skipped is None and not (self.device and self.method and found):
            raise ValueError("holds no device, method or runs and does not say why in skipped")
