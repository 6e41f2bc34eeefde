"""Names for arrays by what they hold, and whether they hold only zeros and ones."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint8]  # spikes: 0 or 1
Ints = npt.NDArray[np.int64]  # whole numbers of a program: weights, membranes, readouts
IntArray = npt.NDArray[np.integer[Any]]  # whole numbers of any width: items, sequences


def is_binary(values: npt.NDArray[Any]) -> bool:
    """Whether every value is 0 or 1. np.isin would take nine times the memory of uint8."""
    if values.dtype.kind in "bu":
        return bool(values.max(initial=0) <= 1)
    return bool(((values == 0) | (values == 1)).all())
