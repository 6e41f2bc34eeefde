"""Which numbers an integer membrane can hold, and where its threshold lies between them."""

from fractions import Fraction
from math import ceil

import numpy as np

from ssr_neuro.program.fixed_point import DECAY_ONE, WEIGHT_UNIT
from ssr_neuro.program.ir import Lif
from ssr_neuro.program.linear_maps import Array


def exact_quantum(neuron: Lif, steps: int) -> int | None:
    """Biases that are multiples of this keep the membrane whole for `steps` steps.

    None if a decay is not a fraction of 4096, or 64 (one weight unit) does not stay whole.
    """
    divided = _divided_by(neuron, steps)
    return divided[0] if divided else None


def _divided_by(neuron: Lif, steps: int) -> tuple[int, int] | None:
    """What decays of the membrane, and of the current, divide by at most in `steps` steps.

    None as of `exact_quantum`.
    """
    current = _denominator(neuron.tau_syn_steps)
    membrane = _denominator(neuron.tau_steps) if neuron.leak else 1
    if membrane is None or current is None:
        return None
    last = max(steps - 1, 0)
    membrane, current = membrane**last, current**last
    return (membrane, current) if WEIGHT_UNIT % (membrane * current) == 0 else None


def _denominator(tau_steps: float | Array) -> int | None:
    """The least q such that every 1 / tau is a whole number of q-ths, if 4096 is such a number."""
    decays = [
        Fraction(0) if np.isinf(tau) else Fraction(1) / Fraction(float(tau))
        for tau in np.unique(tau_steps)
    ]
    if any((decay * DECAY_ONE).denominator != 1 for decay in decays):
        return None
    return max(decay.denominator for decay in decays)


def threshold_for_inclusive_test(neuron: Lif, steps: int, exponent: int) -> tuple[float, int]:
    """Where the float threshold lies above 64 vth if neurons fire at it, and the offset.

    The chip's test is strict. An offset of 1 in every step makes the neuron fire at exactly 64 vth
    too. That changes nothing else as long as the offsets add up to at most one step of the
    membrane's lattice. Where the lattice is finer, the threshold lies just below its next point
    instead. A bias may be any whole number; `ssr_neuro.lower.whole_sums` has those on the lattice.
    """
    lattice = 1 if np.any(neuron.bias != 0) else lattice_of_sums(neuron, steps, exponent)
    return (-0.5, 1) if most_of_offsets(neuron, steps) <= lattice else (lattice - 0.5, 0)


def most_of_offsets(neuron: Lif, steps: int) -> int:
    """What an offset of 1 in every step adds up to on the membrane, at most."""
    keep = 1 - 1 / float(np.max(neuron.tau_steps)) if neuron.leak else 1.0
    most = 1
    for _ in range(steps - 1):
        most = 1 + ceil(most * keep)  # a negative membrane is truncated upwards
    return most


def lattice_of_sums(neuron: Lif, steps: int, exponent: int) -> int:
    """Membranes of the integer neuron without biases, and 64 vth, are multiples of this."""
    divided = _divided_by(neuron, steps)
    if divided is None:
        return 1
    membrane, current = divided
    return min(WEIGHT_UNIT // (membrane * current) << exponent, WEIGHT_UNIT)
