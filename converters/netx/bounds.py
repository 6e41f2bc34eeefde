"""How far the state of an integer neuron can go, and whether a decay ever drops a bit of it."""

from typing import NamedTuple

import numpy as np

from ssr_neuro.program.fixed_point import (
    DECAY_BITS,
    DECAY_ONE,
    STATE_SHIFT,
    U_LIMIT,
    V_LIMIT,
    decay,
    shift,
)
from ssr_neuro.program.ir import IntegerLif
from ssr_neuro.program.linear_maps import Array

ENDLESS = 24  # a state of 0 can be halved for ever; this is more than a state has


class Arriving(NamedTuple):
    """Smallest and largest sum that can reach each neuron in a step, weight units, flat int64.

    twos: how often 2 divides every weight into the node.
    """

    low: Array
    high: Array
    twos: int

    def times(self, exponent: int) -> "Arriving":
        """All weights times 2**exponent, which leaves them whole."""
        low, high = (shift(x, exponent) for x in (self.low, self.high))
        return Arriving(low, high, self.twos + exponent)


def bias_of(neuron: IntegerLif) -> Array:
    """In membrane units, flat."""
    return np.asarray(shift(np.asarray(neuron.bias_mant), neuron.bias_exp)).reshape(-1)


def is_exact(neuron: IntegerLif, steps: int, twos: int) -> bool:
    """Whether no decay of u or v truncates: each takes bits, and a sample starts with some."""
    lost_u, lost_v = (lost(DECAY_ONE - np.asarray(d)) for d in (neuron.du + 1, neuron.dv))
    u = v = start = STATE_SHIFT + twos
    for step in range(steps):
        if step and (u < lost_u or v < lost_v):
            return False
        u = u - lost_u if step else start
        v = min(u, twos_of(bias_of(neuron)), v - lost_v if step else start)
    return True


def stays_inside(neuron: IntegerLif, steps: int, arriving: Arriving) -> bool:
    """Whether u never wraps and v never saturates; v starts a step at its threshold at most."""
    keep_u, keep_v = DECAY_ONE - (_flat(neuron.du) + 1), DECAY_ONE - _flat(neuron.dv)
    bias, top = bias_of(neuron), _flat(neuron.vth) << STATE_SHIFT
    low_u = high_u = low_v = high_v = np.zeros_like(arriving.low)
    for _ in range(steps):
        low_u = decay(low_u, keep_u) + (arriving.low << STATE_SHIFT)
        high_u = decay(high_u, keep_u) + (arriving.high << STATE_SHIFT)
        low_v = np.minimum(decay(low_v, keep_v) + low_u + bias, 0)
        high_v = decay(np.maximum(np.minimum(high_v, top), 0), keep_v) + high_u + bias
        u = max(int(np.abs(x).max(initial=0)) for x in (low_u, high_u))
        v = max(int(np.abs(x).max(initial=0)) for x in (low_v, high_v))
        if u >= U_LIMIT or v > V_LIMIT:
            return False
    return True


def lost(keep: Array) -> int:
    """Bits that a decay by `keep` / 4096 takes; none where all or nothing is kept."""
    some = [k for k in np.unique(keep) if k not in (0, DECAY_ONE)]
    return max((DECAY_BITS - twos_of(np.asarray(k)) for k in some), default=0)


def twos_of(values: Array) -> int:
    """How often 2 divides all of them; ENDLESS where all are 0."""
    together = int(np.gcd.reduce(np.abs(values).reshape(-1), initial=0))
    return (together & -together).bit_length() - 1 if together else ENDLESS


def _flat(value: int | Array) -> Array:
    return np.asarray(value, np.int64).reshape(-1)
