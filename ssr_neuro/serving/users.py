"""Recommendations for every user of a data set, some users at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.program.arrays import Ints
from ssr_neuro.serving.recommender import Recommender, some

AT_ONCE = 512  # users: bounds the memory


@dataclass(frozen=True, eq=False)
class Histories:
    """Histories of users who had an item that the model knows, by its item numbers, end to end.

    user_ids (users,); user u owns numbers[offsets[u]:offsets[u + 1]], and times in seconds where
    the model reads them. left_out: users without a known item. unknown: interactions left out.
    """

    user_ids: tuple[str, ...]
    numbers: Ints
    offsets: Ints
    times: Ints | None
    left_out: int
    unknown: int

    def of(self, start: int, stop: int) -> tuple[list[Ints], list[Ints] | None]:
        """Items, and times, of users from `start` to before `stop`."""
        cuts = self.offsets[start + 1 : stop] - self.offsets[start]
        part = slice(self.offsets[start], self.offsets[stop])
        times = None if self.times is None else np.split(self.times[part], cuts)
        return np.split(self.numbers[part], cuts), times


@dataclass(frozen=True, eq=False)
class Answer:
    """The best items of one user, best first. rows (n,), from 0; scores (n,)."""

    user_id: str
    rows: Ints
    scores: npt.NDArray[np.number]


def histories_of(recommender: Recommender, dataset: Dataset) -> Histories:
    """What the model knows of a data set. Raises BadInput where that is nothing, or times miss."""
    numbers = recommender.catalogue.look_up(dataset.item_ids)[dataset.items - 1]
    times = _times(recommender, dataset)
    known = numbers > 0
    users = np.repeat(np.arange(dataset.n_users), np.diff(dataset.offsets))[known]
    counts = np.bincount(users, minlength=dataset.n_users)
    kept = np.flatnonzero(counts)
    if not len(kept):
        raise BadInput(
            f"{recommender.name} knows none of the items of {dataset.source}, such as "
            f"{some(dataset.item_ids[:3])}; its own are such as {some(recommender.item_ids[:3])}"
        )
    return Histories(
        tuple(dataset.user_ids[user] for user in kept),
        numbers[known],
        np.concatenate(([0], np.cumsum(counts[kept]))),
        None if times is None else times[known],
        dataset.n_users - len(kept),
        int((~known).sum()),
    )


def rank_users(
    recommender: Recommender, found: Histories, top: int, *, hide_seen: bool = False
) -> Iterator[Answer]:
    """An answer for each user, in their order."""
    for start in range(0, len(found.user_ids), AT_ONCE):
        stop = min(start + AT_ONCE, len(found.user_ids))
        histories, times = found.of(start, stop)
        ranked = recommender.rank(histories, top, times, hide_seen=hide_seen)
        for user, (rows, scores) in zip(found.user_ids[start:stop], ranked, strict=True):
            yield Answer(user, rows, scores)


def _times(recommender: Recommender, dataset: Dataset) -> Ints | None:
    if not recommender.ranker.needs_times:
        return None
    seconds = dataset.whole_seconds
    if seconds is None:
        raise BadInput(
            f"{recommender.name} ({recommender.kind}) reads times, and {dataset.source} has none; "
            "name the column with --time-column"
        )
    return seconds
