"""Thresholds and scales at which weights are whole numbers."""

from math import sqrt

import numpy as np
import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.lower.exact_scale import (
    demand_finite,
    exact_threshold,
    largest_weight,
    readout_scale,
)
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    Lif,
    Population,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Dense

ODD = sqrt(0.5)  # no multiple of it is whole


@pytest.mark.parametrize(
    ("weights", "most", "exponent", "threshold"),
    [
        ([1.0, -1.0], 7, 0, 7),
        ([1.0], 1, 0, 1),
        ([0.5], 1, 0, None),
        ([-0.5], 7, 0, 6),
        ([0.5, 0.25], 10, 0, 8),
        ([1 / 3, 0.5], 20, 0, 18),
        ([0.5], 15, 3, None),  # weights of 8 units: 16 halves are the first of them
        ([0.5], 16, 3, 16),
        ([0.5, 1.0], 60, 3, 48),
        ([0.5], 13, 1, 12),
        ([ODD], 1000, 0, None),
        ([0.5, ODD], 1000, 0, None),
        ([0.0, 0.0], 9, 0, 9),
    ],
)
def test_the_largest_threshold_of_which_all_weights_are_whole_parts(
    weights: list[float], most: int, exponent: int, threshold: int | None
) -> None:
    assert exact_threshold([np.array(weights)], most, exponent) == threshold


def test_all_maps_are_looked_at_and_all_their_weights() -> None:
    assert exact_threshold([np.array([[0.5]]), np.array([1 / 3, 1.0])], 20, 0) == 18
    assert exact_threshold([], 9, 0) == 9
    assert exact_threshold([np.zeros((0, 3))], 9, 0) == 9
    assert exact_threshold([np.array([1.0] * 200 + [0.2])], 9, 0) == 5
    assert exact_threshold([np.array([1.0] * 200 + [ODD])], 9, 0) is None


@pytest.mark.parametrize(
    ("weight", "whole"),
    [
        (1 + 0.9e-6, True),
        (1 - 0.9e-6, True),
        (1 + 1.1e-6, False),
        (1 - 1.1e-6, False),
        (1.5, False),
        (1000.0001, True),  # float32 cannot tell it from 1000: its next number is 1000.00006
        (999.9999, True),
        (1000.00013, False),
        (999.99987, False),
    ],
)
def test_a_weight_that_is_nearly_whole_counts_as_whole(weight: float, whole: bool) -> None:
    assert (exact_threshold([np.array([weight])], 1, 0) == 1) == whole


def scale(
    *weights: list[float], bias: float = 0.0, clip: float = 1.0, leaky: bool = False
) -> float:
    """Of the readout y, into which synapses have these weights, at -7 to 7."""
    neuron = Lif(2.0, 1.0, np.zeros(1)) if leaky else None
    readout = Readout("y", (1,), np.array([bias]), neuron=neuron)
    inputs = tuple(Input(f"x{i}", (len(w),)) for i, w in enumerate(weights))
    to_y = [(i.name, "y", w) for i, w in zip(inputs, weights, strict=True)]
    synapses = tuple(
        Synapse(
            f"{name}_to_{target}",
            (Source(name),),
            target,
            (Affine(Dense(np.array([w]), (len(w),), (1,)), np.zeros(1)),),
        )
        for name, target, w in [*to_y, ("x0", "n", [100.0] * len(weights[0]))]
    )
    population = Population("n", (1,), Lif(2.0, 1.0, np.zeros(1)))
    program = FloatProgram("one", 1, inputs, (population,), synapses, (readout,))
    return readout_scale(readout, program, 7, clip)


def test_weights_of_one_value_are_that_many_units_of_it() -> None:
    assert scale([3.0, -3.0, 0.0]) == 3
    assert scale([3.0], bias=4.5) == 1.5
    assert scale([3.0, 0.0], bias=-1.0) == 1
    assert scale([3.0, 0.0], bias=ODD) == 3  # a bias that cannot be whole is rounded
    assert scale([3.0], bias=ODD, clip=0.5) == 3
    assert scale([0.0, 0.0]) == 1
    assert scale([0.25], bias=0.125) == 0.125


def test_weights_with_a_common_part_are_whole_and_the_bias_too_if_it_can_be() -> None:
    assert scale([3.0, 1.5]) == 1.5
    assert scale([3.0, 1.5], bias=0.75) == 0.75
    assert scale([3.0, 1.0], bias=0.5) == 0.5
    assert scale([3.0, 1.5], bias=ODD) == 0.5  # 6 and 3, the most of 7 that keeps them whole
    assert scale([3.0], [1.5], bias=ODD) == 0.5
    assert scale([7.0, 3.0], bias=ODD) == 1
    assert scale([7.0, 3.0], bias=ODD, clip=0.5) == 0.5


def test_other_weights_use_the_range_of_a_synapse_or_what_is_not_clipped() -> None:
    assert scale([1.0, ODD]) == 1 / 7
    assert scale([-2.0, 0.0, ODD], bias=2.0) == 2 / 7
    assert scale([2.0, ODD], clip=0.75) == 1.5 / 7
    assert scale([2.0, 0.0], [ODD]) == 2 / 7
    assert scale([ODD], [2.0, 0.0]) == 2 / 7


def test_a_readout_that_integrates_has_the_finest_of_the_exact_scales() -> None:
    """Its membrane decays in whole units, and is rounded less in small ones."""
    assert scale([3.0, 1.5], leaky=True) == 0.5
    assert scale([3.0, -3.0], leaky=True) == 3 / 7
    assert scale([3.0, ODD], leaky=True) == 3 / 7


def test_the_largest_weight_of_all_is_1_where_there_is_none() -> None:
    assert largest_weight([np.array([0.25, -0.5]), np.array([[0.125]])]) == 0.5
    assert largest_weight([np.array([0.25]), np.array([[-4.0, 1.0]])]) == 4
    assert largest_weight([]) == 1
    assert largest_weight([np.zeros(3)]) == 1
    assert largest_weight([np.zeros(0)]) == 1


def test_one_weight_that_no_float_holds_is_enough() -> None:
    demand_finite(np.array([1.0, -1.7e308]), "xn", "units")
    with pytest.raises(BadInput, match=r"synapse 'xn': a weight in units is beyond 1\.8e308"):
        demand_finite(np.array([1.0, np.inf]), "xn", "units")
