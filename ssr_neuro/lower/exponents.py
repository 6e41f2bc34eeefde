"""A power of two for each synapse, where one scale for all into a population would cost bits.

Synapses into one population share the scale that ties them to its threshold. Where the largest
weight of one is small beside that of another, its weights would use few of their bits. So the
scale becomes finer and the synapse with the large weights gets an exponent: its weights are
multiples of a power of two of that scale.
"""

from collections.abc import Mapping
from itertools import chain
from math import ceil, floor, log2

import numpy as np

from ssr_neuro.program.fixed_point import WEIGHT_EXP_LIMIT
from ssr_neuro.program.linear_maps import Array

# Tolerance for float32 weights that already are whole multiples of a scale: quantising them again
# must find the same scale, so a weight this little above the limit still rounds to it.
SLACK = 2.0**-20
GAIN = 1.05  # a threshold that is finer by less leaves all exponents alone
WORTH = 0.9  # of the finest threshold; what a coarse synapse may cost to be rounded less
FEW = 4  # values that a coarse synapse holds where the threshold is chosen for them


def finer_threshold(
    parts: Mapping[str, Array], most: int, most_finer: int, limit: int, exponent: int
) -> tuple[int, dict[str, int]]:
    """The threshold, and by synapse the powers of two that its weights have beyond `exponent`.

    parts: weights by synapse, in thresholds. most: the threshold at which all weights fit without;
    most_finer: the largest with. Synapses of few values are ever so coarse, as a threshold is
    found that rounds them little; of the others none becomes coarser than it is without exponents.
    It is `most`, and there are none, where nothing is gained.
    """
    largest = {name: x for name, w in parts.items() if (x := float(np.abs(w).max(initial=0)))}
    few = [name for name in largest if np.unique(parts[name]).size <= FEW]
    many = [x for name, x in largest.items() if name not in few]
    if not many:
        return most, {}
    gain = floor(log2(max(many) / min(many)) + SLACK)
    finest = min(
        int(limit / max(many) * (1 + SLACK)) << gain,
        most << WEIGHT_EXP_LIMIT - exponent,
        most_finer,
    )
    if finest <= GAIN * most:
        return most, {}
    further = {name: max(0, ceil(log2(x * finest / limit) - SLACK)) for name, x in largest.items()}
    coarse = [
        np.unique(parts[name]) / 2 ** (exponent + further[name]) for name in few if further[name]
    ]
    return _least_rounded(coarse, finest), {name: more for name, more in further.items() if more}


def _least_rounded(coarse: list[Array], finest: int) -> int:
    """The threshold near `finest` at which the few values of coarse synapses round least."""
    tried = np.arange(finest, int(WORTH * finest) - 1, -1)  # more than 1, by GAIN
    errors = np.zeros(tried.shape)
    for ratio in chain.from_iterable(coarse):
        exact = ratio * tried
        errors = np.maximum(errors, np.abs(exact - np.rint(exact)) / tried)
    return int(tried[np.argmin(errors)])
