"""The tables of one mode of accounting: the models compared, every term, other forms of SSR-ANN."""

from ssr_neuro.charts import numbers
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.bill import Bill, Term
from ssr_neuro.report.accuracy_of import TWIN, accuracy_of
from ssr_neuro.report.contents import Report
from ssr_neuro.report.names import subject_name
from ssr_neuro.report.page import accuracy
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Cell, Column, Table, column_unit, columns, number, words
from ssr_neuro.report.pictures.energy import sort_terms
from ssr_neuro.report.pictures.kinds import kind_of


def compare_models(report: Report, sheet: Sheet, ref: int, judged_by: int) -> Table:
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


def list_terms(sheet: Sheet, sources: Sources, path: str, prices: int) -> Table:
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


def list_variants(report: Report, sheet: Sheet, prices: int, judged_by: int) -> Table | None:
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
