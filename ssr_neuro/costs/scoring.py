"""Work of scoring every item once with binary item codes."""

from dataclasses import dataclass

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.program.arrays import Bits


@dataclass(frozen=True)
class ScoringCounts:
    """Scoring every item once: P(v) = sum_t X*_t(v) . h_t + b_v with binary codes X*.

    additions: one for each 1 in the codes and one for each item's bias. code_bytes: packed bits.
    """

    items: int
    code_bits: int
    ones: int
    additions: int
    code_bytes: int


def scoring(codes: Bits, code_bits: int) -> ScoringCounts:
    """codes: uint8 (items, code_bits) of 0/1, or the same packed, (items, ceil(code_bits / 8)).

    code_bits: steps x features. Raises BadInput on any other array.
    """
    packed_bytes = -(-code_bits // 8)
    width = codes.shape[-1] if codes.ndim == 2 else -1
    if codes.dtype != np.uint8 or width not in (code_bits, packed_bytes):
        raise BadInput(
            f"item codes have shape {codes.shape} and type {codes.dtype}; needed is uint8 "
            f"(items, {code_bits}) of 0 and 1, or (items, {packed_bytes}) of packed bits"
        )
    if width == code_bits and codes.max(initial=0) > 1:
        raise BadInput(f"item codes hold {codes.max()}; unpacked codes hold 0 and 1 only")
    ones = int(np.bitwise_count(codes).sum(dtype=np.int64))
    items = len(codes)
    return ScoringCounts(items, code_bits, ones, ones + items, items * packed_bytes)
