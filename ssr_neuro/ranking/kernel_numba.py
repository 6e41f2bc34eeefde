"""What `topk.c` does on any processor, in Numba: eight and seven bits choose a sum of readouts."""

import numba
import numpy as np
import numpy.typing as npt

from ssr_neuro.program.arrays import Ints
from ssr_neuro.ranking.layout import BIAS_ROWS, LANES, WORD_BITS, Blocks, biases_of

Int32s = npt.NDArray[np.int32]

LOW_BITS = 8
LOW = 1 << LOW_BITS


def top_k(blocks: Blocks, items: int, spread: Int32s, rows: Ints, scores: Int32s) -> None:
    """As `kernel.top_k`; rows and scores (samples, k) are written."""
    bias = biases_of(blocks).reshape(-1, LANES)
    for readouts, own_rows, own_scores in zip(spread, rows, scores, strict=True):
        _top_k(blocks[:, :-BIAS_ROWS], bias, items, _sums(readouts), own_rows, own_scores)


def score_all(blocks: Blocks, spread: Int32s, scores: Int32s) -> None:
    """As `kernel.score_all`; scores (samples, blocks * 32) are written."""
    bias = biases_of(blocks).reshape(-1, LANES)
    for readouts, own in zip(spread, scores, strict=True):
        _score_all(blocks[:, :-BIAS_ROWS], bias, _sums(readouts), own.reshape(-1, LANES))


def _sums(readouts: Int32s) -> Int32s:
    """The sums that the low, then those that the high bits of each word choose: (words, sums)."""
    parts = np.split(readouts.reshape(-1, WORD_BITS), [LOW_BITS], axis=1)
    chosen = [
        (np.arange(1 << part.shape[1])[:, None] >> np.arange(part.shape[1])) & 1 for part in parts
    ]
    sums = [part @ bits.T for part, bits in zip(parts, chosen, strict=True)]
    return np.ascontiguousarray(np.concatenate(sums, axis=1).astype(np.int32))


@numba.njit(cache=True, nogil=True)
def _block(words: Blocks, sums: Int32s, scores: Int32s) -> None:
    """Adds the sums of one block, words (W, 32), to scores (32,)."""
    for w in range(words.shape[0]):
        for lane in range(words.shape[1]):
            bits = words[w, lane]
            scores[lane] += sums[w, bits & (LOW - 1)] + sums[w, LOW + (bits >> LOW_BITS)]


@numba.njit(cache=True, nogil=True)
def _score_all(blocks: Blocks, bias: Int32s, sums: Int32s, scores: Int32s) -> None:
    for b in range(blocks.shape[0]):
        scores[b] = bias[b]
        _block(blocks[b], sums, scores[b])


@numba.njit(cache=True, nogil=True)
def _top_k(
    blocks: Blocks, bias: Int32s, items: int, sums: Int32s, rows: Ints, best: Int32s
) -> None:
    k, found = len(best), 0
    scores = np.empty(blocks.shape[2], np.int32)
    for b in range(blocks.shape[0]):
        scores[:] = bias[b]
        _block(blocks[b], sums, scores)
        for lane in range(min(len(scores), items - b * len(scores))):
            score = scores[lane]
            if found == k and score <= best[k - 1]:
                continue
            found = min(found + 1, k)
            at = found - 1
            while at > 0 and best[at - 1] < score:  # an equal score stays before: its row is lower
                best[at], rows[at] = best[at - 1], rows[at - 1]
                at -= 1
            best[at], rows[at] = score, b * len(scores) + lane
