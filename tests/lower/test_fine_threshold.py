"""Thresholds at which weights are finer than one synapse holds, by hand."""

import numpy as np
import pytest

from ssr_neuro.lower.quantise import Quantise
from ssr_neuro.lower.two_parts import FineScale, fine_threshold
from ssr_neuro.lower.weight_scale import weight_scales
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    Lif,
    Population,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Dense, sparse

ANY = 10**6  # a threshold beyond all others
IRRATIONAL = np.sqrt(np.arange(2.0, 9.0)) / np.sqrt(8)  # seven numbers, the largest is 1
BESIDE = IRRATIONAL / 64


def fine(
    most: int = ANY, limit: int = 127, bits: int = 2, **parts: list[float] | np.ndarray
) -> FineScale:
    return fine_threshold({n: np.array(w, float) for n, w in parts.items()}, most, limit, bits)


@pytest.mark.parametrize(
    ("most", "further", "split"),
    [
        (127, 0, False),
        (128, 1, False),  # 64 times 2
        (129, 1, True),
        (254, 1, False),
        (255, 2, True),
        (256, 2, False),
        (16256, 7, False),
        (16257, 7, False),  # no more than 127 times 128 can be held
    ],
)
def test_a_whole_threshold_is_as_large_as_the_largest_weight_allows(
    most: int, further: int, split: bool
) -> None:
    found = fine(most, self=[-1])
    assert found.vth == min(most, 16256)
    assert found.further == ({"self": further} if further else {})
    assert found.split == ({"self"} if split else set())


def test_the_largest_of_all_weights_bounds_the_threshold() -> None:
    assert fine(x=[0.5], self=[-1]).further == {"x": 6, "self": 7}
    assert fine(x=[0.5], self=[-1]).vth == 16256
    assert fine(x=[2], self=[-1]).vth == 8128
    assert fine(limit=7, x=[2], self=[-1]).vth == 448
    assert fine(10, x=[20]) == FineScale(10, {"x": 1}, frozenset())


def test_weights_that_one_synapse_holds_are_not_coarse() -> None:
    assert fine(1024, x=[1 / 32], self=[-1]) == FineScale(1024, {"self": 4}, frozenset())


def test_weights_beyond_everything_have_a_threshold_of_1() -> None:
    assert fine(x=[20000]) == FineScale(1, {"x": 7}, frozenset({"x"}))
    assert fine(x=[20000.5]).vth == 1
    assert fine(x=[20000.5, 0.001]).vth == 1


def test_synapses_without_weights_have_no_parts() -> None:
    found = fine(1000, none=[0, 0], empty=[], x=[0.25])
    assert found == FineScale(1000, {"x": 1}, frozenset())


def test_many_weights_have_as_many_bits_more_as_is_said() -> None:
    """127 / 0.5 is 254 at 8 bits. Weights that float32 holds a little too large count, too."""
    assert fine(bits=2, x=0.5 * IRRATIONAL).vth == 254 * 4
    assert fine(bits=3, x=0.5 * IRRATIONAL).vth == 254 * 8
    assert fine(bits=0, x=0.5 * (1 + 2.0**-21) * IRRATIONAL).vth == 254
    assert fine(bits=0, x=0.5 * (1 + 2.0**-19) * IRRATIONAL).vth == 253
    assert fine(1000, x=0.5 * IRRATIONAL).vth == 1000
    assert fine(bits=2, x=0.5 * IRRATIONAL, z=0.1 * IRRATIONAL).vth == 254 * 4
    assert fine(bits=2, x=500 * IRRATIONAL).vth == 1


def test_synapses_of_up_to_four_weights_have_no_say_in_the_bits() -> None:
    """Their weights are coarse: 1 is 4,064 = 32 * 127, where 0.125 is 508 = 4 * 127."""
    many = 0.125 * IRRATIONAL
    found = fine(x=many, self=[-1])
    assert found == FineScale(4064, {"x": 2, "self": 5}, frozenset({"x"}))
    assert fine(x=many, few=[-1, 0, 0.5, 0.25, 1e-9]).vth == 127 * 4
    four = [-1, 0.5, 0.25, 0.75, -1, 0.5]
    assert fine(x=many, few=four).vth == 4096 - 128
    # where all are of few weights, the largest of them has its bits
    assert 457 <= fine(2000, a=[1, np.sqrt(0.5)], b=[np.sqrt(0.3)]).vth <= 508


@pytest.mark.parametrize(
    ("few", "vth"),
    [
        ({"a": [1 / 9]}, 9),  # nothing is left of it there
        ({"a": [1 / 10]}, 10),
        ({"a": [1 / 8]}, 9),  # 8 is not near enough
        ({"a": [3 / 19]}, 10),  # 0.42 is left at both, which is less of 10 than of 9
        # the worst of all counts: 0.11 and 0.1 are left at 10, 0 and 0.21 at 9
        ({"a": [1 / 9], "b": [0.31]}, 10),
        ({"a": [1 / 9, 0.31]}, 10),
    ],
)
def test_a_threshold_is_chosen_near_the_finest_that_leaves_few_weights_whole(
    few: dict[str, list[float]], vth: int
) -> None:
    assert fine(10, 127, 2, x=BESIDE, **few).vth == vth
    assert fine(1, 127, 2, x=BESIDE, **few).vth == 1


@pytest.mark.parametrize(
    ("most", "few", "vth"),
    [
        # with 7 as limit: 3.9 * 10 = 39 is 5 * 8 - 1, and 3.9 * 9 = 35.1 is 4 * 8 + 3.1
        (10, [3.9], 10),
        # 3.55 * 10 = 35.5 is 4 * 8 + 3.5, and 3.55 * 9 = 31.95 is 4 * 8 - 0.05
        (10, [3.55], 9),
        # 0.7 * 10 = 7 is held as it is, where 6.3 is rounded
        (10, [0.7], 10),
        # a unit of 8 is that of the largest; 0.45 * 9 = 4.05 is 3.95 from it, 4.5 only 3.5
        (10, [3.55, 0.45], 10),
    ],
)
def test_a_unit_is_the_power_of_two_that_holds_the_largest(
    most: int, few: list[float], vth: int
) -> None:
    assert fine(most, limit=7, x=BESIDE, few=few).vth == vth


@pytest.mark.parametrize(
    ("weight", "split"),
    [(200.5, False), (200.5 + 2.0**-20, False), (200.5 + 2.0**-19, True), (200.75, True)],
)
def test_half_a_unit_that_is_left_needs_no_second_synapse(weight: float, split: bool) -> None:
    """It is what rounding leaves anyway."""
    assert fine(1, x=[weight, 2]) == FineScale(1, {"x": 1}, frozenset({"x"} if split else ()))


def held(weights: list[float] | np.ndarray, current: float, subtracted: Affine) -> FloatProgram:
    """Three neurons that hold their membranes in currents, at a threshold of 1.

    weights: from as many inputs to each of them.
    """
    rows = np.stack([weights] * 3)
    inputs = (rows.shape[1],)
    return FloatProgram(
        "held",
        2,
        (Input("x", inputs),),
        (Population("n", (3,), Lif(1.0, 1.0, np.zeros(3), tau_syn_steps=current)),),
        (
            Synapse("xn", (Source("x"),), "n", (Affine(Dense(rows, inputs, (3,)), np.zeros(1)),)),
            Synapse("own", (Source("n", lag=1),), "n", (subtracted,)),
        ),
        (),
    )


def diagonal(values: list[float]) -> Affine:
    return Affine(sparse(np.diag(values), (3,), (3,)), np.zeros(1))


@pytest.mark.parametrize(("current", "times"), [(4.0, 4), (np.inf, 8)])
def test_an_integrator_is_rounded_less_than_a_leaking_current(current: float, times: int) -> None:
    program = held(0.5 * IRRATIONAL, current, diagonal([-1, -1, -1]))
    assert weight_scales(program, 8, {})["n"].vth == 254 * times


def test_weights_that_two_synapses_of_few_bits_cannot_hold_are_noted() -> None:
    program = held(IRRATIONAL / 90, 4.0, diagonal([-1, -0.3, -0.77]))
    lowered = Quantise(weight_bits=4).run(program)
    scale = lowered.notes.scale_of("n")
    own = [s for s in lowered.synapses if s.sources[0].name == "n"]
    assert [s.exponent for s in own] == [7, 0]
    whole = sum(s.map.expanded().toarray().diagonal() * 2**s.exponent for s in own)
    errors = np.abs(whole - np.array([-1, -0.3, -0.77]) / scale)
    row = lowered.notes.quantisation["n"]
    assert row.clipped == (errors > 1).sum() > 0
    assert row.largest_error == pytest.approx(errors.max())
    assert f"{row.clipped} weights are clipped" in lowered.notes.inexact["n"]
