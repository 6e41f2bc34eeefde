"""Models over several data sets: mean ranks, Friedman's test, Nemenyi's critical difference.

The SSR paper's Figure 3, by Demsar 2006, "Statistical Comparisons of Classifiers over Multiple Data
Sets". A data set is one observation, so that a few of them tell only large differences apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import friedmanchisquare, rankdata, studentized_range

from ssr_neuro.errors import BadInput


@dataclass(frozen=True)
class Ranking:
    """mean_ranks: model -> mean over the data sets, 1 the best, best first.

    statistic, p: Friedman's chi-square, that all rank alike. critical_difference: mean ranks that
    lie further apart differ at `alpha`. alike: the largest groups that do not.
    """

    data_sets: int
    mean_ranks: dict[str, float]
    statistic: float
    p: float
    alpha: float
    critical_difference: float
    alike: tuple[tuple[str, ...], ...]


def rank_models(found: Sequence[Mapping[str, float]], alpha: float = 0.05) -> Ranking:
    """found: model -> metric, higher is better, for each data set.

    Raises BadInput on fewer than two data sets, or than three models that all of them have.
    """
    if not 0 < alpha < 1:
        raise BadInput(f"--alpha {alpha:g}: it lies between 0 and 1, such as 0.05")
    names = [name for name in found[0] if all(name in one for one in found)] if found else []
    if len(found) < 2 or len(names) < 3:
        raise BadInput(
            f"{len(found)} data sets have {len(names)} models in common ({', '.join(names)}); "
            "mean ranks need two data sets or more and three models or more"
        )
    values = np.array([[one[name] for name in names] for one in found])
    means = rankdata(-values, axis=1).mean(axis=0)
    order = np.argsort(means, kind="stable")
    ranks = {names[place]: float(means[place]) for place in order}
    if np.all(values == values[:, :1]):
        raise BadInput("all models are equal on every data set; there is nothing to rank")
    tested = friedmanchisquare(*values.T)
    apart = critical_difference(len(names), len(found), alpha)
    return Ranking(
        len(found),
        ranks,
        float(tested.statistic),
        float(tested.pvalue),
        alpha,
        apart,
        groups_alike(ranks, apart),
    )


def critical_difference(models: int, data_sets: int, alpha: float) -> float:
    """Nemenyi's (Demsar 2006, section 3.2.2): q of the studentized range over the root of 2."""
    q = float(studentized_range.ppf(1 - alpha, models, np.inf)) / np.sqrt(2)
    return float(q * np.sqrt(models * (models + 1) / (6 * data_sets)))


def groups_alike(ranks: Mapping[str, float], apart: float) -> tuple[tuple[str, ...], ...]:
    """Every largest group of two or more whose mean ranks lie within `apart`. ranks: best first."""
    names, values = list(ranks), list(ranks.values())
    spans = [
        (a, b) for a, b in combinations(range(len(names)), 2) if values[b] - values[a] <= apart
    ]
    return tuple(
        tuple(names[a : b + 1])
        for a, b in spans
        if not any((c, d) != (a, b) and c <= a and b <= d for c, d in spans)
    )
