"""HR, MRR and NDCG at a cut-off, from the ranks of the targets."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.evaluation.columns import LEFT_OUT, metric_key

CUTOFFS = (5, 10, 20)

Rank = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Metrics:
    """Means over the sequences by cut-off k, and their standard errors, all items ranked.

    The errors treat sequences as independent; sequences of one user are not quite, so the true
    errors are somewhat larger. window_left_out, history_left_out: the same sequences where what
    the model reads, or all that the user has had, are no candidates; None where not measured.
    """

    sequences: int
    hr: dict[int, float]
    mrr: dict[int, float]
    ndcg: dict[int, float]
    hr_error: dict[int, float]
    mrr_error: dict[int, float]
    ndcg_error: dict[int, float]
    window_left_out: "Metrics | None" = None
    history_left_out: "Metrics | None" = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data with keys such as "ndcg@10", "ndcg@10_error", "ndcg@10_window_left_out"."""
        named = {"hr": (self.hr, self.hr_error), "mrr": (self.mrr, self.mrr_error)}
        named["ndcg"] = (self.ndcg, self.ndcg_error)
        flat: dict[str, Any] = {"sequences": self.sequences}
        for name, (mean, error) in named.items():
            for k in mean:
                flat |= {f"{name}@{k}": mean[k], f"{name}@{k}_error": error[k]}
        for column in LEFT_OUT:
            if (found := getattr(self, column)) is not None:
                plain = found.to_dict().items()
                flat |= {metric_key(key, column): value for key, value in plain if "@" in key}
        return flat


def metrics(rank: Rank) -> Metrics:
    """Metrics at 5, 10 and 20 of one column, from the ranks of the targets, (sequences,)."""
    found = {
        family: {k: gains(rank, family, k) for k in CUTOFFS} for family in ("hr", "mrr", "ndcg")
    }
    mean = {name: {k: float(g.mean()) for k, g in by_k.items()} for name, by_k in found.items()}
    error = {
        name: {k: float(g.std() / np.sqrt(len(rank))) for k, g in by_k.items()}
        for name, by_k in found.items()
    }
    return Metrics(
        sequences=len(rank),
        hr=mean["hr"],
        mrr=mean["mrr"],
        ndcg=mean["ndcg"],
        hr_error=error["hr"],
        mrr_error=error["mrr"],
        ndcg_error=error["ndcg"],
    )


def gains(rank: Rank, family: str, k: int) -> Rank:
    """What each sequence adds to a metric, (sequences,): 0 where its target is not among the k.

    family: hr, mrr or ndcg.
    """
    every = {"hr": np.ones_like(rank), "mrr": 1 / rank, "ndcg": 1 / np.log2(rank + 1)}
    return np.where(rank <= k, every[family], 0.0)
