"""One mode of accounting as the page shows it: verdict, pictures, every term with its price."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial

from markupsafe import Markup

from ssr_neuro.charts.frame import draw_both_frames
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.evaluation.columns import figure_name
from ssr_neuro.report.accuracy_of import FORMS
from ssr_neuro.report.contents import Report
from ssr_neuro.report.names import subject_name
from ssr_neuro.report.page import accuracy
from ssr_neuro.report.page.energy_tables import compare_models, list_terms, list_variants
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Table
from ssr_neuro.report.page.verdict import Verdict
from ssr_neuro.report.page.verdict import verdict as verdict_of
from ssr_neuro.report.pictures import lines
from ssr_neuro.report.pictures.energy import energy_bars, kinds_of
from ssr_neuro.report.pictures.kinds import Kind
from ssr_neuro.report.pictures.pareto import ModelPoint, pareto


@dataclass(frozen=True)
class Mode:
    """Tables, and pictures that are drawn when they are asked for.

    meets: whether `break_even` draws a rate at which SSR needs as much as another. accuracy: of the
    models that the verdict compares, in words.
    """

    report: Report
    sheet: Sheet
    verdict: Verdict
    kinds: tuple[Kind, ...]
    meets: bool
    against: Table | None
    terms: Table
    variants: Table | None
    prices: int
    accuracy: str

    @property
    def bars(self) -> Markup:
        """Every model's total by what it pays for."""
        return draw_both_frames(partial(energy_bars, self.sheet))

    @cached_property
    def pareto(self) -> tuple[tuple[str, Markup], ...]:
        """For each column in which two models or more have an accuracy: its metric, the picture."""
        return tuple(_pareto(self.report, self.sheet))

    @cached_property
    def break_even(self) -> Markup | None:
        """Totals by SSR's firing rate; None where fewer than two models have what it needs."""
        bills = self.sheet.bills
        priced = [b for b in bills if b.total_pj is not None]
        crossing = len(priced) > 1 and priced[0] is bills[0] and self.sheet.rate > 0
        return draw_both_frames(partial(lines.break_even, self.sheet)) if crossing else None

    @property
    def sensitivity(self) -> Iterator[tuple[str, Markup]]:
        """What changes, and the totals as it does."""
        for one in self.sheet.sensitivity:
            yield one.what, draw_both_frames(partial(lines.sensitivity, one))


def modes(report: Report, sources: Sources, path: str) -> tuple[Mode, ...]:
    """In the order of the sheets."""
    return tuple(
        _mode(report, sheet, sources, f"{path}energy.{number}.")
        for number, sheet in enumerate(report.energy)
    )


def _mode(report: Report, sheet: Sheet, sources: Sources, path: str) -> Mode:
    prices = sources.ref(
        f"Counts times published prices, {sheet.title}: each price stands with its own source "
        'under "Every term with its price".'
    )
    verdict = verdict_of(sheet)
    return Mode(
        report=report,
        sheet=sheet,
        verdict=verdict,
        kinds=kinds_of(sheet.bills),
        meets=bool(lines.meetings(sheet)),
        against=compare_models(report, sheet, prices, accuracy.source(report, sources))
        if len(sheet.bills) > 1
        else None,
        terms=list_terms(sheet, sources, path, prices),
        variants=list_variants(report, sheet, prices, accuracy.source(report, sources)),
        prices=prices,
        accuracy=accuracy.describe_models(report, *verdict.subjects) if verdict.subjects else "",
    )


def _pareto(report: Report, sheet: Sheet) -> Iterator[tuple[str, Markup]]:
    metric = accuracy.leading_metric(report)
    for key in (metric, accuracy.left_out(metric)) if metric else ():
        found, name = points(report, sheet, key), figure_name(key)
        if len(found) > 1:
            yield name, draw_both_frames(partial(pareto, found, name))


def points(report: Report, sheet: Sheet, metric: str) -> list[ModelPoint]:
    """Models with that accuracy and a total in this mode; of SSR the first form that is known."""
    found = []
    form = next((form for form in FORMS if form in report.model.metrics), "")
    ours, total = report.model.metrics.get(form, {}), sheet.bills[0].total_pj
    if metric in ours and total:
        error = ours.get(f"{metric}_error", 0.0)
        name = subject_name(sheet.bills[0].subject)
        found.append(ModelPoint(name, total, ours[metric], error, True))
    for b in report.baselines:
        energy = b.energy_pj.get(sheet.mode)
        if metric in b.metrics and energy:
            error = b.metrics.get(f"{metric}_error", 0.0)
            name = subject_name(b.subject or b.name)
            found.append(ModelPoint(name, energy, b.metrics[metric], error, False))
    return found
