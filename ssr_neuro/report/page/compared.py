"""Several data sets in one table, in the shape of the SSR paper's Table 3."""

from collections.abc import Sequence
from dataclasses import dataclass

from ssr_neuro.charts import numbers
from ssr_neuro.report.accuracy_of import accuracy_of
from ssr_neuro.report.compared import COLUMNS, Compared, Figures
from ssr_neuro.report.contents import Report
from ssr_neuro.report.names import data_set_name, subject_name
from ssr_neuro.report.page import accuracy
from ssr_neuro.report.page.sources import Sources
from ssr_neuro.report.page.table import Cell

SAID = {
    "ours": "Counted and priced by this program: {mode}.",
    "paper": "The SSR paper, Table 3.",
    "ssr-paper": "Counted by this program, priced as the SSR paper's Table 3 does.",
}


@dataclass(frozen=True)
class ColumnFigures:
    """figures: of one column; path: its place in the JSON."""

    figures: Figures
    path: str


@dataclass(frozen=True)
class Group:
    """One data set: its models, each with the cells of `accuracy.judged` and its figures."""

    dataset: str
    rows: tuple[tuple[str, tuple[Cell, ...], tuple[ColumnFigures, ...]], ...]


@dataclass(frozen=True)
class ComparedGrid:
    """whose: title of each column and the number of its source. unit: of all energies."""

    whose: tuple[tuple[str, int], ...]
    groups: tuple[Group, ...]
    unit: numbers.Unit


def grid(compared: Compared, reports: Sequence[Report], sources: Sources) -> ComparedGrid:
    """Data sets below each other, so that any number of them fits a page.

    reports: those that it was made of, in the order of its data sets.
    """
    energies = [f.energy_pj or 0.0 for row in compared.rows for f in row.figures]
    datasets = dict.fromkeys(column.dataset for column in compared.columns)
    return ComparedGrid(
        tuple(
            (title, sources.ref(SAID[whose].format(mode=compared.mode)))
            for whose, title in COLUMNS.items()
        ),
        tuple(
            _group(compared, dataset, report, accuracy.source(report, sources))
            for dataset, report in zip(datasets, reports, strict=True)
        ),
        numbers.energy_unit(max(energies, default=0.0)),
    )


def _group(compared: Compared, dataset: str, report: Report, ref: int) -> Group:
    """Models without a figure for the data set are left out."""
    places = [k for k, column in enumerate(compared.columns) if column.dataset == dataset]
    rows = [
        (
            row.model,
            tuple(
                ColumnFigures(row.figures[k], f"compared.rows.{number}.figures.{k}.operations")
                for k in places
            ),
        )
        for number, row in enumerate(compared.rows)
    ]
    known = [
        (subject_name(model), accuracy.accuracy_cells(accuracy_of(report, model), ref), found)
        for model, found in rows
        if any(_known_cell(f.figures) for f in found)
    ]
    return Group(data_set_name(dataset), tuple(known))


def _known_cell(figures: Figures) -> bool:
    return figures.operations is not None or figures.energy_pj is not None
