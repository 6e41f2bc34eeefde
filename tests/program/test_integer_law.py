"""The law of one step against whole numbers of Python, at and around the ends of every register."""

from itertools import product

import numpy as np
import pytest

from ssr_neuro.program import fixed_point
from ssr_neuro.program.fixed_point import decay, saturate_membrane, shift, wrap_current, wrap_int32
from ssr_neuro.program.integer_neuron import State, rest, step
from ssr_neuro.program.ir import IntegerLif

U_END, V_END = 8_388_608, 8_388_607  # 2^23, and one less
EDGES = (0, 1, -1, 5, -5, V_END, -V_END, U_END, -U_END, V_END - 63, -V_END + 63)


def whole_step(law: dict[str, int], u: int, v: int, a: int) -> tuple[int, int, int, int]:
    """u, v after the reset, spike, v before it: the law of the docs, in Python's integers."""

    def decayed(x: int, keep: int) -> int:
        size = abs(x) * keep // 4096
        return size if x >= 0 else -size

    def in_32_bits(x: int) -> int:
        return (x + 2**31) % 2**32 - 2**31

    u = in_32_bits(decayed(u, 4096 - (law["du"] + 1)) + 64 * in_32_bits(a))
    if u > 2**23:
        u -= 2**24
    elif u <= -(2**23):
        u += 2**24
    bias = law["mant"] * 2 ** law["exp"] if law["exp"] >= 0 else law["mant"] >> -law["exp"]
    v = decayed(v, 4096 - law["dv"]) + u + bias
    v = min(max(v, 1 - 2**23), 2**23 - 1)
    fired = v > 64 * law["vth"]
    return u, 0 if fired else v, int(fired), v


LAWS = [
    {"du": du, "dv": dv, "vth": vth, "mant": mant, "exp": exp}
    for du, dv, vth, mant, exp in product(
        (-1, 0, 1023, 4095), (0, 1, 2048, 4096), (-3, 0, 5, 131_071), (0, 7, -4095), (0, 3)
    )
]


@pytest.mark.parametrize("a", [0, 1, -1, 300, 131_072, -131_072, 2**31 - 1, -(2**31), 2**33 + 5])
def test_a_step_is_that_of_whole_numbers(a: int) -> None:
    cells = list(product(EDGES, EDGES))
    u, v = (np.array([cell[i] for cell in cells]) for i in (0, 1))
    for law in LAWS[:: 7 if a else 1]:
        neuron = IntegerLif(law["dv"], law["vth"], np.array(law["mant"]), law["exp"], law["du"])
        state, fired, before = step(neuron, State(u, v), np.full(len(cells), a))
        expected = [whole_step(law, *cell, a) for cell in cells]
        found = np.stack([state.u, state.v, fired, before], axis=1)
        np.testing.assert_array_equal(found, np.array(expected), err_msg=str(law))


def test_it_begins_at_rest_and_fires_strictly_above() -> None:
    state = rest((2, 3))
    assert (state.u.shape, state.v.shape, state.u.dtype) == ((2, 3), (2, 3), np.int64)
    assert not state.u.any()
    assert not state.v.any()
    neuron = IntegerLif(4096, 5, np.zeros(()).astype(np.int64), 0)
    _, at, _ = step(neuron, rest((1,)), np.array([5]))
    _, above, _ = step(neuron, rest((1,)), np.array([6]))
    assert (at[0], above[0]) == (0, 1)


def test_a_law_of_no_neurons_gives_none() -> None:
    none = np.zeros((0, 3), np.int64)
    assert wrap_current(none).shape == saturate_membrane(none).shape == (0, 3)


def test_registers_have_the_widths_of_the_chip() -> None:
    assert {
        name: value
        for name, value in vars(fixed_point).items()
        if name.isupper() and isinstance(value, int)
    } == {
        "SIGN_BIT": 63,
        "DECAY_BITS": 12,
        "DECAY_ONE": 4096,
        "STATE_SHIFT": 6,
        "WEIGHT_UNIT": 64,
        "U_LIMIT": 8_388_608,
        "V_LIMIT": 8_388_607,
        "VTH_LIMIT": 131_071,
        "NEVER": 131_072,
        "NO_CURRENT_MEMORY": 4095,
        "BIAS_MANT_LIMIT": 4095,
        "BIAS_EXP_LIMIT": 7,
        "WEIGHT_BITS": 8,
        "LEAST_WEIGHT_BITS": 2,
        "WEIGHT_LIMIT": 127,
        "WEIGHT_EXP_LIMIT": 7,
        "READOUT_BIAS_LIMIT": 2_147_483_647,
        "DELAY_LIMIT": 62,
    }


def test_ends_of_registers_one_by_one() -> None:
    """Each end, and one beyond it."""
    assert wrap_int32(np.array([2**31 - 1, 2**31, -(2**31), -(2**31) - 1])).tolist() == [
        2**31 - 1,
        -(2**31),
        -(2**31),
        2**31 - 1,
    ]
    assert wrap_current(np.array([U_END, U_END + 1, -U_END + 1, -U_END])).tolist() == [
        U_END,
        -U_END + 1,
        -U_END + 1,
        U_END,
    ]
    assert saturate_membrane(np.array([V_END, U_END, -V_END, -U_END])).tolist() == [
        V_END,
        V_END,
        -V_END,
        -V_END,
    ]
    assert decay(np.array([4097, -4097, 1, -1]), 4095).tolist() == [4095, -4095, 0, 0]
    assert decay(np.array([8192, -8192, 4095]), 1).tolist() == [2, -2, 0]
    assert [int(shift(np.array(-5), e)) for e in (-1, 0, 1)] == [-3, -5, -10]
