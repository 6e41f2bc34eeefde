"""Ranks of the targets from scores over all items, in every column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.metrics import Metrics, Rank, metrics
from ssr_neuro.program.arrays import IntArray

Floats = npt.NDArray[np.floating[Any]]
Pairs = tuple[IntArray, IntArray]  # places in a batch (p,), items (p,)


@dataclass(frozen=True, eq=False)
class Ranks:
    """Ranks of the targets of the same sequences, (sequences,), in each column.

    all_items: every item is a candidate. window_left_out: all but those the model reads.
    history_left_out: all but what the user has had; None where it was not asked for. sampled: a
    sample of the items, whose figures are no column of these; None where none was drawn.
    """

    all_items: Rank
    window_left_out: Rank
    history_left_out: Rank | None = None
    sampled: Rank | None = None

    @classmethod
    def join(cls, parts: "Sequence[Ranks]") -> Self:
        """The sequences of all parts, one part after the other."""
        return cls(
            np.concatenate([np.empty(0), *(part.all_items for part in parts)]),
            np.concatenate([np.empty(0), *(part.window_left_out for part in parts)]),
            _joined([part.history_left_out for part in parts]),
            _joined([part.sampled for part in parts]),
        )

    def map(self, change: Callable[[Rank], Rank]) -> Self:
        """Every column changed in the same way."""
        history, sampled = self.history_left_out, self.sampled
        return type(self)(
            change(self.all_items),
            change(self.window_left_out),
            None if history is None else change(history),
            None if sampled is None else change(sampled),
        )

    def take(self, rows: IntArray) -> Self:
        """Some sequences alone, in this order."""
        return self.map(lambda rank: rank[rows])

    def metrics(self) -> Metrics:
        """HR, MRR and NDCG in each column."""
        history = self.history_left_out
        return replace(
            metrics(self.all_items),
            window_left_out=metrics(self.window_left_out),
            history_left_out=None if history is None else metrics(history),
        )


def _joined(parts: Sequence[Rank | None]) -> Rank | None:
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if known else None


def rank_columns(
    scores: Floats, targets: IntArray, windows: IntArray, history: Pairs | None = None
) -> Ranks:
    """Ranks of the targets in every column, from one array of scores (B, V+1).

    targets: (B,). windows: (B, N), the items that were read, 0 for none. history: places in the
    batch (p,) and items (p,) of what the users have had. Raises BadInput as `ranks` does.
    """
    above = _Above.of(scores, targets)
    places, _ = np.nonzero(windows)
    return Ranks(
        above.ranks(),
        above.ranks((places, windows[windows != 0])),
        None if history is None else above.ranks(history),
    )


def ranks(scores: Floats, targets: IntArray, hidden: Pairs | None = None) -> Rank:
    """Rank of each target among all items but the pad: scores (B, V+1), targets (B,) -> (B,).

    Items a user has already had are candidates, as in the SSR paper's full ranking, unless they
    are hidden: rows (p,) and items (p,) of those that are none. The target always is one. Raises
    BadInput on scores that are not numbers or do not have the targets' or hidden items.
    """
    return _Above.of(scores, targets).ranks(hidden)


@dataclass(frozen=True, eq=False)
class _Above:
    """better, tied: items 1 to V that score more than, or as much as, the target, bool (B, V)."""

    targets: IntArray
    better: npt.NDArray[np.bool_]
    tied: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, scores: Floats, targets: IntArray) -> Self:
        if len(scores) != len(targets):
            raise BadInput(
                f"{len(scores)} rows of scores for {len(targets)} targets; give one each"
            )
        _check_items("target", targets, scores.shape[1] - 1)
        candidates = scores[:, 1:]
        if np.isnan(candidates).any():
            raise BadInput("scores hold NaN; the model has diverged, train it with a lower lr")
        target = np.take_along_axis(scores, targets[:, None], axis=1)
        return cls(targets, candidates > target, candidates == target)

    def ranks(self, hidden: Pairs | None = None) -> Rank:
        # Equal scores are in no order, so a target stands in the middle of its ties: the rank it
        # has on average. A model that scores all items alike ranks every target at (V + 1) / 2.
        above, equal = self._counts
        if hidden is not None:
            fewer_above, fewer_equal = self._counts_of(hidden)
            above, equal = above - fewer_above, equal - fewer_equal
        return np.asarray(1 + above + (equal - 1) / 2, dtype=np.float64)

    @cached_property
    def _counts(self) -> tuple[IntArray, IntArray]:
        # Sums of 32 bits take half the time of NumPy's own 64.
        above, equal = (part.sum(axis=1, dtype=np.uint32) for part in (self.better, self.tied))
        return above.astype(np.int64), equal.astype(np.int64)

    def _counts_of(self, hidden: Pairs) -> tuple[IntArray, IntArray]:
        """How many hidden items, each once and none of them the target, are better and tied."""
        rows, items = hidden
        count, width = self.better.shape
        _check_items("hidden item", items, width)
        others = items != self.targets[rows]
        places = np.unique(rows[others] * width + items[others] - 1)
        rows = places // width
        above, equal = (
            np.bincount(rows[part.ravel()[places]], minlength=count)
            for part in (self.better, self.tied)
        )
        return above, equal


def _check_items(what: str, items: IntArray, most: int) -> None:
    if (unknown := items[(items < 1) | (items > most)]).size:
        raise BadInput(f"{what} {unknown[0]} has no score; scores are of items 1 to {most}")
