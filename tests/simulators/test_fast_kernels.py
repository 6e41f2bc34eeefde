"""Numba's loops against the law of one step, at and around the ends of every register."""

from itertools import product

import numpy as np
import pytest

from simulators import fast_kernels
from ssr_neuro.program import integer_neuron
from ssr_neuro.program.fixed_point import DECAY_ONE, STATE_SHIFT, wrap_int32
from ssr_neuro.program.ir import IntegerLif

U_END, V_END = 1 << 23, (1 << 23) - 1
EDGES = (0, 1, -1, V_END, -V_END, U_END, -U_END, V_END - 63)
SUMS = (0, 1, -1, 300, 131_072, -131_072, (1 << 25) - 1, -(1 << 25), (1 << 31) - 1)
CELLS = np.array(list(product(EDGES, EDGES, SUMS)))


@pytest.mark.parametrize(("du", "dv"), list(product((-1, 0, 1023, 4095), (0, 1, 2048, 4096))))
@pytest.mark.parametrize("vth", [0, 131_071])
def test_the_general_loop_is_the_law_of_one_step(du: int, dv: int, vth: int) -> None:
    u, v, a = CELLS.T
    law = IntegerLif(dv, vth, np.array(-5), 2, du)
    expected, fired, before = integer_neuron.step(law, integer_neuron.State(u, v), a)
    rows = (1, len(a), 1)  # positions, samples, features

    def of_neuron(value: int) -> np.ndarray:
        return np.full((1, 1), value)

    state = u.reshape(rows).copy(), v.reshape(rows).copy()
    spikes, membranes = np.zeros((1, 1, len(a), 1), np.float32), np.zeros((1, 1, len(a), 1), int)
    fast_kernels.general(
        wrap_int32(wrap_int32(a) << STATE_SHIFT).reshape(1, 1, -1, 1),
        of_neuron(-5 << 2),
        of_neuron(DECAY_ONE - (du + 1)),
        of_neuron(DECAY_ONE - dv),
        of_neuron(vth << STATE_SHIFT),
        *state,
        spikes,
        membranes,
    )
    for found, wanted in zip((*state, spikes, membranes), (*expected, fired, before), strict=True):
        np.testing.assert_array_equal(found.ravel(), wanted)


@pytest.mark.parametrize("shift", [0, 1, 3, 12])
@pytest.mark.parametrize(("vth", "mantissa"), [(0, -5), (0, 0), (131_071, -5)])
def test_the_short_loop_is_the_law_of_neurons_without_a_current(
    shift: int, vth: int, mantissa: int
) -> None:
    """Three steps of any sums below 2^24; a membrane keeps 2^-shift of itself."""
    sums = [0, 5, -5, 131_071, 131_072, -131_072, 262_143, -262_143, 262_145, -262_145]
    a = np.array(list(product(sums, sums, sums))).T
    law = IntegerLif(DECAY_ONE - (DECAY_ONE >> shift), vth, np.array(mantissa), 2, DECAY_ONE - 1)
    state, expected = integer_neuron.rest((a.shape[1],)), []
    for now in a:
        state, fired, _ = integer_neuron.step(law, state, now)
        expected.append(fired)
    found = np.full((1, *a.shape, 1), 7, np.float32)
    bias = np.full((1, 1), mantissa << 2, np.int32)
    inputs = a.reshape(found.shape).astype(np.float32)
    fast_kernels.halving(inputs, bias, shift, vth << STATE_SHIFT, found)
    np.testing.assert_array_equal(found.reshape(a.shape), expected)
