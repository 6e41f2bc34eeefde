"""What is left of a metric, from what the same sequences add to it before and after."""

from typing import NamedTuple

import numpy as np

from ssr_neuro.evaluation.metrics import Rank


class Value(NamedTuple):
    """A mean over sequences and its standard error."""

    mean: float
    error: float


def ratio(gain: Rank, before: Rank) -> Value | None:
    """Mean gain as a share of the mean before, of the same sequences; None where that was 0.

    The error follows from the differences of the pairs (the delta method), so that what makes a
    sequence easy or hard both times does not count.
    """
    if not before.mean():
        return None
    share = float(gain.mean() / before.mean())
    spread = (gain - share * before).std() / before.mean()
    return Value(share, float(spread / np.sqrt(len(gain))))
