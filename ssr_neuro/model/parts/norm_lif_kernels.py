"""Batch normalisation and LIF over all steps in one pass over memory, forward and backward.

Arrays are (T, R, M), float32: steps, rows, and the rest. A channel is a row, or one of the M
columns. The law is SpikingJelly's LIFNode with decaying input, hard reset to 0, and a reset that
is detached in the backward pass; the surrogate is its ATan.
"""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@numba.njit(cache=True, nogil=True)
def _own(values: Floats, row: int, by_row: bool, columns: int) -> Floats:
    """What belongs to each column of one row: the row's value, or every column's."""
    return np.full(columns, values[row], np.float32) if by_row else values


@numba.njit(cache=True, nogil=True, parallel=True)
def forward(
    z: Floats, gain: Floats, shift: Floats, by_row: bool, tau: float, threshold: float,
    spikes: Floats, membranes: Floats,
) -> None:  # fmt: skip
    """spikes: 0 and 1. membranes: before the reset, for `backward`. gain, shift: per channel."""
    steps, rows, columns = z.shape
    inverse, level = np.float32(1 / tau), np.float32(threshold)
    for r in numba.prange(rows):
        v = np.zeros(columns, np.float32)
        own_gain, own_shift = _own(gain, r, by_row, columns), _own(shift, r, by_row, columns)
        for t in range(steps):
            for m in range(columns):
                drive = z[t, r, m] * own_gain[m] + own_shift[m]
                h = v[m] + (drive - v[m]) * inverse
                fired = h >= level
                membranes[t, r, m] = h
                spikes[t, r, m] = np.float32(1) if fired else np.float32(0)
                v[m] = np.float32(0) if fired else h


@numba.njit(cache=True, nogil=True, parallel=True, fastmath=True)
def backward(
    grads: Floats, membranes: Floats, tau: float, threshold: float, alpha: float, out: Floats
) -> None:
    """Gradient of the spikes -> gradient of the drive, back through all steps."""
    steps, rows, columns = grads.shape
    inverse, level = np.float32(1 / tau), np.float32(threshold)
    keep = np.float32(1) - inverse
    half = np.float32(alpha / 2)
    slope = np.float32(np.pi / 2 * alpha)
    for r in numba.prange(rows):
        later = np.zeros(columns, np.float32)  # gradient of the membrane after the reset
        for step in range(steps):
            t = steps - 1 - step
            for m in range(columns):
                over = membranes[t, r, m] - level
                steep = half / (np.float32(1) + (slope * over) * (slope * over))
                kept = np.float32(0) if over >= 0 else later[m]
                dh = grads[t, r, m] * steep + kept
                out[t, r, m] = dh * inverse
                later[m] = dh * keep


@numba.njit(cache=True, nogil=True, parallel=True, fastmath=True)
def sums_by_row(d: Floats, z: Floats, mean: Floats, total: Any, along: Any) -> None:
    """Per row: the sum of d, and of d (z - mean). float64 sums."""
    steps, rows, columns = d.shape
    for r in numba.prange(rows):
        first, second = 0.0, 0.0
        for t in range(steps):
            for m in range(columns):
                first += d[t, r, m]
                second += d[t, r, m] * (z[t, r, m] - mean[r])
        total[r], along[r] = first, second


@numba.njit(cache=True, nogil=True, parallel=True, fastmath=True)
def sums_by_column(d: Floats, z: Floats, mean: Floats, total: Any, along: Any) -> None:
    """Per column and row block: the sum of d, and of d (z - mean); total, along: (blocks, M)."""
    steps, rows, columns = d.shape
    blocks = len(total)
    for b in numba.prange(blocks):
        for r in range(b * rows // blocks, (b + 1) * rows // blocks):
            for t in range(steps):
                for m in range(columns):
                    total[b, m] += d[t, r, m]
                    along[b, m] += d[t, r, m] * (z[t, r, m] - mean[m])


@numba.njit(cache=True, nogil=True, parallel=True, fastmath=True)
def input_gradient(
    d: Floats, z: Floats, by_row: bool, mean: Floats, scale: Floats, bias: Floats, slope: Floats
) -> None:
    """d := scale d - bias - slope (z - mean), in place: the gradient through the normalisation."""
    steps, rows, columns = d.shape
    for r in numba.prange(rows):
        a, b = _own(scale, r, by_row, columns), _own(bias, r, by_row, columns)
        c, e = _own(slope, r, by_row, columns), _own(mean, r, by_row, columns)
        for t in range(steps):
            for m in range(columns):
                d[t, r, m] = a[m] * d[t, r, m] - b[m] - c[m] * (z[t, r, m] - e[m])
