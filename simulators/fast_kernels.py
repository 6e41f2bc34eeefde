"""The neuron's law in fused loops over all steps.

They compute `ssr_neuro.program.integer_neuron.step`.

Arrays are (positions, steps, samples, features), features contiguous.
"""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.fixed_point import DECAY_BITS, STATE_SHIFT, U_LIMIT, V_LIMIT

Floats = npt.NDArray[np.float32]

INT32_HALF = 1 << 31


@numba.njit(cache=True, nogil=True, parallel=True)
def halving(a: Floats, bias: npt.NDArray[np.int32], shift: int, theta: int, out: Floats) -> None:
    """No memory of the current, and a membrane that keeps 2**-shift of itself: 32 bits are enough.

    a: weighted sums, whole and below 2**24 in size. bias: (positions, features). out: spikes.
    """
    positions, steps, samples, features = a.shape
    for p in numba.prange(positions):
        v = np.zeros((samples, features), np.int32)
        for t in range(steps):
            for n in range(samples):
                for f in range(features):
                    old = v[n, f]
                    kept = old >> shift if old >= 0 else -((-old) >> shift)
                    u = np.int32(a[p, t, n, f]) << STATE_SHIFT
                    u = u - 2 * U_LIMIT if u > U_LIMIT else u
                    u = u + 2 * U_LIMIT if u <= -U_LIMIT else u
                    x = kept + u + bias[p, f]
                    x = min(max(x, -V_LIMIT), V_LIMIT)
                    fired = x > theta
                    out[p, t, n, f] = np.float32(1) if fired else np.float32(0)
                    v[n, f] = np.int32(0) if fired else np.int32(x)


@numba.njit(inline="always")
def _decay(x: Any, keep: Any) -> Any:
    size = (abs(x) * keep) >> DECAY_BITS
    return size if x >= 0 else -size


@numba.njit(inline="always")
def _int32(x: Any) -> Any:
    """As `ssr_neuro.program.fixed_point.wrap_int32`."""
    return ((x + INT32_HALF) & (2 * INT32_HALF - 1)) - INT32_HALF


@numba.njit(cache=True, nogil=True)
def general(
    a: Ints,
    bias: Ints,
    keep_u: Ints,
    keep_v: Ints,
    theta: Ints,
    u: Ints,
    v: Ints,
    out: Floats,
    membranes: Ints,
) -> None:
    """Any neuron, from the state (u, v) on, which is left as it is after the last step.

    a: inputs in membrane units, wrapped to 32 bits. bias, keep_u, keep_v, theta: (positions,
    features). u, v: (positions, samples, features). out: spikes; membranes: v before the reset.
    """
    positions, steps, samples, features = a.shape
    for p in range(positions):
        for t in range(steps):
            for n in range(samples):
                for f in range(features):
                    current = _int32(_decay(u[p, n, f], keep_u[p, f]) + a[p, t, n, f])
                    current = current - 2 * U_LIMIT if current > U_LIMIT else current
                    current = current + 2 * U_LIMIT if current <= -U_LIMIT else current
                    u[p, n, f] = current
                    x = _decay(v[p, n, f], keep_v[p, f]) + current + bias[p, f]
                    x = min(max(x, -V_LIMIT), V_LIMIT)
                    membranes[p, t, n, f] = x
                    fired = x > theta[p, f]
                    out[p, t, n, f] = np.float32(1) if fired else np.float32(0)
                    v[p, n, f] = 0 if fired else x
