"""The chip's threshold where weights are whole parts of it, so that sums can meet it exactly."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ssr_neuro.lower.exact_scale import exact_threshold
from ssr_neuro.lower.membrane_lattice import lattice_of_sums, most_of_offsets
from ssr_neuro.program.fixed_point import BIAS_MANT_LIMIT, WEIGHT_UNIT
from ssr_neuro.program.ir import Lif
from ssr_neuro.program.linear_maps import Array


class InclusiveTest(NamedTuple):
    """above: where the float threshold lies, in membrane units above 64 vth. offset: added to the
    membrane in every step."""

    above: float
    offset: int


class WholeSums(NamedTuple):
    """vth, above, offset: the threshold, see `InclusiveTest`.

    units: weight units in a threshold where biases are whole numbers of them too; None elsewhere.
    misses: whether a membrane exactly at the threshold may stay silent though it should fire.
    """

    vth: int
    above: float
    offset: int
    units: int | None
    misses: bool = False


def sums_above(
    weights: Sequence[Array], biases: Array, most: int, exponent: int
) -> WholeSums | None:
    """Of neurons that fire above their threshold. None where no threshold makes weights whole.

    weights, biases: in thresholds. most: the largest threshold that may be chosen.
    """
    vth = exact_threshold(weights, most, exponent)
    if vth is None:
        return None
    return WholeSums(vth, 0.5, 0, vth if _are_whole(biases, vth) else None)


def sums_at(
    neuron: Lif,
    weights: Sequence[Array],
    biases: Array,
    steps: int,
    most: int,
    exponent: int,
    usual: InclusiveTest,
) -> WholeSums | None:
    """Of neurons that fire at their threshold; else as `sums_above`.

    Whole biases lie on the lattice of the weights. An offset then makes neurons fire at 64 vth as
    well, if it adds up to no more than the lattice and the register of the bias still tells 1, as
    it does of small biases alone. A lattice of whole weight units needs none: the threshold is
    one unit lower. Where neither can be, it is `usual`.
    """
    lattice = lattice_of_sums(neuron, steps, exponent)
    largest = float(np.abs(biases).max(initial=0))
    whole = [*weights, biases]
    if most_of_offsets(neuron, steps) <= lattice:
        held = _at_most(most, (BIAS_MANT_LIMIT - 1) / WEIGHT_UNIT, largest)
        if vth := exact_threshold(whole, held, exponent):
            return WholeSums(vth, -0.5, 1, vth)
    if lattice == WEIGHT_UNIT:
        units = exact_threshold(whole, _at_most(most, BIAS_MANT_LIMIT, largest), exponent)
        if units is not None and units > 1:
            return WholeSums(units - 1, WEIGHT_UNIT - 0.5, 0, units)
    vth = exact_threshold(weights, most, exponent)
    if vth is None:
        return None
    can_meet = any(_are_whole(bias, vth) for bias in np.unique(biases))
    is_lifted = usual.offset and largest < min(1, (BIAS_MANT_LIMIT - 1) / (WEIGHT_UNIT * vth))
    return WholeSums(vth, *usual, None, misses=can_meet and not is_lifted)


def _at_most(most: int, room: float, largest: float) -> int:
    """The largest threshold up to `most` at which a bias of `largest` of them fits into `room`."""
    return most if largest * most <= room else int(room / largest)


def _are_whole(parts: Array, threshold: int) -> bool:
    return exact_threshold([parts * threshold], 1, 0) is not None
