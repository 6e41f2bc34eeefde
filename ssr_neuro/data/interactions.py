"""Interactions on their way from a file to a data set."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from ssr_neuro.data.dataset import Dataset, fingerprint
from ssr_neuro.data.ties import TIE_ORDERS
from ssr_neuro.program.arrays import IntArray


@dataclass(frozen=True, eq=False)
class Interactions:
    """rows: `user` and `item`, positions in the id lists, and `time` in seconds where known."""

    rows: pl.DataFrame
    user_ids: pl.Series
    item_ids: pl.Series

    @property
    def timed(self) -> bool:
        return "time" in self.rows.columns


def encode(named: pl.DataFrame, ties: str = "file") -> Interactions:
    """Number users and items in the order of their first appearance.

    Rows come out user by user in time order, those of the same time as `ties` says.
    """
    user_ids, item_ids = (named[column].unique(maintain_order=True) for column in ("user", "item"))
    rows = named.with_columns(
        pl.col("user").cast(pl.Enum(user_ids)).to_physical(),
        pl.col("item").cast(pl.Enum(item_ids)).to_physical(),
    )
    ordered = (
        TIE_ORDERS[ties](rows, item_ids)
        if "time" in rows.columns
        else rows.sort("user", maintain_order=True)
    )
    return Interactions(ordered, user_ids, item_ids)


def assemble(found: Interactions, name: str, source: str) -> Dataset:
    """The data set of these interactions; users and items that are gone lose their number."""
    users, user_ids = _renumber(found.rows["user"], found.user_ids)
    items, item_ids = _renumber(found.rows["item"], found.item_ids)
    flat = (items + 1).astype(np.int32)
    offsets = np.concatenate(([0], np.cumsum(np.bincount(users, minlength=len(user_ids)))))
    return Dataset(
        name=name,
        items=flat,
        offsets=offsets.astype(np.int64),
        item_ids=item_ids,
        user_ids=user_ids,
        times_s=found.rows["time"].to_numpy() if found.timed else None,
        source=source,
        fingerprint=fingerprint(flat, offsets, item_ids, user_ids),
    )


def _renumber(codes: pl.Series, ids: pl.Series) -> tuple[IntArray, tuple[str, ...]]:
    used = np.bincount(codes.to_numpy(), minlength=len(ids)) > 0
    return (np.cumsum(used) - 1)[codes.to_numpy()], tuple(ids.filter(pl.Series(used)))
