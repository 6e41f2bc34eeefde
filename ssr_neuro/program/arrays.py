"""Names for arrays by what they hold."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint8]  # spikes: 0 or 1
Ints = npt.NDArray[np.int64]  # whole numbers of a program: weights, membranes, readouts
IntArray = npt.NDArray[np.integer[Any]]  # whole numbers of any width: items, sequences
