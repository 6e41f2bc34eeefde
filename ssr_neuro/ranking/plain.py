"""The same by NumPy in 64 bits, for numbers that 32 do not hold; a stretch of items at a time."""

from collections.abc import Iterator

import numpy as np

from ssr_neuro.program.arrays import Ints
from ssr_neuro.ranking.layout import LANES, Blocks, codes_of

AT_ONCE = 1 << 7  # blocks


def score_all(blocks: Blocks, bias: Ints, readouts: Ints) -> Ints:
    """Scores int64 (samples, V). bias: int64 (V,). readouts: int64 (samples, bits)."""
    return np.concatenate([part for _, part in _stretches(blocks, bias, readouts)], axis=1)


def top_k(blocks: Blocks, bias: Ints, readouts: Ints, k: int) -> tuple[Ints, Ints]:
    """Rows and scores int64 (samples, k), best first; of equal scores the lower row."""
    samples = len(readouts)
    rows, scores = np.empty((samples, 0), np.int64), np.empty((samples, 0), np.int64)
    for first, part in _stretches(blocks, bias, readouts):
        here = np.broadcast_to(np.arange(first, first + part.shape[1]), part.shape)
        # What is held has lower rows and stands before, so a stable order keeps it before equals.
        rows, scores = np.concatenate([rows, here], 1), np.concatenate([scores, part], 1)
        order = np.argsort(~scores, axis=1, kind="stable")[:, :k]  # ~x falls as x rises, all int64
        rows, scores = (np.take_along_axis(x, order, 1) for x in (rows, scores))
    return rows, scores


def _stretches(blocks: Blocks, bias: Ints, readouts: Ints) -> Iterator[tuple[int, Ints]]:
    """First row and scores (samples, n) of one stretch of items after another."""
    for first in range(0, len(bias), AT_ONCE * LANES):
        rows = np.arange(first, min(first + AT_ONCE * LANES, len(bias)))
        codes = codes_of(blocks, rows, readouts.shape[1]).astype(np.int64)
        yield first, readouts @ codes.T + bias[rows]
