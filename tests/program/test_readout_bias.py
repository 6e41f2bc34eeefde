"""Biases that the host adds: rounded, and refused beyond 32 bits instead of wrapped."""

import numpy as np
import pytest

from ssr_neuro.errors import DoesNotFit
from ssr_neuro.program.readout_bias import whole_bias


def test_biases_are_rounded_to_steps_of_the_readout() -> None:
    assert whole_bias(np.array([0.26, -0.74, 0]), 0.5, "items").tolist() == [1, -1, 0]
    largest = whole_bias(np.array([2.0**31 - 1]), 1, "items")
    assert (largest.dtype, largest.tolist()) == (np.int64, [2**31 - 1])


@pytest.mark.parametrize("bias", [2.0**31, -1e25, np.inf, np.nan])
def test_a_bias_beyond_32_bits_does_not_fit(bias: float) -> None:
    with pytest.raises(DoesNotFit, match=r"^items: a bias of .* 32 bits hold 2,147,483,647"):
        whole_bias(np.array([bias, 1.0]), 1, "items")
