"""One mode of accounting in one sentence: SSR against its twin and the cheapest of the others."""

from dataclasses import dataclass, replace
from typing import Literal

from ssr_neuro.charts import numbers
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.bill import Bill
from ssr_neuro.report.contents import Report
from ssr_neuro.report.names import subject_name

Tone = Literal["less", "mixed", "more", "alone", "unknown"]
NAMED = 4


@dataclass(frozen=True)
class Verdict:
    """One mode of accounting in one sentence. badge: the shortest form of it.

    subjects: the models that it sets side by side, by the names of their bills.
    """

    mode: str
    title: str
    tone: Tone
    badge: str
    sentence: str
    subjects: tuple[str, ...] = ()


def verdicts(report: Report) -> tuple[Verdict, ...]:
    """One for each mode, in the order of the sheets."""
    return tuple(verdict(sheet) for sheet in report.energy)


def verdict(sheet: Sheet) -> Verdict:
    """SSR against its twin and against the cheapest of all, at the same prices."""
    ssr, *others = sheet.bills
    priced = [b for b in others if b.total_pj]
    if ssr.total_pj is None:
        return _describe_one(sheet, "unknown", "no total", _describe_unknown(ssr))
    total = numbers.energy(ssr.total_pj)
    if not priced:
        return _describe_one(
            sheet,
            "alone",
            total,
            f"{subject_name(ssr.subject)} needs {total}; no other model is priced here.",
        )
    cheapest = min(priced, key=lambda b: b.total_pj or 0.0)
    first = next((b for b in priced if b is others[0]), cheapest)
    parts = [f"SSR needs {total}{_compare(ssr.total_pj, first)}"]
    if cheapest is not first:
        parts.append(f"the cheapest of the others, {_cheapest(ssr.total_pj, cheapest)}")
    left_out = len(others) - len(priced)
    if left_out:
        parts.append(f"{left_out} more {'has' if left_out == 1 else 'have'} no total")
    tone = _tone(ssr.total_pj, first.total_pj or 0.0, cheapest.total_pj or 0.0)
    ratio = ssr.total_pj / (first.total_pj or 1.0)
    subjects = dict.fromkeys((ssr.subject, first.subject, cheapest.subject))
    badge = _badge(ratio, subject_name(first.subject))
    said = _describe_one(sheet, tone, badge, f"{'; '.join(parts)}.")
    return replace(said, subjects=tuple(subjects))


def _tone(ssr: float, first: float, cheapest: float) -> Tone:
    """Mixed: less than the first of the others, but not the least of all."""
    if ssr < cheapest:
        return "less"
    return "mixed" if ssr < first else "more"


def _describe_one(sheet: Sheet, tone: Tone, badge: str, sentence: str) -> Verdict:
    return Verdict(sheet.mode, sheet.title, tone, badge, sentence)


def _badge(ratio: float, other: str) -> str:
    return f"{numbers.times(ratio)} \N{MULTIPLICATION SIGN} energy of {other}"


def _compare(energy_pj: float, other: Bill) -> str:
    theirs, energy = other.total_pj or 0.0, numbers.energy(other.total_pj)
    if energy_pj >= theirs:
        more = numbers.times(energy_pj / theirs)
        return f", {more} times what {subject_name(other.subject)} needs ({energy})"
    return f"; {subject_name(other.subject)} needs {_describe_more(theirs, energy_pj)}"


def _cheapest(energy_pj: float, other: Bill) -> str:
    theirs, energy = other.total_pj or 0.0, numbers.energy(other.total_pj)
    if energy_pj < theirs:
        return f"{subject_name(other.subject)}, needs {_describe_more(theirs, energy_pj)}"
    more = numbers.times(energy_pj / theirs)
    return f"{subject_name(other.subject)}, needs {energy}: SSR {more} times as much"


def _describe_more(theirs_pj: float, energy_pj: float) -> str:
    energy = numbers.energy(theirs_pj)
    return (
        f"{numbers.times(theirs_pj / energy_pj)} times as much ({energy})" if energy_pj else energy
    )


def _describe_unknown(ssr: Bill) -> str:
    names = ", ".join(ssr.unknown[:NAMED]) + (" and more" if len(ssr.unknown) > NAMED else "")
    known = f"; what is known adds up to {numbers.energy(ssr.known_pj)}" if ssr.known_pj else ""
    return f"No verdict, as these are not known: {names}{known}."
