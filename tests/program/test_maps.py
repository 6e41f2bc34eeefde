"""Structured maps against their expanded matrices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssr_neuro.errors import BadInput
from ssr_neuro.program.linear_maps import Dense, Kron, LinearMap, sparse
from ssr_neuro.program.map_arithmetic import compose, fan_out, largest_input, synapse_count


def some_map(kind: int, seed: int) -> LinearMap:
    rng = np.random.default_rng(seed)
    weights = rng.integers(-3, 4, (3, 4))
    if kind == 0:
        return Kron(weights, np.eye(2, dtype=int))
    if kind == 1:
        return Kron(np.eye(4, dtype=int)[-1:], rng.integers(-3, 4, (5, 2)))
    return Dense(rng.integers(-3, 4, (6, 8)), (4, 2), (3, 2))


maps = st.builds(some_map, st.integers(0, 2), st.integers(0, 999))


@given(linear=maps, seed=st.integers(0, 99))
def test_apply_equals_the_expanded_matrix(linear: LinearMap, seed: int) -> None:
    x = np.random.default_rng(seed).integers(0, 3, (7, *linear.in_shape))
    expected = x.reshape(7, -1) @ linear.expanded().toarray().T
    np.testing.assert_array_equal(linear.apply(x).reshape(7, -1), expected)


@given(linear=maps)
def test_counts_equal_those_of_the_expanded_matrix(linear: LinearMap) -> None:
    full = linear.expanded().toarray()
    np.testing.assert_array_equal(fan_out(linear).ravel(), (full != 0).sum(axis=0))
    assert synapse_count(linear) == (full != 0).sum()
    assert largest_input(linear, 3) == np.abs(full).sum(axis=1).max() * 3


def test_a_chain_of_structures_stays_one() -> None:
    mix, gain = Kron(np.array([[1, 2], [3, 4]]), np.eye(3)), Kron(np.diag([2, 5]), np.eye(3))
    chained = compose(gain, mix)
    assert isinstance(chained, Kron)
    np.testing.assert_array_equal(chained.left, [[2, 4], [15, 20]])


def test_weights_in_both_factors_become_dense() -> None:
    mix, inner = Kron(np.full((2, 2), 3), np.eye(2)), Kron(np.eye(2), np.full((1, 2), 5))
    chained = compose(inner, mix)
    assert isinstance(chained, Dense)
    np.testing.assert_array_equal(chained.weight, np.full((2, 4), 15))


def test_leaving_zeros_out_leaves_other_maps_as_they_are() -> None:
    floats = sparse(np.array([[0.1, 0, 5.0], [7.0, 0.2, 0]]), (3,), (2,))
    rounded = floats.with_weights(np.rint(floats.weights))
    pruned = sparse(rounded.matrix, (3,), (2,))
    np.testing.assert_array_equal(pruned.expanded().toarray(), [[0, 0, 5], [7, 0, 0]])
    np.testing.assert_array_equal(rounded.expanded().toarray(), [[0, 0, 5], [7, 0, 0]])
    np.testing.assert_array_equal(floats.expanded().toarray(), [[0.1, 0, 5], [7, 0.2, 0]])


def test_wrong_shapes_are_named() -> None:
    with pytest.raises(BadInput, match=r"cannot chain a map to \(2, 3\) into one from \(4, 3\)"):
        compose(Kron(np.eye(4), np.eye(3)), Kron(np.eye(2), np.eye(3)))
    with pytest.raises(BadInput, match="weights in both factors"):
        Kron(np.full((2, 2), 2), np.full((2, 2), 2))
    with pytest.raises(BadInput, match=r"Dense weight of shape \(2, 2\) cannot map \(3,\)"):
        Dense(np.eye(2), (3,), (2,))
