"""What SSR stands beside: trained baselines, runs measured on hardware, the paper's figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Baseline:
    """One trained model in one form of computing it, such as "incremental".

    file: its model.pt, with folders where another has that name; name: that without its ending.
    subject: name of its bill in the energy sheets, where a mode prices it. metrics: of the float
    model on the test set. Operations: all of one inference. energy_pj: mode of a sheet -> total,
    None where a price is unknown. config: its size, as model.pt has it.
    """

    name: str
    file: str
    kind: str
    form: str
    subject: str
    parameters: int
    metrics: Mapping[str, float] = field(default_factory=dict)
    macs: int = 0
    additions: int = 0
    multiplications: int = 0
    special: Mapping[str, int] = field(default_factory=dict)
    energy_pj: Mapping[str, float | None] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """One model in one form at one batch size on a real device; never mixed with priced figures.

    best: whether the batch is the one with the largest throughput of those tried. latency_s: of a
    whole batch: "mean", "p5", "p50", "p95", "p99". Energies per inference: gross all that the
    device took, net less what it draws idle; None where there is none, and `why` says so. source:
    the counter that they come from. file: the JSON of `ssr measure`. sha256: of the model's file.
    """

    name: str
    sha256: str
    kind: str
    form: str
    device: str
    precision: str
    batch: int
    best: bool
    latency_s: Mapping[str, float]
    throughput_per_s: float
    gross_j: float | None
    net_j: float | None
    idle_w: float | None
    source: str
    why: str
    file: str


@dataclass(frozen=True)
class PaperCost:
    """A cell pair of the paper's Table 3. operations: SOPs of SSR, FLOPs of SSR-ANN."""

    model: str
    operations: float
    energy_pj: float


@dataclass(frozen=True)
class Paper:
    """The SSR paper's figures for one data set. accuracy: model -> metric -> value, Table 2.

    dataset: its name there. doubts: what the tables contradict themselves in.
    """

    citation: str
    dataset: str
    accuracy: Mapping[str, Mapping[str, float]]
    costs: tuple[PaperCost, ...]
    doubts: tuple[str, ...] = ()
