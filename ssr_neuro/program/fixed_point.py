"""The integer arithmetic of a Loihi-like neuron, as Lava 0.10.0's `fixed_pt` models compute it.

Source of every rule: `lava/proc/lif/models.py` (PyLifModelBitAcc, PyLifResetModelBitAcc) and
`lava/utils/weightutils.py` of lava-nc 0.10.0. All arrays are int64 here; ranges are the chip's.
"""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

DECAY_BITS = 12  # du and dv are fractions of 2**12
DECAY_ONE = 1 << DECAY_BITS
STATE_SHIFT = 6  # one weight unit is 2**6 membrane units
U_LIMIT = 1 << 23  # u wraps past this
V_LIMIT = (1 << 23) - 1  # v saturates here
DELAY_LIMIT = 62  # steps of a synaptic delay: 6 bits on Loihi
NEVER = 1 << 17  # a threshold that no membrane exceeds: 64 * NEVER is V_LIMIT + 1
NO_CURRENT_MEMORY = 4095  # du that makes u the input alone: the chip adds 1 to du


def decay(state: Ints, keep: int | Ints) -> Ints:
    """Keep `keep` / 4096 of a state, truncated towards zero."""
    kept: Ints = np.sign(state) * (np.abs(state) * np.asarray(keep, np.int64) >> DECAY_BITS)
    return kept


def wrap_int32(x: Ints) -> Ints:
    """Wrap into a signed 32-bit register: [-2**31, 2**31 - 1]."""
    half = 1 << 31
    return (x + half) % (2 * half) - half


def wrap_current(u: Ints) -> Ints:
    """Wrap u once into (-2**23, 2**23]; +2**23 itself is kept, as Lava keeps it."""
    u = np.where(u > U_LIMIT, u - 2 * U_LIMIT, u)
    return np.where(u <= -U_LIMIT, u + 2 * U_LIMIT, u)


def saturate_membrane(v: Ints) -> Ints:
    """Clip v into [-(2**23 - 1), 2**23 - 1]."""
    return np.clip(v, -V_LIMIT, V_LIMIT)


def shift(x: Ints, exponent: int) -> Ints:
    """x * 2**exponent, with floor for negative exponents."""
    return x << exponent if exponent >= 0 else x >> -exponent
