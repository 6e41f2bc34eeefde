"""Which matrices lava-dl's netx and Lava together leave as they are."""

import numpy as np
import pytest
import scipy.sparse as sp

from converters.netx.weights import count_changed


@pytest.mark.parametrize(
    ("weight", "count"),
    [
        ([[127, -128]], 0),
        ([[254, -256]], 0),
        ([[1, 255]], 0),
        ([[253, -1]], 0),
        ([[-3, -5]], 0),
        ([[-3, 0]], 0),
        ([[64, 0]], 0),
        ([[255, -1]], 2),
        ([[256, 0]], 2),
        ([[-257, 1]], 2),
        ([[0, 0]], 2),
        ([[-128, -1]], 1),
        ([[-64, 0]], 1),
        ([[-4, -4]], 2),
        ([[-255, 0]], 1),
    ],
)
def test_how_many_weights_change(weight: list[list[int]], count: int) -> None:
    assert count_changed(np.array(weight)) == count
    assert count_changed(sp.csr_array(np.array(weight))) == count
