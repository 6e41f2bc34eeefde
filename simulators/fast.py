"""Whole test sets, the same bits: node by node, many samples at once.

A scheduled feed-forward program resets every population before a sample reaches it, so each node
sees exactly `steps` steps from rest and samples do not touch. Weighted sums run as float32 matrix
products where every partial sum stays below 2**24 (checked per synapse), else in int64.
"""

import numba
import numpy as np
import numpy.typing as npt

from ssr_neuro.fixedpoint import (
    DECAY_BITS,
    DECAY_ONE,
    STATE_SHIFT,
    U_LIMIT,
    V_LIMIT,
    shift,
    wrap_int32,
)
from ssr_neuro.ir import Population, Program, Synapse
from ssr_neuro.maps import largest_input
from ssr_neuro.simulator import check_inputs
from ssr_neuro.trace import Bits, Ints, Trace

FLOAT32_EXACT = 1 << 24
VALUES_AT_ONCE = 1 << 25  # spikes of one node in one batch: bounds the memory


class Fast:
    """Vectorised over samples; `ssr_neuro.neuron.step` remains the law it is tested against."""

    name = "fast"

    def run(self, program: Program, inputs: dict[str, Bits], *, membranes: bool = False) -> Trace:
        """As `simulators.reference`; membranes are not recorded. Memory grows with the trace."""
        samples = check_inputs(program, inputs)
        largest = max(np.prod(p.shape) for p in program.populations) * program.steps
        batch = max(1, int(VALUES_AT_ONCE // largest))
        parts = [
            _run(program, {name: x[at : at + batch] for name, x in inputs.items()})
            for at in range(0, samples, batch)
        ]
        return Trace(
            inputs=inputs,
            spikes={n: np.concatenate([p[0][n] for p in parts]) for n in parts[0][0]},
            readouts={n: np.concatenate([p[1][n] for p in parts]) for n in parts[0][1]},
        )


def _run(program: Program, inputs: dict[str, Bits]) -> tuple[dict[str, Bits], dict[str, Ints]]:
    spikes: dict[str, Bits] = dict(inputs)
    for population in program.populations:
        arriving = _arriving(program, population.name, spikes)
        spikes[population.name] = _fire(population, arriving)
    readouts = {
        r.name: _arriving(program, r.name, spikes).astype(np.int64) + r.bias
        for r in program.readouts
    }
    return {p.name: spikes[p.name] for p in program.populations}, readouts


def _arriving(program: Program, target: str, spikes: dict[str, Bits]) -> Ints:
    total: Ints = np.sum([_weighted(s, spikes) for s in program.into(target)], axis=0)
    return total


def _weighted(synapse: Synapse, spikes: dict[str, Bits]) -> Ints:
    x = spikes[synapse.sources[0].name]
    for source in synapse.sources[1:]:
        x = x + spikes[source.name]
    exact = largest_input(synapse.map, len(synapse.sources)) < FLOAT32_EXACT
    return synapse.map.apply(x.astype(np.float32 if exact else np.int64)).astype(np.int64)


def _fire(population: Population, arriving: Ints) -> Bits:
    """arriving (samples, steps, *shape) in weight units -> spikes of the same shape."""
    neuron = population.integer
    flat = (wrap_int32(arriving) << STATE_SHIFT).reshape(*arriving.shape[:2], -1)
    bias = shift(neuron.bias_mant, neuron.bias_exp).reshape(-1)
    out = np.empty(flat.shape, np.uint8)
    keep_u, keep_v = DECAY_ONE - (neuron.du + 1), DECAY_ONE - neuron.dv
    _lif(wrap_int32(flat), bias, keep_u, keep_v, neuron.vth << STATE_SHIFT, out)
    return out.reshape(arriving.shape)


@numba.njit(inline="always")
def _decay(x: int, keep: int) -> int:
    size = (abs(x) * keep) >> DECAY_BITS
    return size if x >= 0 else -size


@numba.njit(cache=True, nogil=True)
def _lif(
    a: npt.NDArray[np.int64],
    bias: npt.NDArray[np.int64],
    keep_u: int,
    keep_v: int,
    threshold: int,
    out: npt.NDArray[np.uint8],
) -> None:
    """`ssr_neuro.neuron.step` over all steps in one loop; a: (samples, steps, neurons)."""
    samples, steps, neurons = a.shape
    u, v = np.empty(neurons, np.int64), np.empty(neurons, np.int64)
    for n in range(samples):
        u[:] = 0
        v[:] = 0
        for t in range(steps):
            for i in range(neurons):
                current = _decay(u[i], keep_u) + a[n, t, i]
                current = current - 2 * U_LIMIT if current > U_LIMIT else current
                u[i] = current + 2 * U_LIMIT if current <= -U_LIMIT else current
                x = min(max(_decay(v[i], keep_v) + u[i] + bias[i], -V_LIMIT), V_LIMIT)
                out[n, t, i] = x > threshold
                v[i] = 0 if x > threshold else x


SIMULATOR = Fast()
