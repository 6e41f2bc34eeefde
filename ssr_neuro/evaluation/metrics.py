"""Ranking metrics from scores over all items: HR, MRR and NDCG at a cut-off."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput
from ssr_neuro.program.arrays import IntArray

CUTOFFS = (5, 10, 20)

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Metrics:
    """Means over the sequences by cut-off k, and their standard errors.

    The errors treat sequences as independent; sequences of one user are not quite, so the true
    errors are somewhat larger.
    """

    sequences: int
    hr: dict[int, float]
    mrr: dict[int, float]
    ndcg: dict[int, float]
    hr_error: dict[int, float]
    mrr_error: dict[int, float]
    ndcg_error: dict[int, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain data with keys such as "ndcg@10" and "ndcg@10_error"."""
        named = {"hr": (self.hr, self.hr_error), "mrr": (self.mrr, self.mrr_error)}
        named["ndcg"] = (self.ndcg, self.ndcg_error)
        flat: dict[str, Any] = {"sequences": self.sequences}
        for name, (mean, error) in named.items():
            for k in mean:
                flat |= {f"{name}@{k}": mean[k], f"{name}@{k}_error": error[k]}
        return flat


def ranks(
    scores: Floats, targets: IntArray, hidden: tuple[IntArray, IntArray] | None = None
) -> npt.NDArray[np.float64]:
    """Rank of each target among all items but the pad: scores (B, V+1), targets (B,) -> (B,).

    Items a user has already had are candidates, as in the SSR paper's full ranking, unless they
    are hidden: rows (p,) and items (p,) of those that are none. The target always is one. Raises
    BadInput on scores that are not numbers or do not have the targets' or hidden items.
    """
    items = scores.shape[1] - 1
    if len(scores) != len(targets):
        raise BadInput(f"{len(scores)} rows of scores for {len(targets)} targets; give one each")
    for what, given in (("target", targets), ("hidden item", hidden[1] if hidden else targets)):
        if (unknown := given[(given < 1) | (given > items)]).size:
            raise BadInput(f"{what} {unknown[0]} has no score; scores are of items 1 to {items}")
    candidates = scores[:, 1:]
    if np.isnan(candidates).any():
        raise BadInput("scores hold NaN; the model has diverged, train it with a lower lr")
    target = np.take_along_axis(scores, targets[:, None], axis=1)
    better, tied = candidates > target, candidates == target
    if hidden is not None:
        others = hidden[1] != targets[hidden[0]]
        none = hidden[0][others], hidden[1][others] - 1
        better[none] = tied[none] = False
    # Equal scores are in no order, so a target stands in the middle of its ties: the rank it has
    # on average. A model that scores all items alike then ranks every target at (V + 1) / 2.
    # Sums of 32 bits take half the time of NumPy's own 64.
    above, equal = (part.sum(axis=1, dtype=np.uint32) for part in (better, tied))
    return np.asarray(1 + above + (equal - 1) / 2, dtype=np.float64)


def metrics(rank: npt.NDArray[np.float64]) -> Metrics:
    """Metrics at 5, 10 and 20 from the ranks of the targets, (sequences,)."""
    gains = {
        "hr": np.ones_like(rank),
        "mrr": 1 / rank,
        "ndcg": 1 / np.log2(rank + 1),
    }
    values: dict[str, dict[int, float]] = {}
    for name, gain in gains.items():
        hits = {k: np.where(rank <= k, gain, 0.0) for k in CUTOFFS}
        values[name] = {k: float(hit.mean()) for k, hit in hits.items()}
        values[f"{name}_error"] = {
            k: float(hit.std() / np.sqrt(len(rank))) for k, hit in hits.items()
        }
    return Metrics(len(rank), **values)
