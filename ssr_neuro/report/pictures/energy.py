"""Energy by term: one stacked bar for each model, all on one scale."""

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from ssr_neuro.charts import numbers
from ssr_neuro.charts.svg import GLYPH, LABEL, PLOT, label, rect, svg, text
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.bill import Bill, Term
from ssr_neuro.report.pictures.kinds import KINDS, Kind, kind_of

ROW = 36
BAR = 24
TOTAL = 160  # room for the total behind the longest bar
LETTERED = 11  # narrowest box with a letter in it


def energy_bars(sheet: Sheet) -> Markup:
    """SSR above the others. A term without a price is a hatched box of no particular width."""
    scale = (PLOT - TOTAL) / (max(b.known_pj for b in sheet.bills) or 1.0)
    unit = numbers.energy_unit(max(b.known_pj for b in sheet.bills))
    marks = [
        mark
        for number, b in enumerate(sheet.bills)
        for mark in _bar(b, number * ROW + 4, scale, unit, "label" if number else "label strong")
    ]
    return svg(f"Energy by term: {sheet.title}", ROW * len(sheet.bills) + 4, marks)


def kinds_of(bills: Iterable[Bill]) -> tuple[Kind, ...]:
    """The kinds of terms in them, in the order of KINDS."""
    found = {kind_of(term.name) for bill in bills for term in bill.terms}
    return tuple(kind for kind in KINDS if kind in found)


def in_order(bill: Bill) -> list[Term]:
    """Its terms by kind, those of one kind as they stand."""
    return sorted(bill.terms, key=lambda term: kind_of(term.name).number)


def _bar(bill: Bill, top: float, scale: float, unit: numbers.Unit, named: str) -> Iterator[Markup]:
    yield label(bill.subject, top + BAR / 2 + 4, named)
    left = float(LABEL)
    for term in in_order(bill):
        if term.energy_pj is None:
            continue
        length = term.energy_pj * scale
        yield from _box(bill.subject, term, left, top, length, unit)
        left += length
    if bill.unknown:
        tip = f"{bill.subject}, not known: {', '.join(bill.unknown)}"
        yield rect(left + 1, top + 0.5, 14, BAR - 1, "unknown", tip)
        left += 16
    yield text(_total(bill, unit), left + 8, top + BAR / 2 + 4, "value strong")


def _box(
    subject: str, term: Term, left: float, top: float, length: float, unit: numbers.Unit
) -> Iterator[Markup]:
    kind = kind_of(term.name)
    yield rect(left, top, length, BAR, f"c{kind.number} part", tip_of(subject, term, unit))
    if length >= LETTERED:
        yield text(kind.letter, left + length / 2, top + BAR / 2 + 4, f"inside i{kind.number}")


def tip_of(subject: str, term: Term, unit: numbers.Unit) -> str:
    """What a box stands for: whose term, how it was reached and who says what it costs."""
    counted = f"{numbers.count(term.count)} at {numbers.short(term.price_pj)} pJ"
    energy = numbers.energy(term.energy_pj, unit)
    return f"{subject}, {term.name}: {energy} = {counted}. {term.evidence}: {term.source}"


def _total(bill: Bill, unit: numbers.Unit) -> str:
    if bill.total_pj is not None:
        return numbers.energy(bill.total_pj, unit)
    if not bill.known_pj:
        return numbers.UNKNOWN
    said = f"at least {numbers.energy(bill.known_pj, unit)}"
    return said if len(said) * GLYPH + 24 < TOTAL else numbers.energy(bill.known_pj, unit) + " +"
