"""How two models differ on the same sequences, pair by pair.

What makes a sequence easy or hard for both models drops out of the differences, so that they are
known far better than the difference of two means with separate errors.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.columns import ALL_ITEMS, WINDOW_LEFT_OUT, metric_key
from ssr_neuro.evaluation.metrics import Rank, gains
from ssr_neuro.evaluation.ranks import Ranks

FAMILIES = ("hr", "ndcg")
K = 10


@dataclass(frozen=True)
class PairedDifference:
    """Second model less first, per sequence.

    mean: over the sequences. error: its standard error with sequences taken as independent.
    user_error: with users taken as independent, whose own sequences need not be. p: of a two-sided
    t test that the mean is 0, by the users' error; 1 where no sequence differs.
    """

    mean: float
    error: float
    user_error: float
    p: float


def differences(
    first: Ranks, second: Ranks, users: npt.NDArray[np.integer]
) -> dict[str, PairedDifference]:
    """Differences of HR@10 and NDCG@10 in both columns, by the keys of `Metrics.to_dict`.

    users: (sequences,), equal where two sequences are of one user. Raises BadInput where the ranks
    are of other numbers of sequences, or of fewer than two users.
    """
    if len(first.all_items) != len(second.all_items):
        raise BadInput(
            f"{len(first.all_items):,} and {len(second.all_items):,} sequences make no pairs; "
            "compare models on the same ones"
        )
    owner = np.unique(users, return_inverse=True)[1]
    if not len(owner) or owner.max() < 1:
        raise BadInput("a standard error needs the sequences of two users or more")
    before, after = gains_by_column(first), gains_by_column(second)
    return {key: difference(after[key] - before[key], owner) for key in before}


def gains_by_column(ranks: Ranks) -> dict[str, Rank]:
    """What each sequence adds to HR@10 and NDCG@10 in both columns, by the keys of
    `Metrics.to_dict`."""
    columns = {ALL_ITEMS: ranks.all_items, WINDOW_LEFT_OUT: ranks.window_left_out}
    return {
        metric_key(f"{family}@{K}", column): gains(rank, family, K)
        for column, rank in columns.items()
        for family in FAMILIES
    }


def difference(gained: Rank, owner: npt.NDArray[np.integer]) -> PairedDifference:
    """Of one metric. gained: (sequences,). owner: (sequences,), users numbered from 0."""
    count, users = len(gained), int(owner.max()) + 1
    mean = float(gained.mean())
    # Liang and Zeger 1986: residuals are summed within a user before they are squared.
    residuals = np.bincount(owner, gained - mean)
    user_error = float(np.sqrt((residuals**2).sum() * users / (users - 1)) / count)
    is_sure = user_error > 0
    p = 2 * float(student.sf(abs(mean) / user_error, users - 1)) if is_sure else float(mean == 0)
    return PairedDifference(mean, float(gained.std(ddof=1) / np.sqrt(count)), user_error, p)
