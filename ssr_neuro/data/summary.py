"""The figures by which data sets are compared."""

from dataclasses import dataclass

from ssr_neuro.data.dataset import Dataset


@dataclass(frozen=True)
class Stats:
    """sequences: items with a history before them. mean_length: interactions a user.

    density: interactions over users times items.
    """

    name: str
    source: str
    users: int
    items: int
    interactions: int
    sequences: int
    mean_length: float
    density: float


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
    )


def stats_rows(found: Stats) -> list[tuple[str, str]]:
    """Label and value of each figure, for printing."""
    return [
        ("data set", found.name),
        ("source", found.source),
        ("users", f"{found.users:,}"),
        ("items", f"{found.items:,}"),
        ("interactions", f"{found.interactions:,}"),
        ("sequences", f"{found.sequences:,}"),
        ("mean length", f"{found.mean_length:.2f}"),
        ("density", f"{found.density:.2e}"),
    ]
