"""Rows of maps that are equal, by their full matrices."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ssr_neuro.lower.equal_rows import number_rows, row_numbers
from ssr_neuro.program.linear_maps import Dense, Kron, sparse


@given(st.integers(0, 10**6), st.sampled_from(("left", "right", "dense", "sparse")))
def test_numbers_are_equal_where_rows_are(seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    p, f, q, g = rng.integers(1, 4, 4)
    left, right = (rng.integers(-1, 2, shape) for shape in ((p, q), (f, g)))
    if kind == "right":
        left = np.abs(left)
    else:
        right = np.abs(right)
    full = np.kron(left, right)
    linear = {
        "dense": Dense(full, (q, g), (p, f)),
        "sparse": sparse(full, (q, g), (p, f)),
    }.get(kind) or Kron(left, right, kind)  # type: ignore[arg-type]
    numbers = row_numbers(linear)
    assert len(numbers) == len(full)
    for a, b in combinations(range(len(full)), 2):
        assert (numbers[a] == numbers[b]) == np.array_equal(full[a], full[b])


def test_rows_of_a_sparse_map_are_compared_without_their_zeros() -> None:
    """A zero that is stored is no connection; it stays where it was."""
    linear = sparse(np.array([[2, 1], [2, 3], [0, 1], [2, 0]]), (2,), (4,))
    zeroed = linear.with_weights(np.array([2, 0, 2, 3, 1, 2]))
    assert row_numbers(linear).tolist() == [0, 1, 2, 3]
    assert row_numbers(zeroed).tolist() == [0, 1, 2, 0]
    assert zeroed.weights.tolist() == [2, 0, 2, 3, 1, 2]


def test_rows_of_a_kron_are_equal_where_both_factors_are_or_all_is_zero() -> None:
    positions, features = np.array([[1, 0], [0, 0], [1, 0]]), np.array([[5, 6], [0, 0], [0, 6]])
    zero, first, second = row_numbers(Kron(positions, features, "right")).reshape(3, 3).T[[1, 0, 2]]
    assert zero.tolist() == [zero[0]] * 3
    assert [first[1], second[1]] == [zero[0]] * 2
    assert first[0] == first[2] != second[0] == second[2]
    assert zero[0] not in (first[0], second[0])


def test_rows_of_an_array() -> None:
    assert number_rows(np.array([[1, 2], [3, 4], [1, 2]])).tolist() == [0, 1, 0]
    assert number_rows(np.zeros((0, 3), np.int64)).tolist() == []
