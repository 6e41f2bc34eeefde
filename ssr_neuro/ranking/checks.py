"""What a table of packed items takes, and what it does not: each refusal is a BadInput."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput, is_whole
from ssr_neuro.program.arrays import Bits, Ints

LARGEST_SUM = 1 << 62  # in size, of a bias or a score: far enough from where int64 wraps around


def read_codes(given: Any) -> Bits:
    """Codes (V, T, D) of integers or booleans; their values are looked at by `check_binary`."""
    codes = np.asarray(given)
    if codes.ndim != 3 or codes.dtype.kind not in "biu" or 0 in codes.shape[1:]:
        raise BadInput(f"codes are {_describe(codes)}; give integers 0 and 1 (items, steps, bits)")
    return codes


def check_binary(codes: Bits) -> None:
    """Raises BadInput where a code holds anything but 0 and 1."""
    if codes.size and not 0 <= codes.min() <= codes.max() <= 1:
        raise BadInput(f"codes hold {codes.min()} to {codes.max()}; give 0 and 1 alone")


def read_packed(given: Any, shape: Sequence[int]) -> Bits:
    """Bytes of the codes of `shape` (V, T, D), the bits of an item one after the other."""
    packed, sizes = np.asarray(given), tuple(shape)
    if len(sizes) != 3 or not all(map(is_whole, sizes)) or min(sizes) < 0 or 0 in sizes[1:]:
        raise BadInput(f"the shape of the codes is {sizes}; give (items, steps, bits)")
    wanted = (sizes[0], -(-sizes[1] * sizes[2] // 8))
    if packed.dtype != np.uint8 or packed.shape != wanted:
        raise BadInput(
            f"packed codes are {_describe(packed)}; {sizes[0]:,} items of {sizes[1]} x {sizes[2]} "
            f"bits take uint8 {wanted}"
        )
    return packed


def read_bias(given: Any, items: int) -> Ints:
    """Biases, int64 (V,)."""
    bias = np.asarray(given)
    if bias.dtype.kind not in "iu" or bias.shape != (items,):
        raise BadInput(f"biases are {_describe(bias)}; give {items:,} whole numbers, one an item")
    least, most = (int(edge(initial=0)) for edge in (bias.min, bias.max))
    if max(most, -least) >= LARGEST_SUM:
        raise BadInput(f"biases run from {least:,} to {most:,}; give less than 2**62 in size")
    return bias.astype(np.int64, copy=False)


def read_readouts(given: Any, steps: int, features: int) -> Ints:
    """Readouts (samples, T, D), or of a trace (samples, T, 1, D), as int64 (samples, T * D)."""
    readouts = np.asarray(given)
    if readouts.dtype.kind not in "iu" or readouts.ndim < 2:
        raise BadInput(
            f"readouts are {_describe(readouts)}; give whole numbers (samples, {steps}, {features})"
        )
    long, wanted = ([n for n in axes if n > 1] for axes in (readouts.shape[1:], (steps, features)))
    if long != wanted or 0 in readouts.shape[1:]:
        raise BadInput(
            f"readouts of shape {readouts.shape[1:]} for codes of {steps} x {features}; they are "
            "of another network"
        )
    if readouts.dtype == np.uint64 and readouts.max(initial=0) >= LARGEST_SUM:
        raise too_large(int(readouts.max()))
    return readouts.reshape(len(readouts), steps * features).astype(np.int64, copy=False)


def too_large(size: float) -> BadInput:
    """The error where scores may reach this size, which int64 does not hold for sure."""
    return BadInput(
        f"readouts and biases may add up to {size:.3g} in size; scores are exact below 2**62"
    )


def read_rows(given: Any, items: int) -> Ints:
    """Rows of a table of so many items, from 0, as int64."""
    return _read_numbers(given, "row", items - 1, items)


def read_windows(given: Any, items: int) -> Ints:
    """Items of windows, from 1, and 0 the pad, as int64."""
    return _read_numbers(given, "item", items, items)


def _read_numbers(given: Any, what: str, most: int, items: int) -> Ints:
    numbers = np.asarray(given)
    if numbers.size and numbers.dtype.kind not in "iu":
        raise BadInput(f"{what}s are {_describe(numbers)}; give whole numbers")
    for number in (numbers.min(initial=0), numbers.max(initial=0)):
        if not 0 <= number <= most and numbers.size:
            raise BadInput(f"{what} {number:,} of a table of {items:,} items")
    return numbers.astype(np.int64, copy=False)


def check_count(k: object, items: int) -> int:
    """How many of the best items are wanted, and there."""
    if not is_whole(k) or k < 1:
        raise BadInput(f"the best {k!r} of {items:,} items: ask for at least 1, a whole number")
    return min(int(k), items)


def _describe(array: npt.NDArray[Any]) -> str:
    return f"{array.dtype} of shape {array.shape}"
