"""Several data sets in one table, in the shape of the SSR paper's Table 3."""

from dataclasses import dataclass

from ssr_neuro.charts import numbers
from ssr_neuro.report.compared import COLUMNS, Compared, Figures
from ssr_neuro.report.page.sources import Sources

SAID = {
    "ours": "Counted and priced by this program: {mode}.",
    "paper": "The SSR paper, Table 3.",
    "ssr-paper": "Counted by this program, priced as the SSR paper's Table 3 does.",
}


@dataclass(frozen=True)
class Figure:
    """figures: of one column; path: its place in the JSON."""

    figures: Figures
    path: str


@dataclass(frozen=True)
class Group:
    """One data set: its models, each with its figures in every column."""

    dataset: str
    rows: tuple[tuple[str, tuple[Figure, ...]], ...]


@dataclass(frozen=True)
class Grid:
    """whose: title of each column and the number of its source. unit: of all energies."""

    whose: tuple[tuple[str, int], ...]
    groups: tuple[Group, ...]
    unit: numbers.Unit


def grid(compared: Compared, sources: Sources) -> Grid:
    """Data sets below each other, so that any number of them fits a page."""
    energies = [f.energy_pj or 0.0 for row in compared.rows for f in row.figures]
    datasets = dict.fromkeys(column.dataset for column in compared.columns)
    return Grid(
        tuple((title, sources.ref(SAID[whose].format(mode=compared.mode)))
              for whose, title in COLUMNS.items()),
        tuple(_group(compared, dataset) for dataset in datasets),
        numbers.energy_unit(max(energies, default=0.0)),
    )  # fmt: skip


def _group(compared: Compared, dataset: str) -> Group:
    """Models without a figure for the data set are left out."""
    places = [k for k, column in enumerate(compared.columns) if column.dataset == dataset]
    rows = [
        (row.model, tuple(Figure(row.figures[k], f"compared.rows.{number}.figures.{k}.operations")
                          for k in places))
        for number, row in enumerate(compared.rows)
    ]  # fmt: skip
    known = [(model, found) for model, found in rows if any(_known(f.figures) for f in found)]
    return Group(dataset, tuple(known))


def _known(figures: Figures) -> bool:
    return figures.operations is not None or figures.energy_pj is not None
