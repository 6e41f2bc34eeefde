"""Scales at which float weights are whole numbers, so that nothing is rounded.

Weights that were trained in float have none; weights that a person wrote, or that were trained
for few bits, are small rationals, and often have several.
"""

from collections.abc import Sequence

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import FloatProgram, Lif, Readout
from ssr_neuro.program.linear_maps import Array

SAMPLED_WEIGHTS = 64  # tried first, before all weights of a map
WHOLE_TOLERANCE = 1e-6  # a weight this near to a whole number counts as one
FLOAT32_TOLERANCE = 1.2e-7  # or one that float32 cannot tell from it, as a part of the number


def exact_threshold(parts: Sequence[Array], most: int, exponent: int) -> int | None:
    """The largest threshold up to `most` at which every weight, in thresholds, is a whole number.

    None where there is none, as for most weights that were trained in float; a few weights are
    enough to see that.
    """
    tried = _all_whole(parts, np.arange(most, 0, -1), 2**exponent)
    return int(tried[0]) if tried.size else None


def readout_scale(readout: Readout[Lif], program: FloatProgram, limit: int, clip: float) -> float:
    """The float value of one integer weight into a readout.

    Weights that are all 0 or one value need no rounding. Otherwise the largest becomes `limit`,
    or less where that makes all weights, and if it can be the bias too, whole numbers.
    """
    synapses = program.into(readout.name)
    for synapse in synapses:
        demand_finite(synapse.map.weights, synapse.name, f"units of readout {readout.name!r}")
    weights = [np.abs(s.map.weights) for s in synapses]
    largest = largest_weight(weights)
    alike = all(np.isin(w, (0, largest)).all() for w in weights)
    usual = largest if alike else largest * clip / limit
    parts = [np.unique(w / largest) for w in weights]
    counts = _all_whole(parts, np.arange(limit, 0, -1), 1)
    if not counts.size:
        return usual
    with_bias = _all_whole([np.unique(np.abs(readout.bias) / largest)], counts, 1)
    if with_bias.size:  # the simplest of those that round nothing at all
        return largest / int(with_bias[-1] if readout.neuron is None else with_bias[0])
    return usual if limit in counts else largest / int(counts[0])


def demand_finite(weights: Array, synapse: str, unit: str) -> None:
    """Raises BadInput on a weight that no float holds: factors of a graph led beyond 1.8e308."""
    if not np.isfinite(weights).all():
        raise BadInput(
            f"synapse {synapse!r}: a weight in {unit} is beyond 1.8e308, the largest float; make "
            "the numbers of its nodes smaller"
        )


def largest_weight(weights: Sequence[Array]) -> float:
    """Largest of some |weights|; 1 where there is none, so that scales stay finite."""
    return max((float(np.abs(w).max(initial=0)) for w in weights), default=0) or 1.0


def _all_whole(parts: Sequence[Array], tried: Array, unit: int) -> Array:
    """Those of `tried` whose product with every part is a whole number of `unit`."""
    for few in (SAMPLED_WEIGHTS, None):
        some = [np.unique(np.ravel(weights)[:few]) for weights in parts]
        for ratio in np.unique(np.concatenate(some or [np.zeros(1)])):
            exact = np.abs(ratio * tried / unit)
            allowed = np.maximum(WHOLE_TOLERANCE, FLOAT32_TOLERANCE * exact)
            tried = tried[np.abs(exact - np.rint(exact)) < allowed]
            if not tried.size:
                return tried
    return tried
