"""What an array is here."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def broadcast(values: Any, shape: tuple[int, ...]) -> Array:
    """A parameter as float64 of a node's shape."""
    return np.broadcast_to(np.asarray(values, np.float64), shape)
