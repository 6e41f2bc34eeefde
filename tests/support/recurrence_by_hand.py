"""The slow truth about linear recurrences."""

from typing import Any

import numpy as np


def sequential(decay: np.ndarray[Any, Any], drive: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """h_k = decay * h_(k-1) + drive_k in complex numbers, one position after the other."""
    h, states = np.zeros_like(drive[:, 0]), []
    for position in range(drive.shape[1]):
        h = decay * h + drive[:, position]
        states.append(h)
    return np.stack(states, axis=1)
