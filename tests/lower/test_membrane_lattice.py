"""Which numbers an integer membrane can hold, and where a threshold that is met fires."""

import numpy as np
import pytest

from ssr_neuro.lower.membrane_lattice import exact_quantum, threshold_for_inclusive_test
from ssr_neuro.program.ir import Lif

THIRD, HALF, QUARTER = 3.0, 2.0, 4.0  # time constants, in steps, by the decay of a step


def neuron(
    tau: float | list[float] = HALF,
    current: float | list[float] = 1.0,
    bias: tuple[float, float] = (0, 0),
    *,
    leak: bool = True,
) -> Lif:
    def number(value: float | list[float]) -> float | np.ndarray:
        return np.array(value) if isinstance(value, list) else value

    return Lif(number(tau), 1.0, np.array(bias, np.float64), leak, number(current))


@pytest.mark.parametrize(
    ("made", "quanta"),
    [
        # a half of 64 is taken six times, a quarter three times; then numbers are not whole
        (neuron(HALF), [1, 2, 4, 8, 16, 32, 64, None]),
        (neuron(QUARTER), [1, 4, 16, 64, None]),
        (neuron([HALF, QUARTER]), [1, 4, 16, 64, None]),
        (neuron(1.0), [1, 1, 1]),
        # the current divides, too, but no bias comes through it
        (neuron(HALF, QUARTER), [1, 2, 4, None]),
        (neuron(QUARTER, QUARTER), [1, 4, None]),
        (neuron(1.0, HALF), [1, 1, 1, 1, 1, 1, 1, None]),
        (neuron(1.0, [1.0, HALF]), [1, 1, 1, 1, 1, 1, 1, None]),
        (neuron(1.0, np.inf), [1, 1, 1]),
        (neuron(HALF, leak=False), [1, 1, 1]),
        (neuron(THIRD, leak=False), [1, 1, 1]),
        (neuron(HALF, QUARTER, leak=False), [1, 1, 1, 1, None]),
        # a third is no whole number of 4096ths
        (neuron(THIRD), [None, None]),
        (neuron([HALF, THIRD]), [None, None]),
        (neuron(HALF, THIRD), [None, None]),
        (neuron(THIRD, leak=False, current=THIRD), [None, None]),
    ],
)
def test_biases_that_leave_the_membrane_whole_by_steps(made: Lif, quanta: list[int | None]) -> None:
    assert [exact_quantum(made, steps) for steps in range(1, len(quanta) + 1)] == quanta


def test_decays_are_whole_numbers_of_4096ths() -> None:
    assert exact_quantum(neuron(4096.0), 1) == 1
    assert exact_quantum(neuron(8192.0), 1) is None


@pytest.mark.parametrize(
    ("made", "steps", "exponent", "expected"),
    [
        # Without a leak all sums are multiples of 64, and offsets of 64 steps add up to 64.
        (neuron(leak=False), 1, 0, (-0.5, 1)),
        (neuron(leak=False), 64, 0, (-0.5, 1)),
        (neuron(leak=False), 65, 0, (63.5, 0)),
        (neuron(leak=False), 65, 3, (63.5, 0)),  # 64 vth itself has no exponent
        # With a half of leak offsets add up to 2 at most; the lattice is 64, 32, .. 1.
        (neuron(HALF), 1, 0, (-0.5, 1)),
        (neuron(HALF), 6, 0, (-0.5, 1)),
        (neuron(HALF), 7, 0, (0.5, 0)),
        (neuron(HALF), 7, 1, (-0.5, 1)),
        # With a quarter to 1, 2, 3, 4: a lattice of 4 in three steps, of 1 in four.
        (neuron(QUARTER), 3, 0, (-0.5, 1)),
        (neuron(QUARTER), 4, 0, (0.5, 0)),
        (neuron(QUARTER), 4, 1, (1.5, 0)),
        (neuron(QUARTER), 4, 2, (-0.5, 1)),
        (neuron([HALF, QUARTER]), 4, 1, (1.5, 0)),
        # A current that halves makes the lattice finer.
        (neuron(leak=False, current=HALF), 3, 0, (-0.5, 1)),
        (neuron(leak=False, current=HALF), 6, 0, (1.5, 0)),
        (neuron(HALF, QUARTER), 3, 0, (0.5, 0)),
        (neuron(HALF, QUARTER), 3, 1, (-0.5, 1)),
        # A bias may be any whole number, and so may what a third leaves.
        (neuron(leak=False, bias=(0, 8)), 1, 0, (-0.5, 1)),
        (neuron(leak=False, bias=(0, 8)), 2, 0, (0.5, 0)),
        (neuron(leak=False, bias=(0, 8)), 2, 3, (0.5, 0)),
        (neuron(THIRD), 2, 3, (0.5, 0)),
    ],
)
def test_a_neuron_at_its_threshold_fires_and_one_just_below_does_not(
    made: Lif, steps: int, exponent: int, expected: tuple[float, int]
) -> None:
    assert threshold_for_inclusive_test(made, steps, exponent) == expected
