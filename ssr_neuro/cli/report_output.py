"""What `ssr report` prints."""

from collections.abc import Mapping
from pathlib import Path

from ssr_neuro.charts.numbers import duration, energy, metric
from ssr_neuro.cli.output import console, print_json, table
from ssr_neuro.costs.bill import Bill
from ssr_neuro.evaluation.columns import SHOWN, figure_name, metric_key
from ssr_neuro.report.compare import PAPERS
from ssr_neuro.report.contents import Report, Reports

SHOWN_METRICS = tuple(metric_key("ndcg@10", column) for column in SHOWN)
FILES = ("report.html", "report.json", "report.csv", "report.md")


def show(reports: Reports, out: Path, json: bool) -> None:
    """Accuracy and energy of every model, where it lies, and the files written."""
    if json:
        print_json({"out": str(out), "files": FILES})
        return
    for report in reports.reports:
        _energy(report)
        _place(report)
        if report.sana_fe:
            beside = report.sana_fe
            table(f"Beside SANA-FE {beside.version}", beside.heads, beside.lines)
    for name in FILES:
        console.print(str(out / name), soft_wrap=True, markup=False)


def _energy(report: Report) -> None:
    """Modes that price other models too, then those of SSR alone."""
    shared = [s for s in report.energy if len(s.bills) > 1 and s.mode != PAPERS]
    judged = {"SSR": report.model.metrics.get("integer", {})}
    judged |= {one.subject: one.metrics for one in report.baselines}
    totals = [{b.subject: b.total_pj for b in sheet.bills} for sheet in shared]
    rows = [
        (
            subject,
            *(_accuracy(judged.get(subject, {}), key) for key in SHOWN_METRICS),
            *(energy(total[subject]) if subject in total else "" for total in totals),
        )
        for subject in dict.fromkeys(b.subject for sheet in shared for b in sheet.bills)
    ]
    heads = ("", *map(figure_name, SHOWN_METRICS), *(sheet.mode for sheet in shared))
    named = ", ".join(filter(None, (report.dataset, report.model.name)))
    if rows:
        table(f"{named}: energy of one inference", heads, rows)
    alone = [(s.title, _total(s.bills[0])) for s in report.energy if s not in shared]
    title = "SSR in other modes" if rows else f"{named}: energy of one inference"
    table(title, ("", "energy"), alone)


def _accuracy(found: Mapping[str, float], key: str) -> str:
    """Nothing for a model that was not judged; unknown where it was, without this column."""
    return metric(found.get(key)) if found else ""


def _total(bill: Bill) -> str:
    """Or at least what is known of it."""
    if bill.total_pj is not None:
        return energy(bill.total_pj)
    least = f"at least {energy(bill.known_pj)}, " if bill.known_pj else ""
    return f"{least}unknown: {', '.join(bill.unknown)}"


def _place(report: Report) -> None:
    placed, found = report.placement, report.latency
    if placed is None or not placed.fits:
        title = placed.title if placed else "the chip"
        console.print(f"{report.model.name} does not fit {title}:", markup=False)
        for problem in placed.misfits if placed else ():
            console.print(f"  {problem}", markup=False, soft_wrap=True)
    elif found:
        took = found.modelled.latency_s
        console.print(
            f"{placed.title}: cores {len(placed.cores)}, latency {found.steps} steps, modelled as "
            f"{duration(took)}",
            markup=False,
        )
    console.print()
