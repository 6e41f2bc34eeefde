"""Batch normalisation and LIF over all steps in one pass over memory, forward and backward.

Arrays are (P, B, T, F): rows, samples, steps, features, of float32, or of uint16 that hold the
bits of bfloat16; sums are of float32 and float64 in either case. A channel is a row, or a
feature. The law is SpikingJelly's LIFNode with decaying input, hard reset to 0, and a reset that
is detached in the backward pass; the surrogate is its ATan.
"""

from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import overload

# Compiled code is kept beside the sources, so that only the first run of a machine waits for it.
compiled = numba.njit(cache=True, nogil=True, parallel=True)
compiled_fast = numba.njit(cache=True, nogil=True, parallel=True, fastmath=True)


@numba.njit(cache=True, nogil=True)
def _own(values: Any, row: int, by_row: bool, features: int) -> Any:
    """What belongs to each feature of one row: the row's value, or every feature's."""
    return np.full(features, values[row], np.float32) if by_row else values


def _number(x):  # type: ignore[no-untyped-def]  # numba compares it with what it overloads
    """An element as float32; where an array holds the bits of bfloat16, of those."""
    return np.uint32(int(x) << 16).view(np.float32) if isinstance(x, np.integer) else x


def _round_to(x, like):  # type: ignore[no-untyped-def]
    """A float32 as an element of the kind of `like`, rounded to even."""
    round_bits: Any = _bfloat16_bits
    return round_bits(x, like) if isinstance(like, np.integer) else np.float32(x)


@overload(_number, inline="always")
def _number_of(x):  # type: ignore[no-untyped-def]
    if isinstance(x, types.Integer):
        return lambda x: np.uint32(np.uint32(x) << np.uint32(16)).view(np.float32)
    return lambda x: x


@overload(_round_to, inline="always")
def _stored_as(x, like):  # type: ignore[no-untyped-def]
    if isinstance(like, types.Integer):
        return _bfloat16_bits
    return lambda x, like: np.float32(x)


def _bfloat16_bits(x, like):  # type: ignore[no-untyped-def]
    bits = np.float32(x).view(np.uint32)
    odd = np.uint32(np.uint32(bits >> np.uint32(16)) & np.uint32(1))
    return np.uint16(np.uint32(bits + np.uint32(0x7FFF) + odd) >> np.uint32(16))


# Compiled code knows their types, a type checker does not.
number: Any = _number
stored: Any = _round_to


@compiled
def forward(
    z: Any, gain: Any, shift: Any, by_row: bool, tau: float, threshold: float, spikes: Any
) -> None:
    """spikes: 0 and 1. gain, shift: float32, one per channel."""
    rows, batch, steps, features = z.shape
    inverse, level = np.float32(1 / tau), np.float32(threshold)
    for p in numba.prange(rows):
        v = np.empty(features, np.float32)
        own_gain, own_shift = _own(gain, p, by_row, features), _own(shift, p, by_row, features)
        for b in range(batch):
            v[:] = 0
            for t in range(steps):
                for f in range(features):
                    drive = number(z[p, b, t, f]) * own_gain[f] + own_shift[f]
                    h = v[f] + (drive - v[f]) * inverse
                    fired = h >= level
                    one = np.float32(1) if fired else np.float32(0)
                    spikes[p, b, t, f] = stored(one, z[p, b, t, f])
                    v[f] = np.float32(0) if fired else h


@compiled_fast
def backward(
    grads: Any,
    z: Any,
    gain: Any,
    shift: Any,
    mean: Any,
    by_row: bool,
    tau: float,
    threshold: float,
    alpha: float,
    out: Any,
    total: Any,
    along: Any,
) -> None:
    """Gradient of the spikes -> of the drive, back through all steps, the membranes made anew.

    total, along: float64 (P, F), the sums over samples and steps of it, and of it times z - mean.
    """
    rows, batch, steps, features = grads.shape
    inverse, level = np.float32(1 / tau), np.float32(threshold)
    keep, half = np.float32(1) - inverse, np.float32(alpha / 2)
    slope = np.float32(np.pi / 2 * alpha)
    for p in numba.prange(rows):
        h = np.empty((steps, features), np.float32)
        v, later = np.empty(features, np.float32), np.empty(features, np.float32)
        sums, moments = np.empty(features, np.float32), np.empty(features, np.float32)
        own_gain, own_shift = _own(gain, p, by_row, features), _own(shift, p, by_row, features)
        own_mean = _own(mean, p, by_row, features)
        for b in range(batch):
            v[:], later[:], sums[:], moments[:] = 0, 0, 0, 0
            for t in range(steps):
                for f in range(features):
                    drive = number(z[p, b, t, f]) * own_gain[f] + own_shift[f]
                    h[t, f] = v[f] + (drive - v[f]) * inverse
                    v[f] = np.float32(0) if h[t, f] >= level else h[t, f]
            for step in range(steps):
                t = steps - 1 - step
                for f in range(features):
                    over = h[t, f] - level
                    steep = half / (np.float32(1) + (slope * over) * (slope * over))
                    kept = np.float32(0) if over >= 0 else later[f]
                    dh = number(grads[p, b, t, f]) * steep + kept
                    later[f] = dh * keep
                    d = dh * inverse
                    out[p, b, t, f] = stored(d, z[p, b, t, f])
                    sums[f] += d
                    moments[f] += d * (number(z[p, b, t, f]) - own_mean[f])
            for f in range(features):
                total[p, f] += sums[f]
                along[p, f] += moments[f]


@compiled_fast
def sums(z: Any, total: Any, squares: Any) -> None:
    """total, squares: float64 (P, F), the sums over samples and steps of z and of its square."""
    rows, batch, steps, features = z.shape
    for p in numba.prange(rows):
        first, second = np.empty(features, np.float32), np.empty(features, np.float32)
        for b in range(batch):
            first[:], second[:] = 0, 0
            for t in range(steps):
                for f in range(features):
                    x = number(z[p, b, t, f])
                    first[f] += x
                    second[f] += x * x
            for f in range(features):
                total[p, f] += first[f]
                squares[p, f] += second[f]


@compiled_fast
def input_gradient(
    d: Any, z: Any, by_row: bool, mean: Any, scale: Any, bias: Any, slope: Any
) -> None:
    """d := scale d - bias - slope (z - mean), in place: the gradient through the normalisation."""
    rows, batch, steps, features = d.shape
    for p in numba.prange(rows):
        a, b = _own(scale, p, by_row, features), _own(bias, p, by_row, features)
        c, e = _own(slope, p, by_row, features), _own(mean, p, by_row, features)
        for n in range(batch):
            for t in range(steps):
                for f in range(features):
                    centred = number(z[p, n, t, f]) - e[f]
                    x = a[f] * number(d[p, n, t, f]) - b[f] - c[f] * centred
                    d[p, n, t, f] = stored(x, z[p, n, t, f])


@compiled
def add_rows(rows: Any, places: Any, out: Any) -> None:
    """out[places[i]] += rows[i]: (n, K) into float32 (V, K), every thread its own columns."""
    count, width = rows.shape
    threads = 4
    for k in numba.prange(threads):
        first, last = k * width // threads, (k + 1) * width // threads
        for i in range(count):
            place = places[i]
            for j in range(first, last):
                out[place, j] += number(rows[i, j])
