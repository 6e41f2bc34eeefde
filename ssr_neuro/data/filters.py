"""What is left out: repeated interactions, and users and items with too few of them."""

from collections.abc import Callable

import polars as pl

LEAST = 5  # interactions of a user, and of an item

Filter = Callable[[pl.DataFrame], pl.DataFrame]


def five_core(rows: pl.DataFrame) -> pl.DataFrame:
    """Drop users and items below 5 interactions until none is left below (SSR, section 5.1)."""
    while True:
        kept = rows.filter(_enough("user") & _enough("item"))
        if kept.height == rows.height:
            return kept
        rows = kept


def five_once(rows: pl.DataFrame) -> pl.DataFrame:
    """Drop items below 5 interactions, then users below 5, once each (LRURec's program, ML-1M).

    Items that lose users in the second step stay.
    """
    return rows.filter(_enough("item")).filter(_enough("user"))


def _enough(column: str) -> pl.Expr:
    return pl.len().over(column) >= LEAST


def _same(rows: pl.DataFrame) -> pl.DataFrame:
    return rows


def _first(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.unique(["user", "item"], keep="first", maintain_order=True)


def _last(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.unique(["user", "item"], keep="last", maintain_order=True)


def _without_repeats(rows: pl.DataFrame) -> pl.DataFrame:
    same = (pl.col("user") == pl.col("user").shift()) & (pl.col("item") == pl.col("item").shift())
    return rows.filter(~same.fill_null(False))


CORES: dict[str, Filter] = {"5-core": five_core, "5-once": five_once, "none": _same}
# The same user and item more than once: all stay, only the oldest, only the newest, or of those
# that follow one another immediately the oldest (LRURec's program, but for ML-1M).
DUPLICATES: dict[str, Filter] = {
    "keep": _same,
    "first": _first,
    "last": _last,
    "immediate": _without_repeats,
}
