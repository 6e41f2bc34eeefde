"""`report.md`: the numbers of the page as tables of text, for a repository or an e-mail."""

from collections.abc import Iterable, Iterator, Sequence

from ssr_neuro.charts import numbers
from ssr_neuro.costs.accounting.sheet import Sheet
from ssr_neuro.costs.bill import Bill
from ssr_neuro.evaluation.columns import SHOWN, in_column
from ssr_neuro.report.compared import Compared, Figures
from ssr_neuro.report.contents import Report, Reports
from ssr_neuro.report.core_map import Placed
from ssr_neuro.report.latency import Latency, Reading
from ssr_neuro.report.sana_fe import BesideSanaFe

METRICS = tuple(
    in_column(name, column) for column in SHOWN for name in ("hr@10", "ndcg@10", "mrr@10")
)


def to_markdown(reports: Reports) -> str:
    """Every table with its head; a figure that is unknown says so."""
    parts = list(_compared(reports.compared)) if reports.compared else []
    for report in reports.reports:
        parts += _report(report)
    return "\n".join(parts).strip() + "\n"


def _report(report: Report) -> Iterator[str]:
    yield from (f"# {report.dataset or report.model.data}: {report.model.name}", "")
    yield from (f"{report.model.kind}, trained on {report.model.data}.", "")
    yield from _accuracy(report)
    yield from _counts(report)
    for sheet in report.energy:
        yield from _energy(sheet)
    if report.placement:
        yield from _placement(report.placement)
    if report.latency:
        yield from _latency(report.latency)
    if report.sana_fe:
        yield from _sana_fe(report.sana_fe)
    yield from _measured(report)
    yield from ("## Assumptions", "", *(f"- {said}" for said in report.assumptions), "")


def _accuracy(report: Report) -> Iterator[str]:
    name = report.model.kind.upper()
    rows = [(f"{name}, {kind}", found) for kind, found in report.model.metrics.items()]
    judged = {one.name: one.metrics for one in report.baselines if one.metrics}
    rows += list(judged.items())
    if report.paper:
        rows += [(f"{model} (the paper)", x) for model, x in report.paper.accuracy.items()]
    if rows:
        heads = ("model", *map(numbers.metric_name, METRICS))
        cells = [(who, *(numbers.metric(found.get(m)) for m in METRICS)) for who, found in rows]
        yield from _table("Accuracy", heads, cells)


def _counts(report: Report) -> Iterator[str]:
    counts = report.counts
    rows = [
        ("synaptic operations", numbers.count(counts.sops.mean), numbers.count(counts.sops.sd)),
        ("spikes", numbers.count(counts.spikes.mean), numbers.count(counts.spikes.sd)),
        ("neuron updates", numbers.count(counts.updates), "0"),
        ("firing rate", numbers.percent(counts.rate), ""),
    ]
    if report.scoring:
        rows.append(("additions to score all items", numbers.count(report.scoring.additions), "0"))
    yield from _table(
        f"Counts of one inference, {counts.samples} samples", ("", "mean", "deviation"), rows
    )


def _energy(sheet: Sheet) -> Iterator[str]:
    ssr, *others = sheet.bills
    rows = [(ssr.subject, _total(ssr), numbers.energy(ssr.known_pj), "", "")]
    rows += [
        (
            bill.subject,
            _total(bill),
            numbers.energy(bill.known_pj),
            _number(sheet.ratios[bill.subject]),
            _break_even(sheet, bill),
        )
        for bill in others
    ]
    heads = ("model", "total", "known terms", "SSR over it", "break-even rate")
    yield from _table(f"Energy: {sheet.title} ({sheet.mode})", heads, rows)


def _total(bill: Bill) -> str:
    if bill.total_pj is None:
        return f"{numbers.UNKNOWN}: {', '.join(bill.unknown)}"
    return numbers.energy(bill.total_pj)


def _break_even(sheet: Sheet, bill: Bill) -> str:
    """At no rate where SSR costs more even if it never fires."""
    rate = sheet.break_even[bill.subject]
    known = sheet.ratios[bill.subject] is not None
    return "at no rate" if rate is None and known else numbers.percent(rate)


def _placement(placed: Placed) -> Iterator[str]:
    if not placed.fits:
        yield from (f"## {placed.title}: does not fit", "")
        yield from (*(f"- {problem}" for problem in placed.misfits), "")
        return
    rows = [
        (
            way.name + (" (taken)" if way.taken else ""),
            *(numbers.mean(x) for x in (way.between, way.entering, way.together)),
        )
        for way in placed.ways
    ]
    heads = ("placement", "messages between cores", "from outside", "together")
    yield from _table(f"{placed.title}: {len(placed.cores)} cores", heads, rows)
    if placed.hops:
        east, north = placed.hops.east_west, placed.hops.north_south
        yield from (f"Hops: {numbers.mean(east)} east-west, {numbers.mean(north)} north-south.", "")


def _latency(found: Latency) -> Iterator[str]:
    readings = (*found.published, found.modelled)
    rows = [
        (
            one.name,
            f"{numbers.significant(one.step_ns)} ns" if one.step_ns is not None else _why(one),
            _with_unit(one.latency_s, "s"),
            _with_unit(one.throughput_per_s, "/s"),
        )
        for one in readings
    ]
    heads = ("reading", "time step", "latency", "throughput")
    yield from _table(f"Latency: {found.steps} steps on {found.title}", heads, rows)
    parts = [
        (part.name, part.group, numbers.count(part.count), _with_unit(part.ns, "ns"))
        for part in found.modelled.parts
    ]
    yield from _table("The modelled time step", ("part", "of", "count", "time"), parts)


def _sana_fe(found: BesideSanaFe) -> Iterator[str]:
    yield from _table("Beside SANA-FE", found.heads, found.lines)
    yield from (found.run, "", *(f"- {note}" for note in found.notes))
    yield from (
        f"- {one.heading}: given as 0: {'; '.join(one.unknown)}."
        for one in found.prices
        if one.unknown
    )
    yield ""


def _measured(report: Report) -> Iterator[str]:
    rows = [
        (
            f"{one.name}, {one.form}",
            f"{one.device}, {one.precision}",
            f"{one.batch}{' (best)' if one.best else ''}",
            _with_unit(one.latency_s.get("p50"), "s"),
            _with_unit(one.throughput_per_s, "/s"),
            _with_unit(one.gross_j, "J"),
            _with_unit(one.net_j, "J"),
        )
        for one in report.measured
    ]
    if rows:
        heads = ("model", "device", "batch", "latency p50", "windows", "gross", "net of idle")
        yield from _table("Measured", heads, rows)


def _compared(compared: Compared) -> Iterator[str]:
    heads = ["model"]
    for place in compared.columns:
        heads += [f"{place.dataset}, {place.title}: operations", "energy"]
    rows = [
        (row.model, *(text for cell in row.figures for text in _figures(cell)))
        for row in compared.rows
    ]
    yield from _table(compared.title, heads, rows)
    yield from (*(f"- {note}" for note in compared.notes), "")


def _figures(cell: Figures) -> tuple[str, str]:
    if cell.operations is None and cell.energy_pj is None:
        return ("", "")
    return numbers.count(cell.operations), numbers.energy(cell.energy_pj)


def _why(reading: Reading) -> str:
    return f"unknown: {'; '.join(reading.unknown)}"


def _number(value: float | None) -> str:
    return "" if value is None else numbers.significant(value)


def _with_unit(value: float | None, unit: str) -> str:
    return numbers.UNKNOWN if value is None else f"{numbers.significant(value)} {unit}"


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from (f"## {title}", "", _line(heads))
    yield _line(["---", *("---:" for _ in heads[1:])])
    yield from (_line(row) for row in rows)
    yield ""


def _line(cells: Sequence[str]) -> str:
    escaped = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(escaped)} |"
