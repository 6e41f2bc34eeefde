"""Reports of several data sets into one table, in the shape of the SSR paper's Table 3."""

from collections.abc import Iterable, Sequence

from ssr_neuro.costs.bill import Bill
from ssr_neuro.report.compared import COLUMNS, Compared, ComparedRow, FigureColumn, Figures
from ssr_neuro.report.contents import Report

OURS, PAPERS = "arithmetic-fp32", "ssr-paper"
TITLE = "Operations and energy of one inference, as the SSR paper's Table 3 sets them out"
NO_PAPER = "the paper's Table 3 has no such cell"
NO_BILL = "not priced in this mode"
NOTES = (
    "Ours: additions of SSR (synaptic operations, neuron updates, item scoring) and multiply-adds "
    "and additions of the others, at the prices of 45 nm fp32 arithmetic; memory, routing and "
    "static power stand in the other modes.",
    "Figures of the paper are of batches whose size it does not say; ours are of one user. What "
    "else its Table 3 leaves open stands with the mode ssr-paper.",
)


def compare_with_paper(reports: Sequence[Report]) -> Compared | None:
    """None for a single data set that the paper does not have."""
    if len(reports) == 1 and reports[0].paper is None:
        return None
    names = _names(reports)
    columns = [FigureColumn(n, whose, title) for n in names for whose, title in COLUMNS.items()]
    models = dict.fromkeys(model for report in reports for model in _models(report))
    rows = tuple(
        ComparedRow(model, tuple(cell for r in reports for cell in _cells(r, model)))
        for model in models
    )
    return Compared(TITLE, OURS, tuple(columns), rows, NOTES)


def _names(reports: Sequence[Report]) -> list[str]:
    """Of the data sets; where several models are of one, with the model's name; where several
    programs are of one model, with a number."""
    plain = [report.dataset for report in reports]
    named = [
        report.dataset
        if plain.count(report.dataset) == 1
        else f"{report.dataset}, {report.model.name}"
        for report in reports
    ]
    return [
        name if named.count(name) == 1 else f"{name}, {named[: place + 1].count(name)}"
        for place, name in enumerate(named)
    ]


def _models(report: Report) -> Iterable[str]:
    return (bill.subject for s in report.energy if s.mode in (OURS, PAPERS) for bill in s.bills)


def _cells(report: Report, model: str) -> tuple[Figures, ...]:
    return _price(report, model, OURS), _paper_figures(report, model), _price(report, model, PAPERS)


def _price(report: Report, model: str, mode: str) -> Figures:
    for sheet in report.energy:
        for bill in sheet.bills:
            if sheet.mode == mode and bill.subject == model:
                return _figures(bill)
    return Figures(None, None, NO_BILL)


def _paper_figures(report: Report, model: str) -> Figures:
    for cost in report.paper.costs if report.paper else ():
        if cost.model == model:
            return Figures(cost.operations, cost.energy_pj)
    return Figures(None, None, NO_PAPER)


def _figures(bill: Bill) -> Figures:
    counts = [term.count for term in bill.terms]
    known = [count for count in counts if count is not None]
    why = f"unknown: {', '.join(bill.unknown)}" if bill.unknown else ""
    return Figures(sum(known) if len(known) == len(counts) else None, bill.total_pj, why)
