"""Energy by term: one stacked bar for each model, all on one scale."""

from collections.abc import Iterable

from markupsafe import Markup

from ssr_neuro.charts import numbers
from ssr_neuro.charts.bars import Bar, BarPart, bars
from ssr_neuro.charts.frame import Frame
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.bill import Bill, Term
from ssr_neuro.report.names import subject_name
from ssr_neuro.report.pictures.kinds import KINDS, Kind, kind_of


def energy_bars(sheet: Sheet, frame: Frame) -> Markup:
    """SSR above the others. A term without a price is a hatched box of no particular width."""
    unit = numbers.energy_unit(max(b.known_pj for b in sheet.bills))
    rows = [_bar(b, unit, "" if number else "strong") for number, b in enumerate(sheet.bills)]
    return bars(f"Energy by term: {sheet.title}", rows, frame, "value strong")


def kinds_of(bills: Iterable[Bill]) -> tuple[Kind, ...]:
    """The kinds of terms in them, in the order of KINDS."""
    found = {kind_of(term.name) for bill in bills for term in bill.terms}
    return tuple(kind for kind in KINDS if kind in found)


def sort_terms(bill: Bill) -> list[Term]:
    """Its terms by kind, those of one kind as they stand."""
    return sorted(bill.terms, key=lambda term: kind_of(term.name).number)


def _bar(bill: Bill, unit: numbers.Unit, kind: str) -> Bar:
    name = subject_name(bill.subject)
    parts = tuple(_part(name, term, unit) for term in sort_terms(bill) if _known_terms(term))
    unknown = f"{name}, not known: {', '.join(bill.unknown)}" if bill.unknown else ""
    return Bar(name, parts, _total(bill, unit), kind, unknown)


def _known_terms(term: Term) -> bool:
    return term.energy_pj is not None


def _part(subject: str, term: Term, unit: numbers.Unit) -> BarPart:
    kind, tip = kind_of(term.name), tip_of(subject, term, unit)
    return BarPart(
        term.energy_pj or 0.0, f"c{kind.number} part", tip, kind.short, f"i{kind.number}"
    )


def tip_of(subject: str, term: Term, unit: numbers.Unit) -> str:
    """What a box stands for: whose term, how it was reached and who says what it costs."""
    counted = f"{numbers.count(term.count)} at {numbers.short(term.price_pj)} pJ"
    energy = numbers.energy(term.energy_pj, unit)
    return f"{subject}, {term.name}: {energy} = {counted}. {term.evidence}: {term.source}"


def _total(bill: Bill, unit: numbers.Unit) -> str:
    if bill.total_pj is not None:
        return numbers.energy(bill.total_pj, unit)
    return f"at least {numbers.energy(bill.known_pj, unit)}" if bill.known_pj else numbers.UNKNOWN
