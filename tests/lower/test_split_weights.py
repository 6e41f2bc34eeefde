"""Whole weights as a coarse and a fine part, by hand."""

import numpy as np
import pytest

from ssr_neuro.lower.two_parts import split_weights


@pytest.mark.parametrize(
    ("whole", "more", "coarse", "fine_part"),
    [
        (0, 3, 0, 0),
        (127, 3, 0, 127),  # the fine part alone
        (-127, 3, 0, -127),
        (128, 3, 16, 0),
        (-130, 3, -16, -2),
        (135, 3, 17, -1),  # the nearest multiple
        (-135, 3, -17, 1),
        (1016, 3, 127, 0),
        (1100, 3, 127, 84),
        (-1100, 3, -127, -84),
        (1200, 3, 127, 127),  # all that both hold
        (-1200, 3, -127, -127),
        (16256, 7, 127, 0),
        (191, 7, 1, 63),
    ],
)
def test_two_parts_of_a_weight(whole: int, more: int, coarse: int, fine_part: int) -> None:
    found = split_weights(np.array([whole, 1]), more, 127)
    assert [part.tolist() for part in found] == [[coarse, 0], [fine_part, 1]]
    assert {part.dtype for part in found} == {np.dtype(np.int64)}


def test_few_bits_hold_what_is_nearest_to_a_weight_between_multiples() -> None:
    coarse, rest = split_weights(np.array([16, 20, 25]), 5, 7)
    assert (coarse * 32 + rest).tolist() == [7, 25, 25]
