"""One scale for the weights into a node, tied to its threshold.

Float weights w = s k become integers k, and the float threshold sits at 64 tau V_th / s on the
membrane's scale. Tying s so that this is 64 vth + 1/2 puts it between two integers: the chip's
strict `v > 64 vth` then means what the framework means.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

import numpy as np

from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.program.fixed_point import DECAY_ONE, STATE_SHIFT
from ssr_neuro.program.ir import Lif, Population, Program
from ssr_neuro.program.linear_maps import Array, scale_rows

ONE_WEIGHT = 1 << STATE_SHIFT
VTH_LIMIT = (1 << 17) - 1  # Loihi's threshold mantissa
# A weight this little above the limit rounds to it: weights that already are multiples of a tied
# scale, in float32, find that scale again.
SLACK = 2.0**-20
MOST_BITS = 8
TELLING = 64  # weights that are looked at before all
WHOLE = 1e-6  # a weight this near to a whole number was meant to be one


class Tie(NamedTuple):
    """scale: float value of one integer weight, per target neuron where they differ.

    vth: threshold tied to it, in units of 64 on the membrane; None for readouts. exponent: an
    integer weight is 2**exponent such units, so that a threshold can be finer than few-bit
    weights. offset: added to the membrane in every step, see `_at`.
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
    return membrane**last if ONE_WEIGHT % (membrane * current) ** last == 0 else None


def _denominator(tau_steps: float | Array) -> int | None:
    """The least q such that every 1 / tau is a whole number of q-ths, if 4096 is such a number."""
    decays = [Fraction(1) / Fraction(float(tau)) for tau in np.unique(tau_steps)]
    if any((decay * DECAY_ONE).denominator != 1 for decay in decays):
        return None
    return max(decay.denominator for decay in decays)


def ties(program: Program, bits: int, clips: Mapping[str, float]) -> dict[str, Tie]:
    """The scale of the weights into each population and readout, `bits` with the sign."""
    limit, found = (1 << (bits - 1)) - 1, {}
    for p in program.populations:
        found[p.name] = _tie(p, program, limit, MOST_BITS - bits, clips.get(p.name, 1.0))
    for r in program.readouts:
        weights = [np.abs(s.map.weights) for s in program.into(r.name)]
        largest = _largest(weights)
        # Spikes that are read as they are, or all with one weight, need no rounding.
        alike = all(np.isin(w, (0, largest)).all() for w in weights)
        found[r.name] = Tie(None, largest if alike else largest * clips.get(r.name, 1.0) / limit)
    return found


def _tie(population: Population, program: Program, limit: int, exponent: int, clip: float) -> Tie:
    """The largest threshold vth whose tied scale still holds every weight, and that scale.

    Where weights are whole fractions of the threshold, the largest that keeps them so: then
    nothing is rounded, and sums that meet the threshold meet it on the chip too.
    """
    neuron = population.float
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
        above, offset = _at(neuron, program.steps, exponent)
    vth = max(1, int((limit << exponent) / held * (1 + SLACK) - above / ONE_WEIGHT))
    if vth > VTH_LIMIT:
        raise DoesNotFit(
            f"population {population.name!r}: a threshold of {np.max(neuron.threshold):.4g} is "
            f"{vth} weight units, the chip holds {VTH_LIMIT}; its largest weight is "
            f"{held:.4g} of it: scale the weights up, or drop the population"
            + ("" if neuron.leak else "; or choose charge=step, if its framework leaves out dt")
        )
    vth = _whole(parts, vth, exponent) or vth
    scale = (ONE_WEIGHT << exponent) * reach / (ONE_WEIGHT * vth + above)
    alike = not (scale != scale.flat[:1]).any()
    return Tie(vth, float(scale.flat[0]) if alike else scale, exponent, offset)


def _whole(parts: Sequence[Array], most: int, exponent: int) -> int | None:
    """The largest threshold up to `most` at which every weight, in thresholds, is a whole number.

    None where there is none, as for weights that were trained freely: their first few tell.
    """
    tried = np.arange(most, 0, -1)
    for few in (TELLING, None):
        some = [np.unique(np.ravel(weights)[:few]) for weights in parts]
        for ratio in np.unique(np.concatenate(some or [np.zeros(1)])):
            exact = ratio * tried / 2**exponent
            tried = tried[np.abs(exact - np.rint(exact)) < WHOLE]
            if not tried.size:
                return None
    return int(tried[0])


def _at(neuron: Lif, steps: int, exponent: int) -> tuple[float, int]:
    """Where the float threshold lies above 64 vth if neurons fire at it, and the offset.

    The chip's test is strict. An offset of 1 in every step makes it fire at 64 vth, and nothing
    else, while what it adds up to is no more than a step of the membrane's lattice. Where the
    lattice is finer, the threshold lies just below its next point instead.
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
    whole: int = ONE_WEIGHT // (quantum * current ** max(steps - 1, 0))
    return min(whole << exponent, ONE_WEIGHT)


def _largest(weights: Sequence[Array]) -> float:
    """Largest of some |weights|; 1 where there is none, so that scales stay finite."""
    return max((float(w.max(initial=0)) for w in weights), default=0) or 1.0
