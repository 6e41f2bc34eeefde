"""One scale for the weights into a node, tied to its threshold.

Float weights w = s k become integers k, and the float threshold becomes 64 tau V_th / s on the
membrane's scale. With s chosen so that this is 64 vth + 1/2 it lies between two integers: the
chip's strict `v > 64 vth` then fires exactly when the framework does.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.lower.exact_scale import demand_finite, largest_weight, readout_scale
from ssr_neuro.lower.exponents import SLACK, finer_threshold
from ssr_neuro.lower.membrane_lattice import threshold_for_inclusive_test
from ssr_neuro.lower.reachable import unreachable
from ssr_neuro.lower.room import Room, holds_membrane
from ssr_neuro.lower.two_parts import FINER_BITS, FineScale, fine_threshold
from ssr_neuro.lower.whole_sums import InclusiveTest, WholeSums, sums_above, sums_at
from ssr_neuro.program.fixed_point import (
    BIAS_EXP_LIMIT,
    BIAS_MANT_LIMIT,
    VTH_LIMIT,
    WEIGHT_BITS,
    WEIGHT_UNIT,
)
from ssr_neuro.program.ir import FloatProgram, Lif, Population
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.map_arithmetic import scale_rows

BEYOND_VTH = 1 << 53
# A scale is this threshold over at most 2^17: below it 1 over a scale is beyond every number.
SMALLEST = float(np.finfo(np.float64).tiny) * 2**17
COARSER = 16  # times, at most, for room between samples


class WeightScale(NamedTuple):
    """scale: float value of one integer weight, per target neuron where they differ.

    vth: the threshold that belongs to it, in units of 64 on the membrane; None for readouts.
    exponent: an integer weight is 2**exponent such units, so that a threshold can be finer than
    few-bit weights. further: by synapse, how many more powers of two one of its weights is (see
    `ssr_neuro.lower.exponents`). split: synapses whose weights take two, of which the coarse one
    has those powers (see `ssr_neuro.lower.two_parts`). offset: added to the membrane in every
    step, see `membrane_lattice.threshold_for_inclusive_test`. silent: neurons that cannot fire and
    hold no weights, bool of the population's shape; None where all hold theirs. bias_unit: float
    value of one weight unit where all biases are whole numbers of it; None elsewhere. misses: see
    `ssr_neuro.lower.whole_sums.WholeSums`.
    """

    vth: int | None
    scale: float | Array
    exponent: int = 0
    offset: int = 0
    silent: Array | None = None
    further: Mapping[str, int] = MappingProxyType({})
    split: frozenset[str] = frozenset()
    bias_unit: float | Array | None = None
    misses: bool = False

    @property
    def unit(self) -> float | Array:
        """Float value of 64 on the membrane's scale, before its division by tau."""
        unit: float | Array = self.scale / 2**self.exponent
        return unit


def weight_scales(
    program: FloatProgram, bits: int, clips: Mapping[str, float]
) -> dict[str, WeightScale]:
    """The scale of the weights into each population and readout, `bits` with the sign."""
    limit = (1 << (bits - 1)) - 1
    found = {
        p.name: _population_scale(
            p,
            program,
            limit,
            0 if holds_membrane(p.neuron) else WEIGHT_BITS - bits,  # it has exponents of its own
            clips.get(p.name, 1.0) if p.neuron.levels == 1 else 1.0,
        )
        for p in program.populations
    }
    return found | {
        r.name: WeightScale(None, readout_scale(r, program, limit, clips.get(r.name, 1.0)))
        for r in program.readouts
    }


def _population_scale(
    population: Population[Lif], program: FloatProgram, limit: int, exponent: int, clip: float
) -> WeightScale:
    """The largest threshold vth whose tied scale still holds every weight, and that scale.

    Where weights are whole fractions of the threshold, the largest that keeps them so: then
    nothing is rounded, and sums that meet the threshold meet it on the chip too. Neurons that
    cannot fire hold no weights where the threshold is too high for the chip otherwise.
    """
    neuron = population.neuron
    reach = _reach(population)
    above, offset, whole = 0.5, 0, None
    if program.semantics.fires == "at":
        above, offset = threshold_for_inclusive_test(neuron, program.steps, exponent)
    limit, highest = limit << exponent, VTH_LIMIT // neuron.levels
    parts = _in_thresholds(program, population, 1 / reach)
    most = _most_threshold(parts, limit, clip, above)
    silent = None
    if most > highest and neuron.levels == 1:
        silent = unreachable(program)[population.name]
        parts = _in_thresholds(program, population, np.where(silent, 0.0, 1.0) / reach)
        most = _most_threshold(parts, limit, clip, above)
    if most > highest:
        _check_resolution(population, parts, highest >> exponent, program.semantics.charge)
        most = highest
    room = Room(population, program, reach)

    def most_finer() -> int:
        return _most_with_bias(neuron.bias, reach, silent, min(highest, room.most), above)

    if holds_membrane(neuron):
        bits = FINER_BITS[bool(np.isfinite(neuron.tau_syn_steps).all())]
        chosen = fine_threshold(parts, most_finer(), limit, bits)
    else:
        if room.is_kept_apart:
            most = max(1, most // COARSER, min(most, room.most))
        most = _most_with_bias(neuron.bias, reach, silent, most, above)
        biases = neuron.bias / reach * (1 if silent is None else ~silent)
        usual = InclusiveTest(above, offset)
        whole = _whole_sums(population, program, parts, biases, most, exponent, usual)
        if whole is None:
            finer = finer_threshold(parts, most, most_finer(), limit, exponent)
            chosen = FineScale(*finer, frozenset())
        else:
            chosen, above, offset = FineScale(whole.vth, {}, frozenset()), whole.above, whole.offset
    vth = chosen.vth
    scale = (WEIGHT_UNIT << exponent) * reach / (WEIGHT_UNIT * vth + above)
    alike = not (scale != scale.flat[:1]).any()
    return WeightScale(
        vth * neuron.level,
        float(scale.flat[0]) if alike else scale,
        exponent,
        offset,
        silent,
        chosen.further,
        chosen.split,
        None if whole is None or whole.units is None else reach / whole.units,
        whole is not None and whole.misses,
    )


def _reach(population: Population[Lif]) -> Array:
    """The sum of weights that takes each membrane to its threshold, from one spike."""
    neuron = population.neuron
    reach: Array = np.asarray(neuron.tau_steps) * neuron.threshold / neuron.level
    if reach.size and reach.min() < SMALLEST:
        raise BadInput(
            f"population {population.name!r}: a threshold of {np.min(neuron.threshold):g} cannot "
            f"be tied to a scale; it must be above 0, and {SMALLEST:g} times its time constant"
        )
    return reach


def _whole_sums(
    population: Population[Lif],
    program: FloatProgram,
    parts: Mapping[str, Array],
    biases: Array,
    most: int,
    exponent: int,
    usual: InclusiveTest,
) -> WholeSums | None:
    """One synapse for each weight: a threshold at which all are whole."""
    weights = list(parts.values())
    if program.semantics.fires == "above":
        return sums_above(weights, biases, most, exponent)
    return sums_at(population.neuron, weights, biases, program.steps, most, exponent, usual)


def _in_thresholds(
    program: FloatProgram, population: Population[Lif], factors: float | Array
) -> dict[str, Array]:
    """The weights of every synapse into a population, as parts of its threshold."""
    with np.errstate(over="ignore"):
        parts = {s.name: scale_rows(s.map, factors).weights for s in program.into(population.name)}
    for name, weights in parts.items():
        demand_finite(weights, name, f"thresholds of {population.name!r}")
    return parts


def _most_threshold(parts: Mapping[str, Array], most: int, clip: float, above: float) -> int:
    """The largest vth at which the largest weight, or the part `clip` of it, is at most `most`."""
    held = float(largest_weight(list(parts.values())) * clip)
    if held * BEYOND_VTH <= most:  # a weight of 1e-320 leads beyond every number
        return BEYOND_VTH
    return max(1, int(most / held * (1 + SLACK) - above / WEIGHT_UNIT))


def _most_with_bias(
    bias: Array, reach: Array, silent: Array | None, most: int, above: float
) -> int:
    """`most`, or as much less as the registers of the bias need.

    One unit is left for an offset in every step.
    """
    held = np.abs(bias / reach) * (1 if silent is None else ~silent)
    room = (BIAS_MANT_LIMIT << BIAS_EXP_LIMIT) - 1
    largest = float(held.max(initial=0))
    if largest * (WEIGHT_UNIT * most + above) <= room:
        return most
    return max(1, int((room / largest - above) / WEIGHT_UNIT))


def _check_resolution(
    population: Population[Lif], parts: Mapping[str, Array], most: int, charge: str
) -> None:
    """Raises DoesNotFit where even the largest weight would be rounded to 0.

    most: how many of the smallest weights a threshold can be.
    """
    held = largest_weight(list(parts.values()))
    if held * most < 1:
        raise DoesNotFit(
            f"population {population.name!r}: its threshold of "
            f"{np.max(population.neuron.threshold):.4g} is {1 / held:.4g} times what its largest "
            f"weight adds, and the chip's threshold is at most {most} of its smallest weights: "
            "scale the weights up"
            + (
                ""
                if population.neuron.leak or charge == "step"
                else "; or choose --charge step, if its framework leaves out dt"
            )
        )
