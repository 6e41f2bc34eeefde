"""Histories as the windows that a model was trained on: the last N items, pads before them."""

from collections.abc import Sequence

import numpy as np

from ssr_neuro.program.arrays import Ints


def windows_of(
    histories: Sequence[Ints], positions: int, times: Sequence[Ints] | None = None
) -> Ints:
    """Item numbers of each history, oldest first -> windows int64 (samples, N).

    times: seconds of the same items; the windows are then (samples, N, 2), and a pad has the time
    of the oldest item, as in `ssr_neuro.data.Sequences.batch`.
    """
    found = np.zeros((len(histories), positions), np.int64)
    for row, history in zip(found, histories, strict=True):
        last = history[-positions:]
        row[positions - len(last) :] = last
    if times is None:
        return found
    seconds = np.zeros_like(found)
    for row, own in zip(seconds, times, strict=True):
        last = own[-positions:]
        row[: positions - len(last)] = own[0]
        row[positions - len(last) :] = last
    return np.stack([found, seconds], axis=-1)
