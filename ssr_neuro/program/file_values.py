"""JSON has no schema: a value of another type is named here, not where it is used."""

from typing import Any

import numpy as np

from ssr_neuro.program.linear_maps import Array, Shape


class Arrays:
    """The arrays of weights.npz by key, whole numbers as int64, others as float64."""

    def __init__(self, stored: dict[str, Array]) -> None:
        self._arrays = {key: _widened(key, value) for key, value in stored.items()}

    def of(self, key: object) -> Array:
        """Raises KeyError where there is no such array."""
        return self._arrays[text(key)]


def _widened(key: str, value: Array) -> Array:
    kinds: dict[str, Any] = {"i": np.int64, "f": np.float64}
    if value.dtype.kind not in kinds:
        raise TypeError(f"array {key!r} holds {value.dtype}, not numbers")
    return value.astype(kinds[value.dtype.kind])


def text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def whole(value: object, least: int | None = None) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is not a whole number")
    if least is not None and value < least:
        raise ValueError(f"{value} is below {least}")
    return value


def truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def shape(value: object) -> Shape:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list of sizes")
    return tuple(whole(size, least=0) for size in value)


def numbers(value: object, arrays: Arrays) -> Any:
    """A number as it is, an array by its key."""
    if isinstance(value, str):
        return arrays.of(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise TypeError(f"{value!r} is neither a number nor the name of an array")
