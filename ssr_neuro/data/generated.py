"""The built-in data set: users with habits, drawn from a process whose odds are known."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from ssr_neuro.data.dataset import Dataset, FloatArray
from ssr_neuro.data.interactions import Interactions, assemble
from ssr_neuro.errors import BadInput
from ssr_neuro.program.arrays import IntArray

USERS, ITEMS, MEAN_LENGTH = 600, 200, 30
CLUSTER_ITEMS = 10
PERIOD = 7
# What the next item follows: the last item, the one before it, the one a period ago, or nothing.
LAST, BEFORE, PERIODIC, NOISE = 0.65, 0.1, 0.2, 0.05
# Each cluster leads to three others. Permutations, so that no cluster dies out.
SUCCESSORS = (0.9, 0.07, 0.03)


@dataclass(frozen=True, eq=False)
class Habits:
    """How a user's next item depends on the history. Row 0 stands for "no such item yet".

    follow: (V + 1, V), the odds of the items that follow an item, by its cluster. repeat:
    (V + 1, V), the item itself. popularity: (V,). Every row sums to 1.
    """

    follow: FloatArray
    repeat: FloatArray
    popularity: FloatArray

    def next_item(self, windows: IntArray) -> FloatArray:
        """windows: (b, N >= 7), left-padded with 0 -> (b, V), true odds of items 1..V."""
        return (
            LAST * self.follow[windows[:, -1]]
            + BEFORE * self.follow[windows[:, -2]]
            + PERIODIC * self.repeat[windows[:, -PERIOD]]
            + NOISE * self.popularity
        )


def habits(items: int = ITEMS, seed: int = 0) -> Habits:
    """The process from which `generate` with the same items and seed draws."""
    rng = np.random.default_rng(seed)
    clusters = max(1, items // CLUSTER_ITEMS)
    cluster = rng.permutation(items) % clusters
    appeal = 1.0 / np.sqrt(1.0 + np.arange(items) // clusters)[rng.permutation(items)]
    inside = np.where(cluster == np.arange(clusters)[:, None], appeal, 0.0)
    inside /= inside.sum(1, keepdims=True)
    leads_to = sum(
        (share * inside[rng.permutation(clusters)] for share in SUCCESSORS),
        start=np.zeros((clusters, items)),
    )
    popularity = inside.mean(0)
    return Habits(
        follow=np.vstack([popularity, leads_to[cluster]]),
        repeat=np.vstack([popularity, np.eye(items)]),
        popularity=popularity,
    )


def generate(
    users: int = USERS, items: int = ITEMS, seed: int = 0, mean_length: int = MEAN_LENGTH
) -> Dataset:
    """Histories of 2/3 to 4/3 of `mean_length` items drawn from `habits(items, seed)`.

    Items keep the numbers of the process as long as each of them occurs. Raises BadInput.
    """
    found = generated_interactions(users, items, seed, mean_length)
    return assemble(found, "generated", f"generated, seed {seed}")


def generated_interactions(
    users: int = USERS, items: int = ITEMS, seed: int = 0, mean_length: int = MEAN_LENGTH
) -> Interactions:
    """The interactions behind `generate`: unfiltered, without times."""
    if users < 1 or items < CLUSTER_ITEMS or mean_length < 3 or seed < 0:
        raise BadInput(
            f"cannot generate {users} users, {items} items, mean length {mean_length}, seed "
            f"{seed}: needed are at least 1, {CLUSTER_ITEMS}, 3 and 0."
        )
    process = habits(items, seed)
    rng = np.random.default_rng([seed, 1])
    spread = mean_length // 3
    lengths = rng.integers(mean_length - spread, mean_length + spread + 1, size=users)
    # Left of the first column lie pads, so that every window is complete.
    drawn = np.zeros((users, PERIOD + int(lengths.max())), dtype=np.int64)
    for at in range(PERIOD, drawn.shape[1]):
        odds = np.cumsum(process.next_item(drawn[:, at - PERIOD : at]), axis=1)
        # The last sum may fall short of 1 by rounding: scaling keeps the item in range.
        drawn[:, at] = 1 + (odds <= rng.random((users, 1)) * odds[:, -1:]).sum(1)
    kept = np.arange(drawn.shape[1] - PERIOD) < lengths[:, None]
    rows = pl.DataFrame(
        {"user": np.repeat(np.arange(users), lengths), "item": drawn[:, PERIOD:][kept] - 1}
    )
    return Interactions(rows, _names("user", users), _names("item", items))


def _names(what: str, count: int) -> pl.Series:
    return pl.Series([f"{what}{number}" for number in range(1, count + 1)])
