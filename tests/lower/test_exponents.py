"""Thresholds and exponents of synapses that share one scale, by hand. 8 bits unless told."""

import numpy as np
import pytest

from ssr_neuro.lower.exponents import SLACK, finer_threshold
from ssr_neuro.program.linear_maps import Array

BEYOND = 131_071


def many(largest: float) -> Array:
    """Five values, the largest of them below 0; so many are not few."""
    return np.array([0.1, 0.2, 0.3, 0.4, -1.0]) * largest


def chosen(
    most: int, most_finer: int = BEYOND, limit: int = 127, exponent: int = 0, **parts: object
) -> tuple[int, dict[str, int]]:
    arrays = {name: np.array(weights, float) for name, weights in parts.items()}
    return finer_threshold(arrays, most, most_finer, limit, exponent)


def test_a_large_weight_gets_an_exponent_beside_small_ones() -> None:
    """127 / (1/8) is 1,016, where the weight of a whole threshold is 8 x 127."""
    assert chosen(126, small=many(1 / 8), large=[-1.0]) == (1016, {"large": 3})


def test_of_synapses_with_many_values_the_largest_stays_as_coarse_as_it_was() -> None:
    """A half is 127 x 2^2 of 1,016, as it is 127 of 254; an eighth has all its bits."""
    assert chosen(253, a=many(0.5), b=many(1 / 8)) == (1016, {"a": 2})
    assert chosen(253, b=many(1 / 8), a=many(0.5), c=many(0.25)) == (1016, {"a": 2, "c": 1})


@pytest.mark.parametrize(
    ("ratio", "gain"), [(7.9, 2), (8.0, 3), (8 - 1e-6, 3), (8 - 1e-4, 2), (1.9, 0)]
)
def test_the_gain_is_the_powers_of_two_between_synapses(ratio: float, gain: int) -> None:
    """Nearly a power counts as one, as far as float32 could not tell."""
    expected = (254 << gain, {"a": gain}) if gain else (253, {})
    assert chosen(253, a=many(0.5), b=many(0.5 / ratio)) == expected


def test_four_values_are_few_and_five_are_many() -> None:
    """Synapses of few values alone leave the threshold as it is."""
    values = [1 / 8, 1 / 9, 1 / 10, 1 / 11]
    assert chosen(126, small=values, large=[-1.0]) == (126, {})
    assert chosen(126, small=[*values, 1 / 12], large=[-1.0]) == (1016, {"large": 3})
    assert chosen(126, small=[*values, *values], large=[-1.0]) == (126, {})


def test_synapses_without_a_weight_have_no_say() -> None:
    found = chosen(126, none=[], zero=np.zeros(9), small=many(1 / 8), large=[-1.0, 0.0])
    assert found == (1016, {"large": 3})
    assert chosen(126, none=[], zero=[0.0]) == (126, {})


@pytest.mark.parametrize(
    ("most_finer", "expected"), [(500, (500, {"large": 2})), (105, (100, {})), (106, (106, {}))]
)
def test_the_finest_is_as_fine_as_the_registers_allow_and_a_twentieth_is_no_gain(
    most_finer: int, expected: tuple[int, dict[str, int]]
) -> None:
    assert chosen(100, most_finer, small=many(1 / 8), large=[-1.0]) == expected


def test_weights_of_few_bits_have_fewer_powers_left() -> None:
    """4 bits are multiples of 2^4 of up to 7, and the largest exponent is 7."""
    assert chosen(10, limit=7 << 4, exponent=4, small=many(0.01)) == (80, {})
    assert chosen(10, limit=7 << 4, exponent=4, small=many(0.01), large=[11.2]) == (
        80,
        {"large": 3},
    )


def test_the_few_values_of_a_coarse_synapse_are_rounded_least() -> None:
    """6 2/3 in steps of 2^(4 + 3) are 5/96 of the threshold: of 90 to 100 whole at 96 alone."""
    found = chosen(16, 100, 7 << 4, 4, small=many(1.0), large=[20 / 3])
    assert found == (96, {"large": 3})


@pytest.mark.parametrize(("parts", "vth"), [(900, 900), (901, 901), (899, 988)])
def test_a_tenth_of_the_threshold_may_be_given_for_that(parts: int, vth: int) -> None:
    """101 of 900 steps are whole at 900. Of 899 they would be at 899, which is less than 0.9 of
    1,000; 988 x 101 / 899 is 111 less a 899th. A weight of 0 is always whole."""
    large = [8 * 101 / parts, 0.0]
    assert chosen(126, 1000, small=many(1 / 8), large=large) == (vth, {"large": 3})


def test_the_worst_of_several_values_counts() -> None:
    """A 9th is whole at 999, a 13th at 988, both at 936; and all in steps of 8."""
    found = chosen(126, 1000, small=many(1 / 8), large=[-8 / 9, 8 / 13])
    assert found == (936, {"large": 3})


def test_an_error_counts_as_a_part_of_its_threshold() -> None:
    """0.5527 x 20 is 0.054 above a whole number, x 18 is 0.051 below one: the former is less."""
    assert chosen(13, 20, limit=15, small=many(0.5), large=[0.5527 * 2]) == (20, {"large": 1})


def test_few_values_that_are_not_coarse_do_not_count() -> None:
    """0.0777 x 1,016 is 78.94, and 0.0777 x 1,004 would be 78.01."""
    found = chosen(126, small=many(1 / 8), large=[-1.0], other=[0.0777])
    assert found == (1016, {"large": 3})


@pytest.mark.parametrize(("beyond", "vth"), [(0, 1016), (0.6, 1016), (1.1, 1015)])
def test_a_weight_a_millionth_above_the_limit_does_not_change_the_threshold(
    beyond: float, vth: int
) -> None:
    assert chosen(126, small=many(1 / 8 * (1 + beyond * SLACK))) == (vth, {})


@pytest.mark.parametrize(("beyond", "power"), [(0, 3), (0.6, 3), (0.8, 4)])
def test_a_weight_a_millionth_above_the_limit_does_not_change_its_exponent(
    beyond: float, power: int
) -> None:
    """log2 of 1 + x is 1.44 x."""
    large = [-1.0 * (1 + beyond * SLACK)]
    assert chosen(126, small=many(1 / 8), large=large)[1] == {"large": power}
