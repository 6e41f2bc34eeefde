"""The integer arithmetic and the registers of Loihi, the chip that programs are lowered for.

Sources. [lif]: lava-nc 0.10.0, `lava/proc/lif/models.py`, PyLifModelBitAcc and
PyLifResetModelBitAcc, whose docstrings give the width of every register. [weights]: lava-nc 0.10.0,
`lava/utils/weightutils.py`. [nengo]: nengo-loihi 1.0, `nengo_loihi/builder/discretize.py`. [loihi]:
Davies et al. 2018, IEEE Micro 38(1). All arrays are int64 here; ranges are the chip's.
"""

import numpy as np

from ssr_neuro.program.arrays import Ints

# Neurons.
DECAY_BITS = 12  # du and dv are fractions of 2**12 [lif: decay_shift]
DECAY_ONE = 1 << DECAY_BITS
SIGN_BIT = 63  # of the int64 in which everything is computed here
STATE_SHIFT = 6  # one weight unit is 2**6 membrane units [lif: act_shift, vth_shift]
WEIGHT_UNIT = 1 << STATE_SHIFT  # membrane units
U_LIMIT = 1 << 23  # u wraps past this: 24 bits with the sign [lif: max_uv_val]
V_LIMIT = (1 << 23) - 1  # v saturates here [lif]
VTH_LIMIT = (1 << 17) - 1  # largest threshold, in weight units: 17 bits [lif; nengo: VTH_MAN_MAX]
NEVER = 1 << 17  # a threshold that no membrane exceeds: 64 * NEVER is V_LIMIT + 1
NO_CURRENT_MEMORY = 4095  # du that makes u the input alone: the chip adds 1 to du [lif: ds_offset]
BIAS_MANT_LIMIT = 4095  # 12 bits and the sign [lif; nengo: BIAS_MAN_MAX]
BIAS_EXP_LIMIT = 7  # 3 bits [lif; nengo: BIAS_EXP_MAX]

# Synapses.
WEIGHT_BITS = 8  # with the sign [weights]
LEAST_WEIGHT_BITS = 2
WEIGHT_LIMIT = (1 << (WEIGHT_BITS - 1)) - 1  # symmetric, so that -127 is the smallest weight
WEIGHT_EXP_LIMIT = 7  # 4 bits with the sign [weights]
READOUT_BIAS_LIMIT = (1 << 31) - 1  # of a readout or an item, which the host adds: 32 bits
DELAY_LIMIT = 62  # steps of a synaptic delay: 6 bits [loihi]


def decay(state: Ints, keep: int | Ints) -> Ints:
    """Keep `keep` / 4096 of a state, truncated towards zero."""
    if isinstance(keep, int) and keep == 0:
        return np.zeros_like(state)
    scaled = state * np.asarray(keep, np.int64)
    # A shift alone would round a negative number down.
    kept: Ints = scaled + (scaled >> SIGN_BIT & DECAY_ONE - 1) >> DECAY_BITS
    return kept


def wrap_int32(x: Ints) -> Ints:
    """Wrap into a signed 32-bit register: [-2**31, 2**31 - 1]."""
    return x.astype(np.int32).astype(np.int64)


def wrap_current(u: Ints) -> Ints:
    """Wrap u once into (-2**23, 2**23]; +2**23 itself is kept, as Lava keeps it."""
    if not u.size or (u.max() <= U_LIMIT and u.min() > -U_LIMIT):
        return u
    u = np.where(u > U_LIMIT, u - 2 * U_LIMIT, u)
    return np.where(u <= -U_LIMIT, u + 2 * U_LIMIT, u)


def saturate_membrane(v: Ints) -> Ints:
    """Clip v into [-(2**23 - 1), 2**23 - 1]."""
    if not v.size or (v.max() <= V_LIMIT and v.min() >= -V_LIMIT):
        return v
    return np.minimum(np.maximum(v, -V_LIMIT), V_LIMIT)


def shift(x: Ints, exponent: int) -> Ints:
    """x * 2**exponent, with floor for negative exponents."""
    return x << exponent if exponent >= 0 else x >> -exponent
