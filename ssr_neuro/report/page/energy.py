"""One mode of accounting as the page shows it: verdict, pictures, every term with its price."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from ssr_neuro.charts import numbers
from ssr_neuro.charts.frame import draw_both_frames
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.bill import Bill, Term
from ssr_neuro.report.accuracy_of import FORMS, TWIN, accuracy_of
from ssr_neuro.report.contents import Report
from ssr_neuro.report.names import subject_name
from ssr_neuro.report.page import accuracy, headline
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Cell, Column, Table, column_unit, columns, number, words
from ssr_neuro.report.pictures import lines
from ssr_neuro.report.pictures.energy import energy_bars, kinds_of, sort_terms
from ssr_neuro.report.pictures.kinds import Kind, kind_of
from ssr_neuro.report.pictures.pareto import ModelPoint, pareto


@dataclass(frozen=True)
class Mode:
    """pareto: a picture for each column in which two models or more have an accuracy, under the
    name of its metric. break_even: None where fewer than two models have what it needs. meets:
    whether break_even draws a rate at which SSR needs as much as another. accuracy: of the models
    that the verdict compares, in words."""

    sheet: Sheet
    verdict: headline.Verdict
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
    verdict = headline.verdict(sheet)
    return Mode(
        sheet=sheet,
        verdict=verdict,
        bars=draw_both_frames(partial(energy_bars, sheet)),
        kinds=kinds_of(sheet.bills),
        pareto=tuple(_pareto(report, sheet)),
        break_even=draw_both_frames(partial(lines.break_even, sheet)) if crossing else None,
        meets=bool(lines.meetings(sheet)),
        against=_compare(report, sheet, prices, accuracy.source(report, sources))
        if len(sheet.bills) > 1
        else None,
        sensitivity=tuple(
            (one.what, draw_both_frames(partial(lines.sensitivity, one)))
            for one in sheet.sensitivity
        ),
        terms=_terms(sheet, sources, path, prices),
        variants=_variants(report, sheet, prices, accuracy.source(report, sources)),
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


def _compare(report: Report, sheet: Sheet, ref: int, judged_by: int) -> Table:
    """SSR beside every other model: energies, accuracies, the firing rate of equal cost."""
    unit = column_unit([b.total_pj for b in sheet.bills])
    ours = accuracy_of(report, sheet.bills[0].subject)
    rows = tuple(
        (
            words(subject_name(b.subject)),
            _energy(b.total_pj, unit),
            number(sheet.ratios.get(b.subject), numbers.times),
            *accuracy.accuracy_cells(accuracy_of(report, b.subject), judged_by, ours),
            _break_even(sheet, b),
        )
        for b in sheet.bills[1:]
    )
    titles = columns(
        "Model",
        f"Energy ({unit.name})",
        "Energy of SSR over it",
        *((title, judged_by) for title in accuracy.JUDGED),
        "Same energy at a firing rate of",
    )
    ssr = numbers.energy(sheet.bills[0].total_pj, unit)
    here = numbers.percent(sheet.rate)
    note = (
        f"SSR needs {ssr}. This run has {here} spikes per synapse and step; below the rate in the "
        "last column SSR needs less energy than the other model."
    )
    note = " ".join(filter(None, (note, accuracy.order_note(report))))
    return Table("SSR beside each model", titles, rows, note=note, ref=ref)


def _break_even(sheet: Sheet, other: Bill) -> Cell:
    if other.total_pj is None or sheet.bills[0].total_pj is None:
        return Cell(numbers.UNKNOWN, None)
    rate = sheet.break_even.get(other.subject)
    if rate is None:
        return Cell("none", 0.0, small="SSR needs more even without spikes")
    if rate > 1:
        return Cell("any", rate, small="SSR needs less even if every neuron fires in every step")
    return number(rate, numbers.percent)


def _terms(sheet: Sheet, sources: Sources, path: str, prices: int) -> Table:
    unit = column_unit([t.energy_pj for b in sheet.bills for t in b.terms])
    rows, totals = [], []
    for place, bill in enumerate(sheet.bills):
        for term in sort_terms(bill):
            kind = kind_of(term.name)
            rows.append(
                (
                    words(subject_name(bill.subject)),
                    Cell(term.name, term.name, colour=kind.number),
                    number(term.count),
                    _price(term, sources),
                    _energy(term.energy_pj, unit),
                )
            )
        where = f"{path}bills.{place}.total_pj"
        totals.append(
            (
                words(subject_name(bill.subject), "strong"),
                words("total", "strong"),
                Cell("", None),
                Cell("", None),
                _total(bill.total_pj, where),
            )
        )
    titles = (
        Column("Model", words=True),
        Column("Term", words=True),
        Column("Count"),
        Column("Price (pJ)"),
        Column(f"Energy ({unit.name})"),
    )
    return Table(f"Every term: {sheet.title}", titles, (*rows, *totals), ref=prices)


def _price(term: Term, sources: Sources) -> Cell:
    if term.price_pj is None:
        return number(None, small=term.source)
    ref = sources.ref(f"{term.source}; evidence: {term.evidence}")
    return number(term.price_pj, numbers.short, ref=ref)


def _energy(value_pj: float | None, unit: numbers.Unit) -> Cell:
    shown = None if value_pj is None else value_pj / unit.pj
    return Cell(numbers.significant(shown), value_pj)


def _total(value_pj: float | None, path: str) -> Cell:
    return number(value_pj, numbers.energy, kind="strong", path=path)


def _variants(report: Report, sheet: Sheet, prices: int, judged_by: int) -> Table | None:
    """All compute the same scores, so all have one accuracy."""
    if not sheet.variants:
        return None
    unit = column_unit([v.total_pj for v in sheet.variants])
    ours, twin = accuracy_of(report, sheet.bills[0].subject), accuracy_of(report, TWIN)
    titles = columns(
        "SSR-ANN",
        "Multiply-adds",
        "Additions",
        f"Energy ({unit.name})",
        "Energy of SSR over it",
        *((title, judged_by) for title in accuracy.JUDGED),
    )
    rows = tuple(
        (
            words(v.name),
            number(v.macs),
            number(v.additions),
            _energy(v.total_pj, unit),
            number(v.ratio, numbers.times),
            *accuracy.accuracy_cells(twin, judged_by, ours),
        )
        for v in sheet.variants
    )
    return Table("SSR against other ways to compute SSR-ANN", titles, rows, ref=prices)
