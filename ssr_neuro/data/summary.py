"""The figures by which data sets are compared."""

from dataclasses import dataclass
from typing import Any

from ssr_neuro.data.columns import ReadColumns
from ssr_neuro.data.dataset import Dataset
from ssr_neuro.data.tie_counts import Ties, count_ties
from ssr_neuro.data.time_span import TimeSpan, time_span


@dataclass(frozen=True)
class Stats:
    """sequences: items with a history before them. mean_length: interactions a user.

    density: interactions over users times items. times: None where none were read. notes: what is
    worth knowing about how the source was read. columns, chosen_by: of a file, and what told its
    reader.
    """

    name: str
    source: str
    users: int
    items: int
    interactions: int
    sequences: int
    mean_length: float
    density: float
    times: TimeSpan | None
    ties: Ties
    notes: tuple[str, ...]
    columns: ReadColumns | None
    chosen_by: str | None

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        ties, times = self.ties, self.times
        return {
            **vars(self),
            "times": {"read": False}
            if times is None
            else {"read": True, **vars(times), "described": times.described},
            "ties": {
                **vars(ties),
                "ascending_share": ties.ascending_share,
                "observed": ties.observed,
                "warning": ties.warning,
            },
            "notes": list(self.notes),
            "columns": None if self.columns is None else vars(self.columns),
        }


def stats(dataset: Dataset) -> Stats:
    """Count what is there after the filters."""
    return Stats(
        name=dataset.name,
        source=dataset.source,
        users=dataset.n_users,
        items=dataset.n_items,
        interactions=dataset.n_interactions,
        sequences=dataset.n_sequences,
        mean_length=dataset.n_interactions / dataset.n_users,
        density=dataset.n_interactions / (dataset.n_users * dataset.n_items),
        times=time_span(dataset),
        ties=count_ties(dataset),
        notes=dataset.notes,
        columns=dataset.columns,
        chosen_by=dataset.chosen_by,
    )


def stats_rows(found: Stats) -> list[tuple[str, str]]:
    """Label and value of each figure, for printing."""
    return [
        ("data set", found.name),
        ("source", found.source),
        *_column_rows(found.columns, found.chosen_by),
        ("users", f"{found.users:,}"),
        ("items", f"{found.items:,}"),
        ("interactions", f"{found.interactions:,}"),
        ("sequences", f"{found.sequences:,}"),
        ("mean length", f"{found.mean_length:.2f}"),
        ("density", f"{found.density:.2e}"),
        *_time_rows(found.times),
        *_tie_rows(found.ties),
    ]


def _column_rows(columns: ReadColumns | None, chosen_by: str | None) -> list[tuple[str, str]]:
    if columns is None:
        return []
    rows = [("reader chosen by", chosen_by or ""), ("columns read", columns.described)]
    return (
        [*rows, ("columns unread", ", ".join(name or "(no name)" for name in columns.unread))]
        if columns.unread
        else rows
    )


def _time_rows(times: TimeSpan | None) -> list[tuple[str, str]]:
    if times is None:
        return [("times", "none read; the order is that of the file")]
    return [("times", times.described), ("unit of time", times.unit_described)]


def _tie_rows(ties: Ties) -> list[tuple[str, str]]:
    share = ties.ascending_share
    ascend = "" if share is None else f"{share:.1%} ascend in item number"
    if ties.tied is None:
        return [("neighbours", f"{ties.neighbours:,}{ascend and f', {ascend}'}; ties not known")]
    counted = f"{ties.tied:,} of {ties.neighbours:,} neighbours"
    if ties.neighbours:
        counted += f" ({ties.tied / ties.neighbours:.1%})"
    order = f"{ties.order}{ascend and f'; {ascend}'}"
    return [("ties", counted), ("order of ties", order)]
