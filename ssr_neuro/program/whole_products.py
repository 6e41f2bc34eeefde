"""Products with a matrix of whole numbers, by floating-point routines where those are exact.

NumPy multiplies whole numbers without BLAS, many times slower. As long as the absolute values of
a sum add up to less than 2**24 (float32) or 2**53 (float64), every sum on the way is a whole number
that the type holds, in whatever order they are added: the result is that of int64.
"""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
# A floating-point type, and the numbers below which it holds every whole one.
EXACT: tuple[tuple[type[np.floating[Any]], float], ...] = (
    (np.float32, 2.0**24),
    (np.float64, 2.0**53),
)


class WholeMatrix:
    """matrix: (out, in), whole numbers, never written to."""

    def __init__(self, matrix: Array) -> None:
        self.matrix = matrix
        self._converted: dict[type[np.generic], Array] = {}

    def on_rows(self, x: Array) -> Array:
        """matrix @ x for whole numbers x (..., in, n): int64 (..., out, n)."""
        kind = self._exact_type(x)
        return (self._as(kind) @ x.astype(kind, copy=False)).astype(np.int64, copy=False)

    def on_columns(self, x: Array) -> Array:
        """x @ matrix.T for whole numbers x (..., n, in): int64 (..., n, out)."""
        kind = self._exact_type(x)
        return (x.astype(kind, copy=False) @ self._as(kind).T).astype(np.int64, copy=False)

    @cached_property
    def _largest_sum(self) -> float:
        """Of absolute values, over the rows."""
        return float(np.abs(self.matrix.astype(np.float64)).sum(axis=1).max(initial=0))

    def _exact_type(self, x: Array) -> type[np.generic]:
        most = self._largest_sum * max(-float(x.min(initial=0)), float(x.max(initial=0)))
        return next((kind for kind, end in EXACT if most < end), np.int64)

    def _as(self, kind: type[np.generic]) -> Array:
        if kind not in self._converted:
            self._converted[kind] = self.matrix.astype(kind, copy=False)
        return self._converted[kind]
