"""Neurons whose biases netx can hold, whole weight units, with the same spikes for all inputs.

Between two resets the membrane of a neuron without memory of its current is x + b c, where x is
what arrived, a multiple of a known unit in each step, and c the sum of the decays so far. So it
fires where x is above a certain multiple, and a neuron with other weights, threshold and bias that
has the same multiple in every step of a sample is the same neuron. Searched for among all weights
times 2**up, up as small as there is one; a neuron with memory, or a membrane that is read, is
multiplied as a whole.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from converters.netx.bounds import Arriving, bias_of, is_exact, lost, stays_inside, twos_of
from ssr_neuro.program.fixed_point import (
    DECAY_BITS,
    DECAY_ONE,
    NEVER,
    NO_CURRENT_MEMORY,
    STATE_SHIFT,
)
from ssr_neuro.program.ir import IntegerLif
from ssr_neuro.program.linear_maps import Array

BIAS_LIMIT = (1 << 15) - 1  # Lava keeps bias_mant in 16 bits
FRACTION = "a bias that is no whole weight unit, and in other units it is not the same neuron:"


@dataclass(frozen=True, eq=False)
class Fit:
    """Weights times 2**up, and the neuron for them: a bias with bias_exp 6, flat."""

    up: int
    neuron: IntegerLif


def fit(neuron: IntegerLif, steps: int, arriving: Arriving, *, is_read: bool) -> Fit | str:
    """The neuron as netx can hold it, or why it cannot be. is_read: its membrane is an answer."""
    bias = bias_of(neuron)
    if not (bias % (1 << STATE_SHIFT)).any():
        return _small(_whole(neuron, 0))
    if not is_exact(neuron, steps, arriving.twos):
        return f"{FRACTION} its decays truncate within {steps} steps"
    if not stays_inside(neuron, steps, arriving):
        return f"{FRACTION} its current can wrap or its membrane saturate"
    least = STATE_SHIFT - twos_of(bias)
    free = not is_read and np.all(np.asarray(neuron.du) == NO_CURRENT_MEMORY)
    for up in range(-arriving.twos, least) if free else ():
        found = _search(neuron, steps, arriving, up)
        if found is not None and _same(found, steps, arriving.times(up)):
            return Fit(up, found)
    whole = _small(_whole(neuron, least))
    if isinstance(whole, str) or _same(whole.neuron, steps, arriving.times(least)):
        return whole
    return f"{FRACTION} times {1 << least} its current can wrap or its membrane saturate"


def _whole(neuron: IntegerLif, up: int) -> Fit:
    """Weights, threshold and bias times 2**up."""
    bias = bias_of(neuron) << up >> STATE_SHIFT
    vth = np.minimum(np.asarray(neuron.vth) << up, NEVER)
    return Fit(up, replace(neuron, vth=vth, bias_mant=bias, bias_exp=STATE_SHIFT))


def _small(found: Fit) -> Fit | str:
    largest = int(np.abs(found.neuron.bias_mant).max(initial=0))
    if largest > BIAS_LIMIT:
        return f"a bias of {largest} weight units, and Lava holds {BIAS_LIMIT}"
    return found


def _same(neuron: IntegerLif, steps: int, arriving: Arriving) -> bool:
    """Whether nothing happens to the neuron in these units that the search does not know of."""
    inside = stays_inside(neuron, steps, arriving)
    return (
        inside
        and is_exact(neuron, steps, arriving.twos)
        and isinstance(_small(Fit(0, neuron)), Fit)
    )


class _Step(NamedTuple):
    """So many steps after a reset. A neuron fires where what arrived, in units of 1 / place of a
    weight unit, is more than `above`; its bias has been added decay / place times."""

    above: Array
    place: int
    decay: int


def _search(neuron: IntegerLif, steps: int, arriving: Arriving, up: int) -> IntegerLif | None:
    """A bias and a threshold for every neuron, None where one of them has none."""
    keep = np.unique(DECAY_ONE - np.asarray(neuron.dv))
    if len(keep) > 1:
        return None
    bits = lost(keep)
    odd = int(keep[0]) << bits >> DECAY_BITS
    bias = bias_of(neuron)
    theta = np.broadcast_to(np.asarray(neuron.vth), neuron.bias_mant.shape).reshape(-1)
    unit = 1 << STATE_SHIFT + arriving.twos
    found = []
    for t in range(steps):
        place = 1 << bits * t
        decay = sum(odd**j << bits * (t - j) for j in range(t + 1))
        above = ((theta << STATE_SHIFT) * place - bias * decay) // unit
        found.append(_Step(above, place, decay))
    return _choose(neuron, 1 << arriving.twos + up, bias / unit, found)


def _choose(neuron: IntegerLif, one: int, near: Array, steps: list[_Step]) -> IntegerLif | None:
    """Of each neuron the bias nearest to `near` that leaves room for a threshold.

    one: what a weight unit has become; thresholds and biases are whole numbers of the new ones.
    """
    chosen, vth = np.zeros((2, len(near)), np.int64)
    missing = np.ones(len(near), bool)
    for offset in sorted(range(-2 * one, 2 * one + 1), key=abs):
        bias = np.rint(near * one).astype(np.int64) + offset
        least = np.max([-(-(s.above * one + bias * s.decay) // s.place) for s in steps], axis=0)
        most = np.min(
            [((s.above + 1) * one + bias * s.decay - 1) // s.place for s in steps], axis=0
        )
        fits = missing & (least <= most)
        chosen[fits], vth[fits] = bias[fits], least[fits]
        missing &= ~fits
        if not missing.any():
            return replace(neuron, vth=vth, bias_mant=chosen, bias_exp=STATE_SHIFT)
    return None
