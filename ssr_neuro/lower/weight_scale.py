"""One scale for the weights into a node, tied to its threshold.

Float weights w = s k become integers k, and the float threshold becomes 64 tau V_th / s on the
membrane's scale. With s chosen so that this is 64 vth + 1/2 it lies between two integers: the
chip's strict `v > 64 vth` then fires exactly when the framework does.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

import numpy as np

from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.program.fixed_point import DECAY_ONE, VTH_LIMIT, WEIGHT_BITS, WEIGHT_UNIT
from ssr_neuro.program.ir import FloatProgram, Lif, Population
from ssr_neuro.program.linear_maps import Array, scale_rows

# Tolerance for float32 weights that already are whole multiples of a scale: quantising them again
# must find the same scale, so a weight this little above the limit still rounds to it.
SLACK = 2.0**-20
SAMPLED_WEIGHTS = 64  # tried first, before all weights of a map
WHOLE_TOLERANCE = 1e-6  # a weight this near to a whole number counts as one


class WeightScale(NamedTuple):
    """scale: float value of one integer weight, per target neuron where they differ.

    vth: the threshold that belongs to it, in units of 64 on the membrane; None for readouts.
    exponent: an integer weight is 2**exponent such units, so that a threshold can be finer than
    few-bit weights. offset: added to the membrane in every step, see
    `_threshold_for_inclusive_test`.
    """

    vth: int | None
    scale: float | Array
    exponent: int = 0
    offset: int = 0

    @property
    def unit(self) -> float | Array:
        """Float value of 64 on the membrane's scale, before its division by tau."""
        unit: float | Array = self.scale / 2**self.exponent
        return unit


def exact_quantum(neuron: Lif, steps: int) -> int | None:
    """Biases that are multiples of this keep the membrane whole for `steps` steps.

    None if a decay is not a fraction of 4096, or 64 (one weight unit) does not stay whole.
    """
    membrane, current = _denominator(neuron.tau_steps), _denominator(neuron.tau_syn_steps)
    if not neuron.leak:
        membrane = 1
    if membrane is None or current is None:
        return None
    last = max(steps - 1, 0)
    return membrane**last if WEIGHT_UNIT % (membrane * current) ** last == 0 else None


def _denominator(tau_steps: float | Array) -> int | None:
    """The least q such that every 1 / tau is a whole number of q-ths, if 4096 is such a number."""
    decays = [Fraction(1) / Fraction(float(tau)) for tau in np.unique(tau_steps)]
    if any((decay * DECAY_ONE).denominator != 1 for decay in decays):
        return None
    return max(decay.denominator for decay in decays)


def weight_scales(
    program: FloatProgram, bits: int, clips: Mapping[str, float]
) -> dict[str, WeightScale]:
    """The scale of the weights into each population and readout, `bits` with the sign."""
    limit, found = (1 << (bits - 1)) - 1, {}
    for p in program.populations:
        found[p.name] = _population_scale(
            p, program, limit, WEIGHT_BITS - bits, clips.get(p.name, 1.0)
        )
    for r in program.readouts:
        weights = [np.abs(s.map.weights) for s in program.into(r.name)]
        largest = _largest(weights)
        # A readout whose weights are all 0 or one value needs no rounding.
        alike = all(np.isin(w, (0, largest)).all() for w in weights)
        found[r.name] = WeightScale(
            None, largest if alike else largest * clips.get(r.name, 1.0) / limit
        )
    return found


def _population_scale(
    population: Population[Lif], program: FloatProgram, limit: int, exponent: int, clip: float
) -> WeightScale:
    """The largest threshold vth whose tied scale still holds every weight, and that scale.

    Where weights are whole fractions of the threshold, the largest that keeps them so: then
    nothing is rounded, and sums that meet the threshold meet it on the chip too.
    """
    neuron = population.neuron
    reach = np.asarray(neuron.tau_steps) * neuron.threshold
    if reach.size and reach.min() <= 0:
        raise BadInput(
            f"population {population.name!r}: a threshold of {np.min(neuron.threshold):g} cannot "
            "be tied to a scale; it must be above 0"
        )
    parts = [scale_rows(s.map, 1 / reach).weights for s in program.into(population.name)]
    held = _largest([np.abs(w) for w in parts]) * clip
    above, offset = 0.5, 0
    if program.semantics.fires == "at":
        above, offset = _threshold_for_inclusive_test(neuron, program.steps, exponent)
    vth = max(1, int((limit << exponent) / held * (1 + SLACK) - above / WEIGHT_UNIT))
    if vth > VTH_LIMIT:
        raise DoesNotFit(
            f"population {population.name!r}: a threshold of {np.max(neuron.threshold):.4g} is "
            f"{vth} weight units, the chip holds {VTH_LIMIT}; its largest weight is "
            f"{held:.4g} of it: scale the weights up, or drop the population"
            + ("" if neuron.leak else "; or choose charge=step, if its framework leaves out dt")
        )
    vth = _largest_exact_threshold(parts, vth, exponent) or vth
    scale = (WEIGHT_UNIT << exponent) * reach / (WEIGHT_UNIT * vth + above)
    alike = not (scale != scale.flat[:1]).any()
    return WeightScale(vth, float(scale.flat[0]) if alike else scale, exponent, offset)


def _largest_exact_threshold(parts: Sequence[Array], most: int, exponent: int) -> int | None:
    """The largest threshold up to `most` at which every weight, in thresholds, is a whole number.

    None where there is none, as for most weights that were trained in float; a few weights are
    enough to see that.
    """
    tried = np.arange(most, 0, -1)
    for few in (SAMPLED_WEIGHTS, None):
        some = [np.unique(np.ravel(weights)[:few]) for weights in parts]
        for ratio in np.unique(np.concatenate(some or [np.zeros(1)])):
            exact = ratio * tried / 2**exponent
            tried = tried[np.abs(exact - np.rint(exact)) < WHOLE_TOLERANCE]
            if not tried.size:
                return None
    return int(tried[0])


def _threshold_for_inclusive_test(neuron: Lif, steps: int, exponent: int) -> tuple[float, int]:
    """Where the float threshold lies above 64 vth if neurons fire at it, and the offset.

    The chip's test is strict. An offset of 1 in every step makes the neuron fire at exactly 64 vth
    too. That changes nothing else as long as the offsets add up to at most one step of the
    membrane's lattice. Where the lattice is finer, the threshold lies just below its next point
    instead.
    """
    lattice = _lattice(neuron, steps, exponent)
    keep = 1 - 1 / float(np.max(neuron.tau_steps)) if neuron.leak else 1.0
    most = 1
    for _ in range(steps - 1):
        most = 1 + ceil(most * keep)  # a negative membrane is truncated upwards
    return (-0.5, 1) if most <= lattice else (lattice - 0.5, 0)


def _lattice(neuron: Lif, steps: int, exponent: int) -> int:
    """Membranes of the integer neuron, and 64 vth, are multiples of this."""
    quantum = exact_quantum(neuron, steps)
    if quantum is None or np.any(neuron.bias != 0):
        return 1
    current = _denominator(neuron.tau_syn_steps) or 1
    whole: int = WEIGHT_UNIT // (quantum * current ** max(steps - 1, 0))
    return min(whole << exponent, WEIGHT_UNIT)


def _largest(weights: Sequence[Array]) -> float:
    """Largest of some |weights|; 1 where there is none, so that scales stay finite."""
    return max((float(w.max(initial=0)) for w in weights), default=0) or 1.0
