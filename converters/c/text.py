"""Numbers and names as C."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

PER_LINE = 16
STRING_BYTES = 4095  # of a string that every compiler of C99 takes


def array(declaration: str, values: npt.NDArray[Any]) -> str:
    """A constant array: "const int8_t model_weights[]" and its numbers."""
    return f"{declaration} = {{\n{lines(values)}\n}};\n"


def lines(values: npt.NDArray[Any]) -> str:
    """Numbers, some in a line, each with a comma after it."""
    words = [_number(value) for value in values.ravel().tolist()]
    parts = (words[i : i + PER_LINE] for i in range(0, len(words), PER_LINE))
    return "\n".join(f"{', '.join(part)}," for part in parts)


def rows(declaration: str, found: Iterable[Sequence[Any]]) -> str:
    """A constant array of structures, one in a line."""
    body = "\n".join(f"    {_row(row)}," for row in found)
    return f"{declaration} = {{\n{body}\n}};\n"


def _row(row: Sequence[Any]) -> str:
    words = (_row(x) if isinstance(x, tuple) else _number(x) for x in row)
    return f"{{{', '.join(words)}}}"


def _number(value: int) -> str:
    """A literal without a warning: unsigned past 31 bits, and the least of all as a difference."""
    if value == -(1 << 31):
        return "(-2147483647 - 1)"
    if value == -(1 << 63):
        return "(-INT64_C(9223372036854775807) - 1)"
    if not -(1 << 31) <= value < 1 << 32:
        return f"INT64_C({value})"
    return f"{value}u" if value >= 1 << 31 else str(value)


def strings(declaration: str, found: Iterable[str]) -> str:
    """A constant array of strings, one in a line."""
    body = "\n".join(f"    {quote(one)}," for one in found)
    return f"{declaration} = {{\n{body}\n}};\n"


def quote(text: str) -> str:
    """A C string of any text, in UTF-8."""
    plain = (chr(b) if 32 <= b < 127 and b not in b'"\\?' else f"\\{b:03o}" for b in text.encode())
    return f'"{"".join(plain)}"'


def shorten(name: str) -> str:
    """As many characters from the beginning as a C string holds."""
    return name.encode()[:STRING_BYTES].decode(errors="ignore")


def words_of(bits: npt.NDArray[Any]) -> npt.NDArray[np.uint32]:
    """(..., n) of 0 and 1 -> (..., ceil(n / 32)): bit i of word w is number 32 w + i."""
    missing = -bits.shape[-1] % 32
    wide = np.pad(bits.astype(np.uint8), [(0, 0)] * (bits.ndim - 1) + [(0, missing)])
    packed = np.packbits(wide, axis=-1, bitorder="little")
    words: npt.NDArray[np.uint32] = np.ascontiguousarray(packed).view("<u4").astype(np.uint32)
    return words
