"""What a compiled SSR costs, from the counts in its `report.json`, at the prices of any chip."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ssr_neuro.bundle import golden
from ssr_neuro.chip import Chip, Precision
from ssr_neuro.costs.accounting import arithmetic, memory
from ssr_neuro.costs.accounting.memory_model import MemoryModel
from ssr_neuro.costs.bill import Bill
from ssr_neuro.costs.counts import Counts
from ssr_neuro.costs.models.ssr_ann import AnnShape, shape_of
from ssr_neuro.costs.scoring import ScoringCounts
from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.files import json_document
from ssr_neuro.placement import Placement, place
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Trace
from ssr_neuro.report.document import ONE
from ssr_neuro.settings.models.ssr import SsrConfig

REMEDY = "give the report.json that ssr-compile writes, or a model.pt"


class _Model(BaseModel):
    model_config = ConfigDict(strict=True)
    name: str
    kind: str
    config: dict[str, Any]


class _Report(BaseModel):
    """What is read of a report.json, which holds much more."""

    model: _Model
    counts: Counts
    scoring: ScoringCounts | None


@dataclass(frozen=True)
class CompiledCounts:
    """Counts of the run behind a report. scoring and config: None for a graph that is no SSR."""

    name: str
    counts: Counts
    scoring: ScoringCounts | None
    config: SsrConfig | None

    def bill(self, target: Chip, precision: Precision, model: MemoryModel | None = None) -> Bill:
        """As the report's sheets have it; with `model` the bytes moved too."""
        if model is None:
            return arithmetic.ssr_bill(self.counts, self.scoring, target, precision)
        return memory.ssr_bill(self.counts, self.scoring, target, precision, model)

    @property
    def shape(self) -> AnnShape | None:
        """Of the twin without spikes."""
        return None if self.config is None else shape_of(self.config)


def read(path: Path) -> CompiledCounts:
    """Raises BadInput where the file is no report of ssr-compile."""
    document = json_document.read_any(path, REMEDY)
    if not isinstance(document, dict) or document.get("format") != ONE.name:
        raise _no_report(path, f"it does not say that its format is {ONE.name}")
    try:
        report = _Report.model_validate(document)
        config = SsrConfig.from_dict(report.model.config) if report.model.kind == "ssr" else None
    except ValidationError as error:
        raise _no_report(path, "; ".join(json_document.describe(error))) from error
    except BadInput as error:
        raise _no_report(path, str(error)) from error
    return CompiledCounts(report.model.name, report.counts, report.scoring, config)


def _no_report(path: Path, why: str) -> BadInput:
    return BadInput(f"{path}: not a report that can be read ({why}); {REMEDY}")


@dataclass(frozen=True)
class ChipPlacements:
    """placements: of the chips that hold the program. misfits: why others do not, a line each."""

    placements: tuple[Placement, ...]
    misfits: tuple[str, ...]


NOT_PLACED: ChipPlacements = ChipPlacements((), ())


def place_bundle_on_chips(folder: Path, chips: Mapping[str, Chip]) -> ChipPlacements:
    """Messages are those of the bundle's golden vectors. Raises BadInput on a damaged bundle.

    chips: by what `--chip` takes, a name or a file.
    """
    program = program_file.load(folder)
    if not (folder / "golden").is_dir():
        raise BadInput(
            f"{folder} has no golden vectors, so nothing says how many messages its program sends; "
            f"compile it again, or give {folder / 'report.json'}, which is placed on no chip"
        )
    return place_on_chips(program, golden.read(folder / "golden").trace, chips, str(folder))


def place_on_chips(
    program: Program, trace: Trace, chips: Mapping[str, Chip], name: str
) -> ChipPlacements:
    """Messages are those of `trace`. chips: as above. name: what `ssr place` would be given."""
    placements, misfits = [], []
    for given, chip in chips.items():
        try:
            placements.append(place(program, chip, trace))
        except DoesNotFit:
            misfits.append(
                f"It does not fit {chip.name}, so it was not placed there; "
                f"`ssr place {name} --chip {given}` says why."
            )
    return ChipPlacements(tuple(placements), tuple(misfits))
