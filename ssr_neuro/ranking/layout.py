"""How codes and biases lie in memory: blocks of 32 items, 15 bits of their codes a word.

A block is uint16 (words + 2, 32): row w holds bits 15 w to 15 w + 14 of each item, the first bit
lowest; the last two rows are the 32 biases, int32. `topk.c` reads it as it stands, and a file of
blocks can be mapped into memory.
"""

import numpy as np
import numpy.typing as npt

from ssr_neuro.native import aligned
from ssr_neuro.program.arrays import Bits, IntArray

LANES = 32
WORD_BITS = 15
BIAS_ROWS = 2
INT32_LARGEST = (1 << 31) - 1

Blocks = npt.NDArray[np.uint16]

_PLACES = (1 << np.arange(WORD_BITS)).astype(np.uint16)


def words_of(bits: int) -> int:
    """Words that a code of so many bits takes."""
    return -(-bits // WORD_BITS)


def empty_blocks(items: int, bits: int) -> Blocks:
    """Blocks for so many items, all of them 0."""
    shape = (-(-items // LANES), words_of(bits) + BIAS_ROWS, LANES)
    blocks: Blocks = aligned.empty(shape, np.uint16)
    blocks[:] = 0
    return blocks


def put_codes(blocks: Blocks, codes: Bits) -> None:
    """Write codes, 0/1 (n, bits), into the blocks from the first on."""
    words = blocks.shape[1] - BIAS_ROWS
    padded = np.zeros((len(blocks) * LANES, words * WORD_BITS), np.uint16)
    padded[: len(codes), : codes.shape[1]] = codes
    each = padded.reshape(len(blocks), LANES, words, WORD_BITS) @ _PLACES
    blocks[:, :words] = each.transpose(0, 2, 1)


def put_biases(blocks: Blocks, bias: IntArray) -> None:
    """Write biases (n,), which fit 32 bits, into the blocks from the first on."""
    padded = np.zeros(len(blocks) * LANES, np.int32)
    padded[: len(bias)] = bias
    blocks[:, -BIAS_ROWS:] = padded.view(np.uint16).reshape(len(blocks), BIAS_ROWS, LANES)


def codes_of(blocks: Blocks, rows: IntArray, bits: int) -> Bits:
    """Codes of items, 0/1 (n, bits). rows: (n,), from 0."""
    words = blocks[rows // LANES, :-BIAS_ROWS, rows % LANES].astype("<u2")
    each = np.unpackbits(words.view(np.uint8), axis=1, bitorder="little")
    used = each.reshape(len(rows), -1, 8 * words.itemsize)[:, :, :WORD_BITS]
    return used.reshape(len(rows), -1)[:, :bits]


def biases_of(blocks: Blocks) -> npt.NDArray[np.int32]:
    """Biases of all items and of the lanes behind the last, (blocks * 32,)."""
    last = np.ascontiguousarray(blocks[:, -BIAS_ROWS:])
    return last.reshape(-1).view(np.int32)
