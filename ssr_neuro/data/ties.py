"""The order of a user's interactions that bear the same time.

Papers sort by time and leave ties as they stand in the file. Sorting by (time, item number)
instead puts a pattern into the data that models learn: after an item comes one of a higher number.
"""

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import polars as pl

from ssr_neuro.program.arrays import IntArray

SEED = 0
DECIMAL = r"^[-+]?[0-9]+(\.[0-9]*)?$"


def item_numbers(item_ids: pl.Series) -> IntArray:
    """What "ascending" means: ids as numbers where all are, else their place in the alphabet."""
    numbers = item_ids.cast(pl.Int64, strict=False)
    if not numbers.null_count():
        return numbers.to_numpy()
    if not item_ids.str.contains(DECIMAL).all():
        return item_ids.rank("dense").to_numpy().astype(np.int64)
    exact = [Decimal(one) for one in item_ids]  # a float would merge long ones
    place = {number: at for at, number in enumerate(sorted(set(exact)))}
    return np.array([place[number] for number in exact], np.int64)


def _as_in_file(rows: pl.DataFrame, item_ids: pl.Series) -> pl.DataFrame:
    return rows.sort("user", "time", maintain_order=True)


def _by_item(rows: pl.DataFrame, item_ids: pl.Series) -> pl.DataFrame:
    numbers = pl.Series("number", item_numbers(item_ids)[rows["item"].to_numpy()])
    return _sorted_with(rows, numbers)


def _shuffled(rows: pl.DataFrame, item_ids: pl.Series) -> pl.DataFrame:
    drawn = np.random.default_rng(SEED).permutation(rows.height)
    return _sorted_with(rows, pl.Series("number", drawn))


def _sorted_with(rows: pl.DataFrame, key: pl.Series) -> pl.DataFrame:
    ordered = rows.with_columns(key).sort("user", "time", "number", maintain_order=True)
    return ordered.drop("number")


# rows (user, item, time) and the ids of items -> rows user by user in order of time
TIE_ORDERS: dict[str, Callable[[pl.DataFrame, pl.Series], pl.DataFrame]] = {
    "file": _as_in_file,
    "item": _by_item,
    "shuffle": _shuffled,
}
