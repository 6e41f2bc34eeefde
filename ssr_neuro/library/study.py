"""A study of the SSR paper as values: its numbers, its figure, and the table that is printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ssr_neuro.charts.numbers import UNKNOWN
from ssr_neuro.data import Dataset
from ssr_neuro.evaluation.columns import SHOWN, TITLES, metric_key
from ssr_neuro.library.saved_study import Rows, SavedStudy
from ssr_neuro.study import document as study_document
from ssr_neuro.study.selected_models import Judged

SAMPLING = "Error bars: standard error over test sequences, taken as independent."


@dataclass(frozen=True, eq=False)
class Study(SavedStudy):
    """name: of its files. dataset: what it ran on. content: its numbers, plain data. svg: its
    figure. notes: what the figure says below. title, heads, rows: the numbers as a table. csv: the
    rows of a <name>.csv with its heads, () where the study leaves none."""

    name: str
    dataset: Dataset
    content: Mapping[str, Any] = field(repr=False)
    svg: str = field(repr=False)
    notes: tuple[str, ...]
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    csv: tuple[tuple[str, ...], ...] = field(default=(), repr=False)

    def to_dict(self, command: Sequence[str] = ()) -> dict[str, Any]:
        """The numbers with their data set, versions and notes. command: what made them."""
        return study_document.document(self.name, command, self.dataset, self.content, self.notes)

    def table_rows(self) -> Rows:
        return self.csv


def describe(dataset: Dataset, sequences: int, protocol: str, *, part: str = "test") -> str:
    """The line under the title of a figure. part: which sequences are ranked."""
    return (
        f"{dataset.name}: {dataset.n_items:,} items, {sequences:,} {part} sequences, "
        f"protocol {protocol}"
    )


def add_points(
    models: Sequence[Judged], points: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    """Each model with its points, as plain data."""
    return [model.document() | {"points": points[model.name]} for model in models]


def plus_minus(values: Mapping[str, Any], metric: str) -> str:
    """A metric and its standard error; of a model trained by an older release it can be unknown."""
    if metric not in values:
        return UNKNOWN
    return f"{values[metric]:.4f} ± {values[f'{metric}_error']:.4f}"


def column_keys(metrics: Sequence[str] = ("hr@10", "ndcg@10")) -> list[tuple[str, tuple[str, ...]]]:
    """Title of each column, all items ranked and the window left out, and its keys of metrics."""
    return [(TITLES[c], tuple(metric_key(metric, c) for metric in metrics)) for c in SHOWN]


def say_nothing(said: str) -> None:
    """The default of `say`: nothing is printed."""
