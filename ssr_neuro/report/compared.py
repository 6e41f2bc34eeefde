"""Several data sets in one table, in the shape of the SSR paper's Table 3."""

from dataclasses import dataclass
from typing import Literal

Whose = Literal["ours", "paper", "ssr-paper"]
COLUMNS: dict[Whose, str] = {
    "ours": "ours",
    "paper": "the paper's",
    "ssr-paper": "ours, counted as in the paper",
}


@dataclass(frozen=True)
class Figures:
    """One cell. operations: synaptic operations and the other additions, or floating point
    operations. energy_pj: None where it is unknown. why: why there is nothing."""

    operations: float | None
    energy_pj: float | None
    why: str = ""


@dataclass(frozen=True)
class FigureColumn:
    """One column of the table: a data set, and whose figures."""

    dataset: str
    whose: Whose
    title: str


@dataclass(frozen=True)
class ComparedRow:
    """One model; its figures in the order of the columns."""

    model: str
    figures: tuple[Figures, ...]


@dataclass(frozen=True)
class Compared:
    """Rows: models. Columns: data sets, each as ours, the paper's, and ours by the paper's
    accounting. mode: the sheet that "ours" is taken from."""

    title: str
    mode: str
    columns: tuple[FigureColumn, ...]
    rows: tuple[ComparedRow, ...]
    notes: tuple[str, ...]
