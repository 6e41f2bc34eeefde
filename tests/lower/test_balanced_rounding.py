"""Rounded weights whose errors cancel in the mean input of a neuron."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from ssr_neuro.lower.balanced_rounding import LEAST_RATE, balance
from ssr_neuro.program.ir import Source
from ssr_neuro.program.linear_maps import Dense, Kron, LinearMap, sparse

INPUTS, NEURONS = 40, 6
Rates = dict[str, np.ndarray]


def balanced(linear: LinearMap, exact: np.ndarray, whole: np.ndarray, rates: Rates) -> np.ndarray:
    return balance(linear, (Source("x"),), exact, whole, rates)


def dense(exact: np.ndarray) -> Dense:
    return Dense(exact, (exact.shape[1],), (exact.shape[0],))


def test_a_row_by_hand() -> None:
    """Errors of -0.45, -0.3, -0.4 and 0.2: 0.95 too little, so the cheapest weight is one more."""
    exact = np.array([[1.45, 2.3, 5.4, 7.8]])
    whole = np.array([[1, 2, 5, 8]])
    np.testing.assert_array_equal(balanced(dense(exact), exact, whole, {}), [[2, 2, 5, 8]])
    # 0.544 too little in the mean: 0.32 from the first, and 0.32 of the second come nearest to that
    rates = {"x": np.array([0.3, 0.3, 0.9, 0.3])}
    np.testing.assert_array_equal(balanced(dense(exact), exact, whole, rates), [[2, 3, 5, 8]])


@given(seed=st.integers(0, 1000), known=st.booleans())
def test_the_mean_input_is_nearer_and_no_weight_is_far(seed: int, known: bool) -> None:
    rng = np.random.default_rng(seed)
    exact = rng.uniform(-50, 50, (NEURONS, INPUTS))
    whole = np.rint(exact).astype(np.int64)
    rate = rng.uniform(0, 0.6, INPUTS) if known else np.ones(INPUTS)
    found = balanced(dense(exact), exact, whole, {"x": rate} if known else {})
    drive = rate + LEAST_RATE if known else rate
    before, after = (np.abs((w - exact) @ drive) for w in (whole, found))
    assert (after <= before + 1e-12).all()
    assert (after <= max(drive) / 2 + 1e-12).all()
    assert np.abs(found - exact).max() < 1


def test_sparse_weights_are_balanced_by_the_neurons_that_they_read() -> None:
    rng = np.random.default_rng(0)
    full = np.where(rng.random((NEURONS, INPUTS)) < 0.5, rng.uniform(-9, 9, (NEURONS, INPUTS)), 0)
    linear = sparse(sp.csr_array(full), (INPUTS,), (NEURONS,))
    rate = {"x": rng.uniform(0, 0.6, INPUTS)}
    exact = linear.weights
    found = balanced(linear, exact, np.rint(exact).astype(np.int64), rate)
    wanted = balanced(dense(full), full, np.rint(full).astype(np.int64), rate)
    np.testing.assert_array_equal(linear.with_weights(found).expanded().toarray(), wanted)


def test_a_matrix_of_many_positions_takes_all_rates_as_equal() -> None:
    exact = np.array([[0.4, 0.4, 0.4], [1.0, 2.0, 3.0]])
    linear = Kron(np.eye(4), exact)
    found = balanced(linear, exact, np.rint(exact).astype(np.int64), {})
    np.testing.assert_array_equal(found, [[1, 0, 0], [1, 2, 3]])


@pytest.mark.parametrize("shape", [(1, 1), (3, 1)])
def test_single_weights_stay(shape: tuple[int, int]) -> None:
    exact = np.full(shape, 3.49)
    whole = np.rint(exact).astype(np.int64)
    np.testing.assert_array_equal(balanced(dense(exact), exact, whole, {}), whole)


def balanced_by_rates(exact: list[float], rates: list[float]) -> list[int]:
    """One neuron, its inputs by their spikes a step, of which each counts LEAST_RATE at least."""
    weights = np.array([exact])
    spikes = np.array(rates) - LEAST_RATE
    found = balanced(dense(weights), weights, np.rint(weights), {"x": spikes})
    return [int(weight) for weight in found[0]]


@pytest.mark.parametrize(("rate", "wanted"), [(0.7, [2, 3, 5]), (0.5, [1, 4, 5])])
def test_the_weight_that_costs_least_for_what_it_brings_is_moved(
    rate: float, wanted: list[int]
) -> None:
    """The squares of the first two errors grow by 0.5 and 0.8, for `rate` and 1 of mean input.

    About 1 is too little in all, most of it from an input that is too busy to be moved.
    """
    assert balanced_by_rates([1.25, 3.1, 5.08], [rate, 1.0, 10.0]) == wanted


def test_a_weight_that_brings_the_whole_error_is_moved_before_others_that_cost_more() -> None:
    """0.5 + 0.0625 + 0.4375 is too little, which is just what one more of the first brings."""
    assert balanced_by_rates([2.5, 1.25, 3.109375], [1.0, 0.25, 4.0]) == [3, 1, 3]


def test_weights_are_moved_as_long_as_their_sum_is_within_the_error() -> None:
    """Four errors of a half: two more weights bring 2, which is all of it."""
    exact = np.array([[0.5, 2.5, 4.5, 6.5]])
    found = balanced(dense(exact), exact, np.rint(exact), {})
    np.testing.assert_array_equal(found, [[1, 3, 4, 6]])


@pytest.mark.parametrize(("exact", "whole"), [(2.5, 2), (-2.5, -2), (1.5, 2)])
def test_a_weight_stays_where_moving_it_is_no_nearer(exact: float, whole: int) -> None:
    weight = np.array([[exact]])
    np.testing.assert_array_equal(balanced(dense(weight), weight, np.array([[whole]]), {}), whole)


@pytest.mark.parametrize(
    ("rates", "wanted"),
    [
        ({"a": [0.98, 0, 0], "b": [0, 0.98, 0], "c": [9, 9, 9]}, [0, 1, 0]),
        ({"a": [0.98, 0, 0], "c": [9, 9, 9]}, [0, 1, 1]),
        ({}, [0, 1, 1]),
    ],
)
def test_rates_of_all_sources_of_a_synapse_are_summed(
    rates: dict[str, list[float]], wanted: list[int]
) -> None:
    """Each error is 0.4: 0.808 too much at rates of 1, 1 and 0.02; 1.2 where one is not known."""
    exact = np.full((1, 3), 0.6)
    sources = Source("a"), Source("b")
    known = {name: np.array(rate) for name, rate in rates.items()}
    np.testing.assert_array_equal(
        balance(dense(exact), sources, exact, np.ones((1, 3)), known), [wanted]
    )
