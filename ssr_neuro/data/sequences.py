"""Sequences of a data set: windows of the last N items and the item that came next."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ssr_neuro.program.arrays import IntArray


@dataclass(frozen=True, eq=False)
class Sequences:
    """n sequences as places in the data set's flat `items`; windows are cut when asked for.

    starts: int64 (n,), where the user's history begins. targets_at: int64 (n,), where the item
    to predict stands. positions: N, the longest window. times_s: int64, one for each of `items`,
    where a model needs them. users: int64 (n,), the number of each sequence's user, 1..U, where a
    model reads it.
    """

    items: IntArray
    starts: IntArray
    targets_at: IntArray
    positions: int
    times_s: npt.NDArray[np.int64] | None = None
    users: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.targets_at)

    @property
    def targets(self) -> npt.NDArray[np.int64]:
        """The items to predict, (n,), 1..V."""
        return self.items[self.targets_at].astype(np.int64)

    def batch(self, rows: IntArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """rows: (b,) -> windows (b, N) left-padded with 0, and targets (b,).

        With times the windows are (b, N, 2), items and seconds; a pad has the time of the oldest.
        With users they are (b, N, 2) too, items and everywhere the number of the user.
        """
        target_at, oldest = self.targets_at[rows], self.starts[rows][:, None]
        places = target_at[:, None] + np.arange(-self.positions, 0)
        windows = np.where(places >= oldest, self.items[np.maximum(places, 0)], 0).astype(np.int64)
        if self.times_s is not None:
            windows = np.stack([windows, self.times_s[np.maximum(places, oldest)]], axis=-1)
        if self.users is not None:
            own = np.broadcast_to(self.users[rows][:, None], windows.shape)
            windows = np.stack([windows, own], axis=-1)
        return windows, self.items[target_at].astype(np.int64)

    def later(self, rows: IntArray, horizon: int) -> npt.NDArray[np.int64]:
        """The next `horizon` targets of each row's user among these sequences, (b, horizon).

        The first is the row's own; 0 where these sequences have no more. No other is looked at, so
        that training never sees what validates or tests.
        """
        at = rows[:, None] + np.arange(horizon)
        inside = np.minimum(at, len(self) - 1)
        same = (at < len(self)) & (self.starts[inside] == self.starts[rows][:, None])
        return np.where(same, self.items[self.targets_at[inside]], 0).astype(np.int64)

    def seen(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        """What each user had before the target: rows (b,) -> places in `rows` (p,), items (p,).

        The whole history; an item had twice comes twice.
        """
        ends, starts = self.targets_at[rows], self.starts[rows]
        counts = ends - starts
        begin = np.cumsum(counts) - counts
        at = np.arange(counts.sum()) + np.repeat(starts - begin, counts)
        return np.repeat(np.arange(len(rows)), counts), self.items[at]

    def take(self, rows: IntArray) -> "Sequences":
        """These sequences alone, in this order."""
        users = None if self.users is None else self.users[rows]
        return replace(
            self, starts=self.starts[rows], targets_at=self.targets_at[rows], users=users
        )
