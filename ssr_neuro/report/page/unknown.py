"""What is not known, from every part of a report, each thing once."""

from dataclasses import dataclass

from ssr_neuro.report.contents import Report
from ssr_neuro.report.names import GRAPH, subject_name


@dataclass(frozen=True)
class Unknown:
    """what: the figure that is missing. why: the reason, as far as one is given."""

    what: str
    why: str


def unknowns(report: Report) -> tuple[Unknown, ...]:
    """Terms without a price, what a chip's file does not state, runs without energy."""
    found = [*_energy(report), *_chip(report), *_sana_fe(report), *_measured_row(report)]
    if "integer" not in report.model.metrics and report.model.kind != GRAPH:
        found.append(Unknown("accuracy of the compiled integers", "no data set was given"))
    return tuple(dict.fromkeys(found))


def _energy(report: Report) -> list[Unknown]:
    found: dict[tuple[str, str], list[str]] = {}
    for sheet in report.energy:
        for bill in sheet.bills:
            for term in (t for t in bill.terms if t.energy_pj is None):
                subjects = found.setdefault((f"{sheet.title}, {term.name}", term.source), [])
                subjects.append(subject_name(bill.subject))
    return [Unknown(f"{what} ({', '.join(who)})", why) for (what, why), who in found.items()]


def _chip(report: Report) -> list[Unknown]:
    found = []
    if report.placement:
        title = report.placement.title
        found += [Unknown(f"{title}, {name}", why) for name, why in report.placement.unchecked]
    if report.latency:
        readings = (report.latency.modelled, *report.latency.published)
        for one in readings:
            for part in one.parts:
                if part.ns is None:
                    what = f"{report.latency.title}, {one.name}: {part.name}"
                    found.append(Unknown(what, part.why))
    return found


def _sana_fe(report: Report) -> list[Unknown]:
    prices = report.sana_fe.prices if report.sana_fe else ()
    return [
        Unknown(f"{one.heading}: given as 0", "; ".join(one.unknown))
        for one in prices
        if one.unknown
    ]


def _measured_row(report: Report) -> list[Unknown]:
    return [
        Unknown(f"energy of {row.name} on {row.device}, batch {row.batch}", row.why)
        for row in report.measured
        if row.gross_j is None
    ]
