"""Ranking among sampled items: how LRURec's authors judge on XLong (its table 4, 10,000 items).

A target among few items ranks higher than among all, by a factor that differs from model to model
(Krichene and Rendle 2020), so figures of a sample are compared with those of the same sample alone.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput, is_whole
from ssr_neuro.evaluation.metrics import Metrics, Rank
from ssr_neuro.evaluation.ranks import Floats, Pairs
from ssr_neuro.program.arrays import IntArray
from ssr_neuro.settings.checks import check_seed


@dataclass(frozen=True)
class Sample:
    """negatives: items drawn for each sequence, each once, of those that its user has not had and
    that are not its target. seed: of the draws, which are the same for every model."""

    negatives: int
    seed: int = 0

    def __post_init__(self) -> None:
        if not is_whole(self.negatives) or self.negatives < 1:
            raise BadInput(f"--sampled {self.negatives!r}: it must be at least 1, a whole number")
        check_seed(self.seed)

    def draw(self, rows: IntArray, targets: IntArray, seen: Pairs, items: int) -> IntArray:
        """rows: numbers of sequences (b,). seen: what their users had, places and items.

        Items (b, negatives), 1 to `items`, which follow from the seed and the sequence alone.
        Raises BadInput where a sequence has fewer left.
        """
        places, had = seen
        ends = np.cumsum(np.bincount(places, minlength=len(rows)))
        histories = np.split(had, ends[:-1])
        return np.stack(
            [
                self._of_one(int(row), np.unique(np.append(history, target)), items)
                for row, target, history in zip(rows, targets, histories, strict=True)
            ]
        )

    def _of_one(self, row: int, excluded: IntArray, items: int) -> IntArray:
        left = items - len(excluded)
        if left < self.negatives:
            raise BadInput(
                f"--sampled {self.negatives}: sequence {row} has {left} items that its user has "
                "not had; give at most as many"
            )
        rng = np.random.default_rng([self.seed, row])
        drawn = rng.choice(left, self.negatives, replace=False, shuffle=False)
        # The k-th item that is left: as many places further as excluded items stand before it.
        before = np.searchsorted(excluded - 1 - np.arange(len(excluded)), drawn, side="right")
        return np.asarray(drawn + before + 1, dtype=np.int64)


@dataclass(frozen=True)
class SampledRanking:
    """Figures of targets among a sample and themselves; never to be set beside those of all."""

    sample: Sample
    metrics: Metrics

    def to_dict(self) -> dict[str, float | int]:
        """The sample with its figures, plain data."""
        about = {"negatives": self.sample.negatives, "seed": self.sample.seed}
        return about | self.metrics.to_dict()


def ranks_among(scores: Floats, targets: IntArray, drawn: IntArray) -> Rank:
    """Rank of each target among its drawn items and itself: scores (B, V+1), drawn (B, n) -> (B,).

    Ties stand in their middle, as in the ranking of all items.
    """
    target = np.take_along_axis(scores, targets[:, None], axis=1)
    others: npt.NDArray[np.floating] = np.take_along_axis(scores, drawn, axis=1)
    above, equal = (others > target).sum(axis=1), (others == target).sum(axis=1)
    return np.asarray(1 + above + equal / 2, dtype=np.float64)
