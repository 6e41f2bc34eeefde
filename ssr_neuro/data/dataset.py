"""A data set: every user's items in time order, numbered from 1."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.data.columns import ReadColumns
from ssr_neuro.program.arrays import IntArray
from ssr_neuro.settings.reading import Reading

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Histories of all users, laid end to end; item 0 is the pad and never occurs.

    items: int32 (interactions,), 1..V. offsets: int64 (users + 1,), user u owns
    items[offsets[u]:offsets[u + 1]], oldest first. item_ids: (V,), the source's name of item k + 1.
    times_s: float64 (interactions,) seconds, or None where the source has no time.
    source says how the data were obtained; fingerprint is a sha256 over content and names, without
    times. ties: how interactions of one time were ordered (`ssr_neuro.data.TIE_ORDERS`). time_unit:
    of the source; None without times. notes: what is worth knowing about how the source was read.
    columns: those of the file; chosen_by: what chose its reader. path: the file, or "generated", as
    `load` takes it; None where the data were made otherwise. reading: how `load` read it.
    """

    name: str
    items: IntArray
    offsets: IntArray
    item_ids: tuple[str, ...]
    user_ids: tuple[str, ...]
    times_s: FloatArray | None
    source: str
    fingerprint: str
    ties: str = "file"
    time_unit: str | None = None
    notes: tuple[str, ...] = ()
    columns: ReadColumns | None = None
    chosen_by: str | None = None
    path: str | None = None
    reading: Reading = field(default_factory=Reading)

    def __repr__(self) -> str:
        return (
            f"<Dataset {self.name}: {self.n_users:,} users, {self.n_items:,} items, "
            f"{self.n_interactions:,} interactions>"
        )

    @property
    def n_users(self) -> int:
        return len(self.user_ids)

    @property
    def n_items(self) -> int:
        return len(self.item_ids)

    @property
    def n_interactions(self) -> int:
        return len(self.items)

    @property
    def n_sequences(self) -> int:
        """Items that have at least one item before them: each ends one sequence."""
        return int((np.diff(self.offsets) - 1).sum())

    @property
    def whole_seconds(self) -> npt.NDArray[np.int64] | None:
        """int64 (interactions,): the times as models read them, or None."""
        return None if self.times_s is None else np.rint(self.times_s).astype(np.int64)

    def identity(self) -> dict[str, Any]:
        """What a model or a result records of its data.

        times_fingerprint: sha256 over `whole_seconds`, None without times.
        """
        seconds = self.whole_seconds
        times = None if seconds is None else hashlib.sha256(seconds.astype("<i8").tobytes())
        return {
            "name": self.name,
            "source": self.source,
            "fingerprint": self.fingerprint,
            "times_fingerprint": None if times is None else times.hexdigest(),
            "ties": self.ties,
        }


def fingerprint(
    items: IntArray, offsets: IntArray, item_ids: tuple[str, ...], user_ids: tuple[str, ...]
) -> str:
    """sha256 over histories and names, the same on every machine and in every run."""
    digest = hashlib.sha256()
    # Fixed width and byte order, so that the platform's own integers do not show.
    digest.update(np.ascontiguousarray(items, dtype="<i4").tobytes())
    digest.update(np.ascontiguousarray(offsets, dtype="<i8").tobytes())
    digest.update(json.dumps([item_ids, user_ids]).encode())
    return digest.hexdigest()
