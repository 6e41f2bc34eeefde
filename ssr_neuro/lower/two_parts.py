"""Weights of more bits than a synapse holds, as two synapses.

A membrane that is held in the current keeps what rounding adds to it until it has leaked away,
where a reset to zero would end it with the next spike. So its weights are rounded less: to a
whole number of a finer unit. Where such a weight is more than one synapse holds, a coarse
synapse has its nearest multiple of a power of two, and a fine one the rest. Of weights that are
small beside the largest the fine one alone is left.
"""

from collections.abc import Mapping
from math import ceil, log2
from typing import NamedTuple

import numpy as np

from ssr_neuro.lower.exact_scale import exact_threshold
from ssr_neuro.lower.exponents import FEW, SLACK, WORTH
from ssr_neuro.program.fixed_point import WEIGHT_EXP_LIMIT
from ssr_neuro.program.linear_maps import Array

# Bits beyond those of a weight: a leak forgets what rounding adds, an integrator never does.
FINER_BITS = {True: 2, False: 3}
ROUNDED = 0.5 + 2.0**-20  # of a unit, what rounding to whole units leaves anyway


class FineScale(NamedTuple):
    """vth: the threshold. further: by synapse, the powers of two of its coarse part. split: the
    synapses that have a fine part beside it."""

    vth: int
    further: Mapping[str, int]
    split: frozenset[str]


def fine_threshold(parts: Mapping[str, Array], most: int, limit: int, bits: int) -> FineScale:
    """The threshold at which the weights into a held membrane are rounded, or need not be.

    parts: weights by synapse, in thresholds. most: the largest threshold that the registers hold.
    limit: the largest weight of a synapse. bits: see `FINER_BITS`.
    """
    largest = {name: x for name, w in parts.items() if (x := float(np.abs(w).max(initial=0)))}
    most = min(most, int((limit << WEIGHT_EXP_LIMIT) / max(largest.values(), default=1)))
    vth = exact_threshold(list(parts.values()), max(1, most), 0)
    if vth is None:
        few = {name for name in largest if np.unique(parts[name]).size <= FEW}
        many = [x for name, x in largest.items() if name not in few] or list(largest.values())
        finest = max(1, min(most, int(limit / max(many) * (1 + SLACK)) << bits))
        vth = _least_rest([np.unique(parts[name]) for name in few], finest, limit)
    further = {name: more for name, x in largest.items() if (more := _powers(x, vth, limit))}
    split = {name for name in further if _rest(parts[name], vth, limit) > ROUNDED}
    return FineScale(vth, further, frozenset(split))


def _least_rest(few: list[Array], finest: int, limit: int) -> int:
    """The threshold near `finest` at which synapses of few weights leave the least for a fine part.

    With none they need no second synapse, and of those the largest is taken.
    """
    if not few:
        return finest
    tried = range(finest, max(1, int(WORTH * finest)) - 1, -1)
    return min(tried, key=lambda vth: max(_rest(w, vth, limit) / vth for w in few))


def _rest(weights: Array, vth: int, limit: int) -> float:
    """The most that a coarse synapse alone leaves of a weight, in units of the threshold."""
    unit = 2 ** _powers(float(np.abs(weights).max(initial=0)), vth, limit)
    exact = weights * vth
    return float(np.abs(exact - unit * np.rint(exact / unit)).max(initial=0))


def _powers(largest: float, vth: int, limit: int) -> int:
    """By how many powers of two the largest weight is beyond what one synapse holds."""
    if largest * vth <= limit:
        return 0
    return min(ceil(log2(largest * vth / limit) - SLACK), WEIGHT_EXP_LIMIT)


def split_weights(whole: Array, more: int, limit: int) -> tuple[Array, Array]:
    """Whole weights as a coarse part, in units of 2**more, and a fine one.

    Weights that the fine part holds alone have no coarse one. A weight that both together cannot
    hold is the nearest that they can: one beyond all, or between multiples that are far apart.
    """
    nearest = np.where(np.abs(whole) > limit, np.rint(whole / 2**more), 0)
    coarse = np.clip(nearest, -limit, limit)
    fine = np.clip(whole - coarse * 2**more, -limit, limit)
    return coarse.astype(np.int64), fine.astype(np.int64)
