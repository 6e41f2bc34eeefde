"""Every term of every bill as one row: the table that a spreadsheet or data frame starts from."""

from collections.abc import Iterator
from dataclasses import dataclass

from ssr_neuro.costs.bill import Bill, Term
from ssr_neuro.report.contents import Report, Reports
from ssr_neuro.report.rivals import Measured
from ssr_neuro.report.sana_fe import TOTAL, BesideSanaFe

PJ_PER_J = 1e12
WHOLE = "whole inference"


@dataclass(frozen=True)
class TermRow:
    """One term of one bill; per inference. count, price_pj, energy_pj: None where it is unknown.

    A measured energy is one term of a mode of its own, without count and price. So is the sum that
    SANA-FE gives; its counts and times are terms of another mode, without energies.
    """

    dataset: str
    model: str
    subject: str
    mode: str
    term: str
    count: float | None
    price_pj: float | None
    energy_pj: float | None
    source: str
    evidence: str


def rows(reports: Reports) -> Iterator[TermRow]:
    """In the order of the reports, their sheets, bills and terms; then SANA-FE's and measured."""
    for report in reports.reports:
        for sheet in report.energy:
            for bill in sheet.bills:
                yield from _bill_rows(report, sheet.mode, bill)
        if report.sana_fe:
            yield from _sana_fe_rows(report, report.sana_fe)
        for one in report.measured:
            yield from _run_rows(report, one)


def _bill_rows(report: Report, mode: str, bill: Bill) -> Iterator[TermRow]:
    return (_row(report, mode, bill, term) for term in bill.terms)


def _row(report: Report, mode: str, bill: Bill, term: Term) -> TermRow:
    return TermRow(
        dataset=report.dataset,
        model=report.model.name,
        subject=bill.subject,
        mode=mode,
        term=term.name,
        count=term.count,
        price_pj=term.price_pj,
        energy_pj=term.energy_pj,
        source=term.source,
        evidence=term.evidence,
    )


def _sana_fe_rows(report: Report, found: BesideSanaFe) -> Iterator[TermRow]:
    """Per set of prices: energies by part, their sum, and counts and times (s)."""
    for place, prices in enumerate(found.prices):
        mode = f"sana-fe-{found.chip}" + (f"-{prices.name}" if prices.name else "")
        for figure in found.figures:
            value, why = figure.sana_fe[place], figure.why[1 + place]
            is_energy, is_sum = figure.unit == "pJ", figure.name == TOTAL
            yield TermRow(
                dataset=report.dataset,
                model=report.model.name,
                subject="SSR",
                mode=mode + (", sum" if is_sum else "" if is_energy else ", counts and times"),
                term=figure.name + (" (s)" if figure.unit == "s" else ""),
                count=None if is_energy else value,
                price_pj=None,
                energy_pj=value if is_energy else None,
                source=f"{found.run} Prices: {prices.title}" + (f": {why}" if why else ""),
                evidence="unknown" if value is None else "simulated",
            )


def _run_rows(report: Report, one: Measured) -> Iterator[TermRow]:
    for kind, joules in (("gross", one.gross_j), ("net of idle", one.net_j)):
        yield TermRow(
            dataset=report.dataset,
            model=report.model.name,
            subject=f"{one.kind}, {one.form}",
            mode=f"measured on {one.device}, batch {one.batch}, {one.precision}, {kind}",
            term=WHOLE,
            count=None,
            price_pj=None,
            energy_pj=None if joules is None else joules * PJ_PER_J,
            source=f"{one.file}: {one.source or one.why}",
            evidence="measured" if joules is not None else "unknown",
        )
