"""The arrays of `weights.npz` by key, as the writer stores and the reader finds them."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.program.linear_maps import Array, Shape

INTEGERS = (np.int8, np.int16, np.int32, np.int64)
LEAST = np.iinfo(np.int64).min
WIDEST: dict[str, Any] = {"i": np.int64, "f": np.float64}


class Store:
    """Arrays to be written; equal arrays share the first key they came with."""

    def __init__(self) -> None:
        self.arrays: dict[str, Array] = {}
        self._known: dict[tuple[str, tuple[int, ...], bytes], str] = {}

    def keep(self, key: str, value: Array) -> str:
        """Whole numbers in the smallest integer type that holds them, others as float64."""
        array = _smallest(np.asarray(value))
        digest = sha256(np.ascontiguousarray(array).tobytes()).digest()
        content = (array.dtype.str, array.shape, digest)
        if content not in self._known:
            while key in self.arrays:  # two names that differ only in where their dots stand
                key += "'"
            self._known[content] = key
            self.arrays[key] = array
        return self._known[content]


class Arrays:
    """Arrays that were read, whole numbers as int64, others as float64; all of them finite."""

    def __init__(self, stored: Mapping[str, Array]) -> None:
        self._arrays = {key: _widen(key, value) for key, value in stored.items()}
        self._unread = set(self._arrays)

    def of(self, key: str) -> Array:
        """Raises BadInput where there is no such array."""
        if key not in self._arrays:
            raise BadInput(f"array {key!r} is missing")
        self._unread.discard(key)
        return self._arrays[key]

    def demand_all_read(self) -> None:
        """Raises BadInput where an array was not asked for: no part of the program names it."""
        if self._unread:
            raise BadInput(f"no part of the program names the arrays {sorted(self._unread)}")

    def shaped(self, key: str, shape: Shape) -> Array:
        """An array of exactly that shape."""
        found = self.of(key)
        if found.shape != shape:
            raise BadInput(f"array {key!r} has shape {found.shape}; its node has {shape}")
        return found

    def spread(self, key: str, shape: Shape) -> Array:
        """An array that can be spread over `shape`."""
        found = self.of(key)
        try:
            np.broadcast_to(found, shape)
        except ValueError as error:
            raise BadInput(f"an array of {found.shape} does not fit a node of {shape}") from error
        return found

    def matrix(self, key: str) -> Array:
        found = self.of(key)
        if found.ndim != 2:
            raise BadInput(f"array {key!r} has {found.ndim} axes, a matrix has 2")
        return found


def _smallest(value: Array) -> Array:
    if value.dtype.kind not in "iub":
        return value.astype(np.float64)
    whole = value.astype(np.int64)
    return next(whole.astype(t) for t in INTEGERS if (whole.astype(t) == whole).all())


def _widen(key: str, value: Array) -> Array:
    if value.dtype.kind not in WIDEST:
        raise BadInput(f"array {key!r} holds {value.dtype}, not numbers")
    wide = value.astype(WIDEST[value.dtype.kind])
    if not np.isfinite(wide).all():
        raise BadInput(f"array {key!r} holds NaN or infinity")
    if wide.dtype.kind == "i" and wide.min(initial=0) == LEAST:
        raise BadInput(f"array {key!r} holds {LEAST}, whose negative no integer holds")
    return wide
