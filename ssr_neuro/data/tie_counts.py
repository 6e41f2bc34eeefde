"""How many neighbours in the users' histories tie, and in which order the ties stand."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from ssr_neuro.data.dataset import Dataset
from ssr_neuro.data.ties import item_numbers

# Where nobody sorted by item, about half of the neighbours ascend; ML-1M's ties in the order of
# the file 56 %, sorted by (time, item) all. Sorted ties alone lift all neighbours to 67 %.
SORTED_SHARE, SUSPECT_SHARE = 0.9, 0.6
LEAST_DEVIATIONS = 3.0  # standard deviations from a half: fewer may be chance
REASON = (
    "an order of item numbers is a pattern that models learn and no user made, so that accuracy "
    "comes out too high"
)


@dataclass(frozen=True)
class Ties:
    """neighbours: pairs of items that follow one another in a history. order: what was asked for.

    tied: those of the same time, None without times. ascending, descending: of the tied, or
    without times of all neighbours, those whose second item has the larger, or smaller, number.
    """

    order: str
    neighbours: int
    tied: int | None
    ascending: int
    descending: int

    @property
    def ascending_share(self) -> float | None:
        """Of the neighbours that were compared and are two items."""
        unequal = self.ascending + self.descending
        return self.ascending / unequal if unequal else None

    @property
    def observed(self) -> str:
        """The order in which ties stand in the file."""
        share = self.ascending_share
        if self.tied is None:
            return "unknown"
        if not self.tied:
            return "no ties"
        if share is None:
            return "same item"
        if share == 1:
            return "ascending item"
        return "descending item" if share == 0 else "mixed"

    @property
    def _is_beyond_chance(self) -> bool:
        unequal = self.ascending + self.descending
        return bool(abs(self.ascending - self.descending) >= LEAST_DEVIATIONS * unequal**0.5)

    @property
    def warning(self) -> str | None:
        """Why these ties are no fair data, or None."""
        share = self.ascending_share
        if share is None or not self._is_beyond_chance:
            return None
        if self.tied is None:
            if share < SUSPECT_SHARE:
                return None
            return (
                f"without times: {share:.0%} of the neighbours ascend in item number, where about "
                "half would by chance. Interactions of one time may have been sorted by item: "
                f"{REASON}. Take a file with times if there is one"
            )
        extreme = max(share, 1 - share)
        if extreme < SORTED_SHARE:
            return None
        way = "ascending" if share == extreme else "descending"
        return (
            f"{extreme:.0%} of the ties stand in {way} order of item numbers: {REASON}. "
            "Take a file in its original order, or --ties shuffle"
        )


def count_ties(dataset: Dataset) -> Ties:
    """Neighbours of the same time, and whether their items ascend."""
    second = np.ones(dataset.n_interactions, bool)
    second[dataset.offsets[:-1]] = False
    at = np.flatnonzero(second)
    tied = None
    compared = at
    if dataset.times_s is not None:
        compared = at[dataset.times_s[at] == dataset.times_s[at - 1]]
        tied = len(compared)
    numbers = item_numbers(pl.Series(dataset.item_ids, dtype=pl.String))[dataset.items - 1]
    steps = np.sign(numbers[compared] - numbers[compared - 1])
    return Ties(dataset.ties, len(at), tied, int((steps > 0).sum()), int((steps < 0).sum()))
