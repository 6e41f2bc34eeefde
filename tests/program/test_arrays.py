"""Whether an array holds spikes alone."""

import numpy as np
import pytest

from ssr_neuro.program.arrays import is_binary


@pytest.mark.parametrize("kind", [np.bool_, np.uint8, np.int8, np.int64, np.float32, np.float64])
def test_zeros_and_ones_of_any_kind_are_binary(kind: type) -> None:
    assert is_binary(np.array([[0, 1], [1, 1]], kind))
    assert is_binary(np.zeros((0, 3), kind))


@pytest.mark.parametrize(
    "values",
    [np.array([0, 2], np.uint8), np.array([-1, 0]), np.array([0.5]), np.array([1.0, np.nan])],
)
def test_other_values_are_not(values: np.ndarray) -> None:  # type: ignore[type-arg]
    assert not is_binary(values)
