"""Maps chained, scaled, counted and bounded: small ones, each result worked out by hand."""

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from ssr_neuro.errors import BadInput
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap, Sparse, identity
from ssr_neuro.program.map_arithmetic import (
    compose,
    fan_out,
    largest_input,
    scale_rows,
    synapse_count,
)

EYE = np.eye(2, dtype=np.int64)
TALL = np.array([[1, 2], [0, 3], [-1, 0]])
FEW = np.array([[0, 0, 5], [0, 0, -7]])


def matrix(linear: LinearMap) -> list[list[float]]:
    full: list[list[float]] = linear.expanded().toarray().tolist()
    return full


def few() -> Sparse:
    return Sparse(sp.csr_array(FEW), (3,), (2,))


def test_a_chain_applies_the_inner_map_first() -> None:
    inner, outer = Dense(TALL, (2,), (3,)), Dense(np.array([[1, 10, 100]]), (3,), (1,))
    chained = compose(outer, inner)
    assert isinstance(chained, Dense)
    assert (chained.in_shape, chained.out_shape) == ((2,), (1,))
    assert matrix(chained) == [[-99, 32]]


def test_a_chain_of_two_krons_is_one_where_a_factor_stays_binary() -> None:
    for outer, inner, carrier in (
        (Kron(TALL, EYE), Kron(EYE, EYE), "left"),
        (Kron(EYE, TALL), Kron(EYE, EYE), "right"),
        (Kron(EYE, TALL), Kron(EYE[::-1], EYE), "right"),
    ):
        chained = compose(outer, inner)
        assert isinstance(chained, Kron)
        assert chained.carrier == carrier
        expected = outer.expanded().toarray() @ inner.expanded().toarray()
        assert matrix(chained) == expected.tolist()


def test_a_chain_of_two_krons_with_weights_in_both_factors_is_a_matrix() -> None:
    chained = compose(Kron(np.array([[1, 2]]), EYE), Kron(EYE, np.array([[3, 0], [0, 4]])))
    assert isinstance(chained, Dense)
    assert (chained.in_shape, chained.out_shape) == ((2, 2), (1, 2))
    assert matrix(chained) == [[3, 0, 6, 0], [0, 4, 0, 8]]


def test_a_chain_of_a_kron_and_a_matrix_is_a_matrix() -> None:
    swap = Kron(np.array([[0, 1], [1, 0]]), np.array([[1]]))
    rows = Dense(TALL, (2, 1), (3,))
    assert matrix(compose(rows, swap)) == [[2, 1], [3, 0], [0, -1]]
    back = Dense(TALL[:2], (2,), (2, 1))
    assert matrix(compose(swap, back)) == [[0, 3], [1, 2]]


def test_a_chain_needs_equal_shapes_between() -> None:
    with pytest.raises(BadInput, match=r"cannot chain a map to \(3,\) into one from \(3, 1\)"):
        compose(Dense(TALL.T, (3, 1), (2,)), Dense(TALL, (2,), (3,)))


@pytest.mark.parametrize("factors", [2.5, np.array(2.5), np.full(3, 2.5)])
def test_one_factor_scales_all_weights(factors: float | Array) -> None:
    scaled = scale_rows(Dense(TALL, (2,), (3,)), factors)
    assert isinstance(scaled, Dense)
    assert scaled.weight.tolist() == [[2.5, 5], [0, 7.5], [-2.5, 0]]


def test_one_factor_leaves_the_form_of_a_map_however_many_weights_are_there() -> None:
    mostly_zeros = scale_rows(Dense(FEW, (3,), (2,)), 2)
    assert isinstance(mostly_zeros, Dense)
    assert matrix(mostly_zeros) == [[0, 0, 10], [0, 0, -14]]
    full = scale_rows(Sparse(sp.csr_array([[1, 2]]), (2,), (1,)), 2)
    assert isinstance(full, Sparse)
    assert matrix(full) == [[2, 4]]


def test_one_target_is_scaled_by_its_factor() -> None:
    scaled = scale_rows(Dense(np.array([[3, -4]]), (2,), (1,)), np.array([0.5]))
    assert matrix(scaled) == [[1.5, -2]]


def test_a_factor_for_each_target_scales_its_row() -> None:
    scaled = scale_rows(Dense(TALL, (2,), (3,)), np.array([1, 10, 100]))
    assert matrix(scaled) == [[1, 2], [0, 30], [-100, 0]]
    assert (scaled.in_shape, scaled.out_shape) == ((2,), (3,))
    assert matrix(scale_rows(few(), np.array([2, 3]))) == [[0, 0, 10], [0, 0, -21]]


def test_a_map_to_no_neurons_is_left_as_it_is() -> None:
    nothing = Dense(np.zeros((0, 2)), (2,), (0,))
    assert scale_rows(nothing, np.zeros(0)) is nothing


@pytest.mark.parametrize(
    ("linear", "factors", "weights"),
    [
        (Kron(EYE, TALL), [[1, 10, 100], [1, 10, 100]], [[1, 2], [0, 30], [-100, 0]]),
        (Kron(EYE[:1], TALL), [[1, 10, 100]], [[1, 2], [0, 30], [-100, 0]]),
        (Kron(TALL, EYE), [[1, 1], [10, 10], [100, 100]], [[1, 2], [0, 30], [-100, 0]]),
        (Kron(TALL, EYE[:1]), [[1], [10], [100]], [[1, 2], [0, 30], [-100, 0]]),
    ],
)
def test_a_kron_stays_one_where_factors_are_equal_along_its_other_axis(
    linear: Kron, factors: list[list[float]], weights: list[list[float]]
) -> None:
    scaled = scale_rows(linear, np.array(factors))
    assert isinstance(scaled, Kron)
    assert scaled.carrier == linear.carrier
    assert scaled.weights.tolist() == weights


@pytest.mark.parametrize(
    ("linear", "factors"),
    [
        (Kron(EYE, TALL), [[1, 1, 1], [2, 2, 2]]),
        (Kron(EYE, TALL), [[1, 10, 100], [1, 10, 7]]),
        (Kron(TALL, EYE), [[1, 2], [1, 2], [1, 2]]),
        (Kron(TALL, EYE), [[1, 2], [5, 5], [7, 7]]),
    ],
)
def test_other_factors_make_a_matrix_of_a_kron(linear: Kron, factors: list[list[float]]) -> None:
    scaled = scale_rows(linear, np.array(factors))
    assert not isinstance(scaled, Kron)
    assert (scaled.in_shape, scaled.out_shape) == (linear.in_shape, linear.out_shape)
    assert matrix(scaled) == (np.array(factors).reshape(-1, 1) * matrix(linear)).tolist()


@pytest.mark.parametrize(
    ("linear", "leaving"),
    [
        (Kron(TALL, EYE), [[2, 2], [2, 2]]),
        (Kron(EYE[:1], TALL), [[2, 2], [0, 0]]),
        (Kron(np.array([[1, 1], [0, 1], [0, 1]]), TALL[:1, :]), [[1, 1], [3, 3]]),
        (Dense(np.array([[1, 0, -2, 3], [4, 0, 0, 5]]), (2, 2), (2,)), [[2, 0], [1, 2]]),
        (few(), [0, 0, 2]),
        (identity((2, 2)), [[1, 1], [1, 1]]),
    ],
)
def test_synapses_are_counted_at_their_source(linear: LinearMap, leaving: list[Any]) -> None:
    assert fan_out(linear).tolist() == leaving
    assert synapse_count(linear) == np.sum(leaving)


@pytest.mark.parametrize(
    ("linear", "largest"),
    [
        (Kron(TALL, EYE), 9),
        (Kron(EYE, TALL), 9),
        (Kron(np.array([[1, 1]]), np.array([[2, -5], [4, 0]])), 42),
        (Dense(TALL, (2,), (3,)), 9),
        (few(), 21),
        (Dense(np.array([[0.125, -0.125]]), (2,), (1,)), 0.75),
        (Sparse(sp.csr_array([[0.125, -0.125]]), (2,), (1,)), 0.75),
        (Kron(np.array([[0.125, -0.125]]), EYE), 0.75),
        (Dense(np.zeros((0, 2)), (2,), (0,)), 0),
        (Kron(np.zeros((0, 2)), EYE), 0),
        (Sparse(sp.csr_array((0, 2)), (2,), (0,)), 0),
    ],
)
def test_the_largest_input_is_the_largest_sum_of_sizes_in_a_row(
    linear: LinearMap, largest: float
) -> None:
    assert largest_input(linear, 3) == largest
    assert largest_input(linear, 0) == 0
