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
