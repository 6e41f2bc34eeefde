"""Products of whole numbers by floats are those of integers, also where floats would round."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssr_neuro.program.whole_products import WholeMatrix


@given(st.integers(0, 10**6), st.sampled_from((3, 2**12, 2**27, 2**31)))
def test_equal_to_integers(seed: int, largest: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns, wide = rng.integers(1, 6, 3)
    matrix = rng.integers(-largest, largest + 1, (rows, columns))
    x = rng.integers(-largest, largest + 1, (2, columns, wide))
    whole = WholeMatrix(matrix)
    np.testing.assert_array_equal(whole.on_rows(x), matrix @ x)
    turned = x.swapaxes(1, 2)
    np.testing.assert_array_equal(whole.on_columns(turned), turned @ matrix.T)
    assert whole.on_rows(x).dtype == whole.on_columns(turned).dtype == np.int64


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("least", [2**24, 2**53])
def test_where_the_floats_end(least: int, sign: int) -> None:
    """least + 1 is the first whole number that the type does not hold; nor does it hold its
    negative."""
    whole, x = WholeMatrix(np.array([[least, 1]])), np.array([[sign, sign]])
    assert whole.on_rows(x.T).tolist() == [[sign * (least + 1)]]
    assert whole.on_columns(x).tolist() == [[sign * (least + 1)]]
