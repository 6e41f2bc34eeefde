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


def test_rows_of_an_array() -> None:
    assert number_rows(np.array([[1, 2], [3, 4], [1, 2]])).tolist() == [0, 1, 0]
    assert number_rows(np.zeros((0, 3), np.int64)).tolist() == []
