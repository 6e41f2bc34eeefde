"""One mode of accounting as the page shows it: verdict, pictures, every term with its price."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from ssr_neuro.charts import numbers
from ssr_neuro.charts.frame import draw_both_frames
from ssr_neuro.costs.accounting.sheet import Sheet
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
    """pareto: a picture for each column in which two models or more have an accuracy, under the
    name of its metric. break_even: None where fewer than two models have what it needs. meets:
    whether break_even draws a rate at which SSR needs as much as another. accuracy: of the models
    that the verdict compares, in words."""

    sheet: Sheet
    verdict: Verdict
    bars: Markup
    kinds: tuple[Kind, ...]
    pareto: tuple[tuple[str, Markup], ...]
    break_even: Markup | None
    meets: bool
    against: Table | None
    sensitivity: tuple[tuple[str, Markup], ...]
    terms: Table
    variants: Table | None
    prices: int
    accuracy: str


def modes(report: Report, sources: Sources, path: str) -> tuple[Mode, ...]:
    """In the order of the sheets."""
    return tuple(
        _mode(report, sheet, sources, f"{path}energy.{number}.")
        for number, sheet in enumerate(report.energy)
    )


def _mode(report: Report, sheet: Sheet, sources: Sources, path: str) -> Mode:
    priced = [b for b in sheet.bills if b.total_pj is not None]
    crossing = len(priced) > 1 and priced[0] is sheet.bills[0] and sheet.rate > 0
    prices = sources.ref(
        f"Counts times published prices, {sheet.title}: each price stands with its own source "
        'under "Every term with its price".'
    )
    verdict = verdict_of(sheet)
    return Mode(
        sheet=sheet,
        verdict=verdict,
        bars=draw_both_frames(partial(energy_bars, sheet)),
        kinds=kinds_of(sheet.bills),
        pareto=tuple(_pareto(report, sheet)),
        break_even=draw_both_frames(partial(lines.break_even, sheet)) if crossing else None,
        meets=bool(lines.meetings(sheet)),
        against=compare_models(report, sheet, prices, accuracy.source(report, sources))
        if len(sheet.bills) > 1
        else None,
        sensitivity=tuple(
            (one.what, draw_both_frames(partial(lines.sensitivity, one)))
            for one in sheet.sensitivity
        ),
        terms=list_terms(sheet, sources, path, prices),
        variants=list_variants(report, sheet, prices, accuracy.source(report, sources)),
        prices=prices,
        accuracy=accuracy.describe_models(report, *verdict.subjects) if verdict.subjects else "",
    )


def _pareto(report: Report, sheet: Sheet) -> Iterator[tuple[str, Markup]]:
    metric = accuracy.leading_metric(report)
    for key in (metric, accuracy.left_out(metric)) if metric else ():
        found, name = points(report, sheet, key), numbers.metric_name(key)
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
