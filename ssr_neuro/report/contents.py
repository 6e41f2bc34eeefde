"""What a report holds: one tree of frozen values, the same for `report.json` and the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.counts import Counts
from ssr_neuro.costs.models.ssr_ann import OpRow
from ssr_neuro.costs.scoring import ScoringCounts
from ssr_neuro.files.gates_result import GatesResult
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Comparison
from ssr_neuro.report.chip_against_gpu import ChipAgainstGpu
from ssr_neuro.report.compared import Compared
from ssr_neuro.report.core_map import Placed
from ssr_neuro.report.latency import ChipLatency
from ssr_neuro.report.passes import PassTable
from ssr_neuro.report.quantisation import Quantised
from ssr_neuro.report.raster import Raster
from ssr_neuro.report.rivals import Baseline, Measured, Paper
from ssr_neuro.report.sana_fe import BesideSanaFe


@dataclass(frozen=True)
class ReportedModel:
    """The model compiled. metrics: "float" and "integer" -> `metrics.Metrics.to_dict()`."""

    name: str
    kind: str
    config: Mapping[str, Any]
    data: str
    training: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class ProgramSummary:
    """Size and timing of the lowered program. One sample leaves it every `steps` steps."""

    populations: int
    neurons: int
    synapses: int
    depth: int
    steps: int
    latency_steps: int

    @classmethod
    def of(cls, program: Program) -> "ProgramSummary":
        return cls(**program.summary(), latency_steps=program.latency_steps)


@dataclass(frozen=True)
class Exactness:
    """Two runs that must agree bit for bit. first_difference: None where they do."""

    left: str
    right: str
    spikes_compared: int
    spikes_fired: int
    readouts_compared: int
    mismatches: int
    first_difference: str | None

    @classmethod
    def of(cls, comparison: Comparison) -> "Exactness":
        first = comparison.first
        return cls(
            comparison.left,
            comparison.right,
            comparison.spikes_compared,
            comparison.spikes_fired,
            comparison.readouts_compared,
            comparison.mismatches,
            first.describe(comparison.left, comparison.right) if first else None,
        )


@dataclass(frozen=True)
class IntegerAgreement:
    """Recommendations of the float model against the integer one, over `samples` sequences.

    mean_overlap: shared items of the two top-k lists over k. same_list: share of sequences with
    the same top-k items. same_first: share with the same first item.
    """

    samples: int
    k: int
    mean_overlap: float
    same_list: float
    same_first: float


@dataclass(frozen=True)
class Report:
    """Everything the page shows of one data set. Parts that a model has not are None or empty.

    Nothing of the run itself, such as its times: the same inputs give the same bytes. counted:
    which sequences were counted; it is also the first of the assumptions. fingerprint: SHA-256 of
    model.pt. order_warning: why the order of ties makes the data easier, "" where nothing says so.
    """

    model: ReportedModel
    program: ProgramSummary
    exactness: tuple[Exactness, ...]
    agreement: IntegerAgreement | None
    quantised: tuple[Quantised, ...]
    passes: PassTable | None
    counts: Counts
    scoring: ScoringCounts | None
    ann: tuple[OpRow, ...]
    energy: tuple[Sheet, ...]
    raster: Raster
    assumptions: tuple[str, ...]
    versions: Mapping[str, str]
    fingerprint: str
    counted: str = ""
    dataset: str = ""
    placement: Placed | None = None
    latency: ChipLatency | None = None
    baselines: tuple[Baseline, ...] = ()
    measured: tuple[Measured, ...] = ()
    paper: Paper | None = None
    sana_fe: BesideSanaFe | None = None
    chip_against_gpu: ChipAgainstGpu | None = None
    order_warning: str = ""

    def __repr__(self) -> str:
        return f"<Report {self.model.name}: {self.model.kind}, trained on {self.model.data}>"


@dataclass(frozen=True)
class Reports:
    """What `ssr report` writes: one report for each data set, and all of them in one table.

    compared: None for a single data set that the paper does not have. gates: models of the reports
    in gates.
    """

    reports: tuple[Report, ...]
    compared: Compared | None = None
    gates: tuple[GatesResult, ...] = ()
