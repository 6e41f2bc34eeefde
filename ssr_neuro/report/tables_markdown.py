"""`report.md`: the tables of the page as text, for a repository or an e-mail."""

from collections.abc import Iterable, Iterator, Sequence

from ssr_neuro.charts import numbers
from ssr_neuro.files.names import markdown_text
from ssr_neuro.report.compared import Compared, Figures
from ssr_neuro.report.contents import Report, Reports
from ssr_neuro.report.names import GRAPH, subject_name
from ssr_neuro.report.page import gates
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Cell, Table
from ssr_neuro.report.page.tables import tables
from ssr_neuro.report.sana_fe import BesideSanaFe


def to_markdown(reports: Reports) -> str:
    """Every table with its head; a figure that is unknown says so."""
    parts = list(_compared_table(reports.compared)) if reports.compared else []
    for report in reports.reports:
        parts += _report(report)
    if reports.gates:
        parts += _table(gates.table(reports.gates, Sources()))
        parts += [*(f"- {note}" for note in gates.NOTES), ""]
    return "\n".join(parts).strip() + "\n"


def _report(report: Report) -> Iterator[str]:
    model, data = report.model, report.dataset or report.model.data
    if model.kind == GRAPH:
        yield from (f"# Graph {markdown_text(model.name)}", "")
    else:
        yield from (f"# {markdown_text(data)}: {markdown_text(model.name)}", "")
        yield from (f"{markdown_text(model.kind)}, trained on {markdown_text(model.data)}.", "")
    for table in tables(report, Sources()):
        yield from _table(table)
    if report.placement and report.placement.misfits:
        yield from (f"## {report.placement.title}: does not fit", "")
        yield from (*(f"- {markdown_text(problem)}" for problem in report.placement.misfits), "")
    if report.sana_fe:
        yield from _sana_fe(report.sana_fe)
    yield from (
        "## Assumptions",
        "",
        *(f"- {markdown_text(said)}" for said in report.assumptions),
        "",
    )


def _sana_fe(found: BesideSanaFe) -> Iterator[str]:
    """How SANA-FE ran, why its figures may differ, and what it took as 0."""
    yield from ("## How SANA-FE ran", "", found.run, "", *(f"- {note}" for note in found.notes))
    yield from (
        f"- {one.heading}: given as 0: {'; '.join(one.unknown)}."
        for one in found.prices
        if one.unknown
    )
    yield ""


def _table(table: Table) -> Iterator[str]:
    heads = [column.title for column in table.columns]
    rows = [*table.rows, *([table.foot] if table.foot else [])]
    yield from _lines(table.caption, heads, [[_cell(cell) for cell in row] for row in rows])
    if table.note:
        yield from (table.note, "")


def _cell(cell: Cell) -> str:
    return f"{cell.text} ({cell.small})" if cell.small else cell.text


def _compared_table(compared: Compared) -> Iterator[str]:
    heads = ["model"]
    for place in compared.columns:
        heads += [f"{place.dataset}, {place.title}: operations", "energy"]
    rows = [
        (subject_name(row.model), *(text for cell in row.figures for text in _figures(cell)))
        for row in compared.rows
    ]
    yield from _lines(compared.title, heads, rows)
    yield from (*(f"- {markdown_text(note)}" for note in compared.notes), "")


def _figures(cell: Figures) -> tuple[str, str]:
    if cell.operations is None and cell.energy_pj is None:
        return ("", "")
    return numbers.count(cell.operations), numbers.energy(cell.energy_pj)


def _lines(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from (f"## {title}", "", _line(heads))
    yield _line(["---", *("---:" for _ in heads[1:])])
    yield from (_line(row) for row in rows)
    yield ""


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(markdown_text, cells))} |"
