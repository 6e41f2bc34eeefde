"""What one inference costs, for any report: counts, a place on a chip, and every mode of energy."""

from collections.abc import Sequence
from dataclasses import dataclass

from ssr_neuro.chip import Chip, load_chip
from ssr_neuro.costs import Cost
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.accounting.sheets import EVENTS, sheets
from ssr_neuro.costs.counting import count
from ssr_neuro.costs.counts import Counts
from ssr_neuro.costs.models.ssr_ann import OpRow, device_rows, shape_of
from ssr_neuro.costs.scoring import ScoringCounts, scoring
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Trace
from ssr_neuro.report.on_chip import OnChip, place_report
from ssr_neuro.report.raster import Raster, raster
from ssr_neuro.settings.models.ssr import SsrConfig


@dataclass(frozen=True)
class ReportCosts:
    """ann: operations of SSR-ANN of the same shape, as a device would run it."""

    counts: Counts
    scoring: ScoringCounts
    ann: tuple[OpRow, ...]
    chip: OnChip
    energy: tuple[Sheet, ...]
    raster: Raster


def costs_of(
    program: Program,
    trace: Trace,
    items: ItemTable,
    config: SsrConfig,
    chip: Chip,
    *,
    must_fit: bool,
    others: Sequence[Cost] = (),
) -> ReportCosts:
    """Means over the samples of `trace`, a run of `program`. others: models to price beside it.

    Raises DoesNotFit, which lists all that does not, where the program must fit the chip.
    """
    counts = count(program, trace)
    codes = items.codes
    work = scoring(codes.reshape(len(codes), -1), codes[0].size)
    placed = place_report(program, chip, trace, must_fit=must_fit)
    placements = [placed.placement]
    if chip.name != EVENTS:  # whose events are priced in any report
        placements.append(place_report(program, load_chip(EVENTS), trace, must_fit=False).placement)
    return ReportCosts(
        counts=counts,
        scoring=work,
        ann=device_rows(shape_of(config)),
        chip=placed,
        energy=sheets(counts, work, shape_of(config), [p for p in placements if p], chip, others),
        raster=raster(program, trace),
    )
