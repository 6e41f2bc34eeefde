"""Which membranes are halved, by small numbers: one rule for the kernel and for NumPy."""

import numpy as np
import pytest

from simulators.fast_prepared import Law
from simulators.native.laws import BIAS_LIMIT, FORGETS, count_halvings, halvings_of
from ssr_neuro.program.ir import IntegerLif
from ssr_neuro.program.linear_maps import Array

NO_BIAS = np.zeros(2, np.int64)


def law(dv: int | Array = 2048, du: int = 4095, bias: Array = NO_BIAS) -> IntegerLif:
    return IntegerLif(dv, 5, bias, 0, du)


@pytest.mark.parametrize(
    ("neuron", "halvings"),
    [
        (law(dv=0), 0),
        (law(dv=2048), 1),
        (law(dv=4095), 12),
        (law(dv=4096), FORGETS),
        (law(dv=1000), None),
        (law(du=0), None),
        (law(dv=np.array([2048, 2048])), None),
    ],
)
def test_a_membrane_that_keeps_a_power_of_two_is_halved(
    neuron: IntegerLif, halvings: int | None
) -> None:
    assert halvings_of(neuron) == count_halvings(neuron, 1.0) == halvings
    numpy_alone = None if halvings == FORGETS else halvings
    assert Law(neuron, (1, 2)).halvings == numpy_alone


def test_what_could_wrap_is_not_halved() -> None:
    assert count_halvings(law(), 2.0**30) is None
    assert Law(law(bias=np.array([0, BIAS_LIMIT])), (1, 2)).halvings == 1
    assert Law(law(bias=np.array([0, BIAS_LIMIT + 1])), (1, 2)).halvings is None
