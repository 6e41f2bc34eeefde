"""What lava-dl's netx and Lava make of a matrix of whole numbers: mostly the same matrix.

netx shifts a dense matrix up as far as it thinks that 8 bits allow, and Lava clips and truncates
it by rules of its own; the sums are shifted down again. Sources: `optimize_weight_bits` of lava-dl
0.6.0 (`lib/dl/netx/utils.py`) and `utils/weightutils.py` of lava-nc 0.10.0.
"""

from typing import Any

import numpy as np

from ssr_neuro.program.linear_maps import Array

LARGEST = 254  # in a matrix of both signs, which netx clips to [-256, 254]
BITS = 8


def count_changed(weight: Any) -> int:
    """How many weights of a matrix (out, in) are others in netx; all where it cannot be loaded.

    weight: int64, dense or scipy CSR; zeros count as weights, as netx sees a dense matrix.
    """
    values = _distinct(weight)
    low, high = int(values.min()), int(values.max())
    if low == high == 0 or high > LARGEST + (low >= 0) or low < -(LARGEST + 2):
        return int(np.prod(weight.shape))
    up = _shift(low, high)
    kept = _truncate(values << up, BITS - up - _spare(values, mixed=_looks_mixed(low, high)))
    return sum(int((weight == v).sum()) for v in values[kept != values << up])


def _distinct(weight: Any) -> Array:
    """Every value once, the zeros of a sparse matrix too."""
    if isinstance(weight, np.ndarray):
        return np.unique(weight).astype(np.int64)
    rows, columns = weight.shape
    zero = [0] if weight.nnz < rows * columns else []
    return np.unique(np.concatenate([weight.data, zero])).astype(np.int64)


def _looks_mixed(low: int, high: int) -> bool:
    """netx calls a matrix without positive weights mixed where it holds a zero."""
    return low < 0 <= high


def _shift(low: int, high: int) -> int:
    """Bits by which netx shifts the weights up; 2**bits may already be one too many."""
    if _looks_mixed(low, high):
        scale = min(127 / high if high else np.inf, -128 / low)
        return int(np.floor(np.log2(scale))) + 1
    return int(np.floor(np.log2(-256 / low if high < 0 else 255 / high)))


def _spare(values: Array, mixed: bool) -> int:
    """Low bits that are zero in all weights, as netx counts them: one less with both signs."""
    zeros = next(n for n in range(BITS, -1, -1) if not (values % (1 << n)).any())
    return zeros - mixed


def _truncate(values: Array, weight_bits: int) -> Array:
    """Lava's clip and truncation; its sign mode is of the matrix it gets, zeros included."""
    low, high = values.min(), values.max()
    if high <= 0 and low < 0:
        return -(np.clip(-values, 0, 255) >> BITS - weight_bits << BITS - weight_bits)
    mixed = bool(low < 0)
    drop = BITS - weight_bits + mixed
    return np.clip(values, -256 if mixed else 0, 255) >> drop << drop
