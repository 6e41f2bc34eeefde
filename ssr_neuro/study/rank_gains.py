"""What a ranked target is worth, and how two rankings of the same targets compare."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ssr_neuro.evaluation.columns import ALL_ITEMS, WINDOW_LEFT_OUT, metric_key
from ssr_neuro.evaluation.ranks import Ranks

Floats = npt.NDArray[np.float64]
K = 10


class Value(NamedTuple):
    """A mean over sequences and its standard error."""

    mean: float
    error: float


def gains(rank: Floats) -> dict[str, Floats]:
    """Per sequence, hit and discounted gain at 10; their means are HR@10 and NDCG@10."""
    hit = rank <= K
    return {"hr@10": hit.astype(np.float64), "ndcg@10": np.where(hit, 1 / np.log2(rank + 1), 0.0)}


def gains_by_column(ranks: Ranks) -> dict[str, Floats]:
    """The same in both columns, by the keys of `Metrics.to_dict`."""
    columns = {ALL_ITEMS: ranks.all_items, WINDOW_LEFT_OUT: ranks.window_left_out}
    return {
        metric_key(name, column): gain
        for column, rank in columns.items()
        for name, gain in gains(rank).items()
    }


def mean(gain: Floats) -> Value:
    """The mean over independent sequences."""
    return Value(float(gain.mean()), float(gain.std() / np.sqrt(len(gain))))


def ratio(gain: Floats, before: Floats) -> Value | None:
    """Mean gain as a share of the mean before, of the same sequences; None where that was 0.

    The error follows from the differences of the pairs (the delta method), so that what makes a
    sequence easy or hard both times does not count.
    """
    if not before.mean():
        return None
    share = float(gain.mean() / before.mean())
    spread = (gain - share * before).std() / before.mean()
    return Value(share, float(spread / np.sqrt(len(gain))))
