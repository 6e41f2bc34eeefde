"""How much inhibition keeps a population silent between samples, worked out by hand."""

import numpy as np
import pytest
from pass_programs import dense, joint, lif

from ssr_neuro.errors import DoesNotFit
from ssr_neuro.lower.gap_inhibition import Inhibition, find_inhibition, steps_remembered
from ssr_neuro.program.ir import (
    Input,
    IntegerLif,
    IntegerProgram,
    Population,
    Readout,
    Synapse,
    zeros,
)
from ssr_neuro.program.notes import Notes

UNIT = 64  # membrane units in one of weight


def found(
    law: IntegerLif,
    *synapses: Synapse,
    steps: int = 4,
    gap: int = 1,
    seen: tuple[float, float] | None = None,
    more: dict[str, IntegerLif] | None = None,
) -> Inhibition:
    """The inhibition of `a` among x, `a` and `more`, with a readout y of two values."""
    laws = {"a": law} | (more or {})
    (width, *_) = [s.map.in_shape for s in synapses if s.sources[0].name == "x"]
    program = IntegerProgram(
        "hand",
        steps,
        (Input("x", width),),
        tuple(Population(name, one.bias_mant.shape, one) for name, one in laws.items()),
        synapses,
        (Readout("y", (2,), zeros((2,))),),
        gap=gap,
        notes=Notes(seen={} if seen is None else {"a": seen}),
    )
    return find_inhibition(program, program.population("a"))


def remembering(
    du: int | np.ndarray, bias: tuple[int, int] = (0, 0), vth: int | np.ndarray = 5
) -> IntegerLif:
    """Two neurons; bias in membrane units, a multiple of 8."""
    return IntegerLif(2048, vth, np.array(bias) // 8, 3, du)


@pytest.mark.parametrize(
    ("du", "steps", "left"),
    [
        (4095, 10, 0),  # nothing is kept
        (2047, 10, 1),  # 1/2 + 1/4 + ...
        (1364, 10, 3),  # 2.0007 in the end, rounded up
        (1023, 10, 3),  # 3/4 + 9/16 + ... = 3
        (1023, 2, 2),
        (0, 5000, 4095),
        (0, 4094, 4094),
        (-1, 5000, 5000),  # all of it stays
        (np.array([1023, 4095]), 10, 3),  # that neuron counts which remembers longest
    ],
)
def test_a_current_remembers_a_geometric_sum(du: int, steps: int, left: int) -> None:
    assert steps_remembered(remembering(du), steps) == left


MIXED = joint("x", "a", dense([[10, 20, -5], [1, -8, -7]]))
LATE = joint("a:2", "y", dense([[1, 0], [0, 1]]))


def test_a_current_without_memory_is_held_at_what_arrives() -> None:
    """At most 30 arrive; and 15 may inhibit at the same time."""
    assert found(lif((2,)), MIXED, LATE, gap=2) == (30, 30, 15 * UNIT, None)


def test_the_first_step_makes_up_for_memory_and_every_step_for_the_bias() -> None:
    """Three steps of 30 are left of the sample, and 136 of bias are three weight units.

    From below: three steps of the sample, one of the gap, and the 15 that arrive.
    """
    law = remembering(1023, (0, 136))
    needed = found(law, MIXED, LATE, gap=2)
    assert needed == (30 + 90 + 3, 30 + 3, (90 + 30 + 15) * UNIT, None)


def test_a_bias_that_inhibits_asks_for_nothing() -> None:
    law = remembering(1023, (-800, -136))
    assert found(law, MIXED, LATE, gap=2) == found(remembering(1023), MIXED, LATE, gap=2)


def test_memory_of_excitation_and_bias_are_rounded_up_together() -> None:
    """32 of bias are half a unit; with nothing but whole units beside it, one more."""
    law = remembering(2047, (32, 0))
    assert found(law, MIXED, LATE, gap=2)[:2] == (30 + 30 + 1, 30 + 1)


def test_where_inhibition_is_larger_memory_is_bounded_by_it() -> None:
    turned = joint("x", "a", dense([[-10, -20, 5], [-1, 8, 7]]))
    needed = found(remembering(1023), turned, LATE, gap=2)
    assert needed == (15 + 90, 15, (90 + 30 + 30) * UNIT, None)


def test_every_synapse_source_and_exponent_counts() -> None:
    """Four times [5, 1] and [-4, -6] of two sources, and once [10, 0] and [0, -3]."""
    synapses = (
        joint("x b", "a", dense([[3, -4, 2], [1, -6, 0]]), 1),
        joint("a:1", "a", dense([[10, 0], [0, -3]])),
    )
    needed = found(lif((2,)), *synapses, more={"b": lif((3,))})
    assert needed == (30, 30, 27 * UNIT, None)


def test_the_least_inhibition_is_one_unit() -> None:
    """Only inhibition arrives, 7 at most; a bias of 64 needs that one unit, one of 72 a second."""
    only = joint("x", "a", dense([[-3, -4], [0, 0]]))
    for bias, units in ((0, 1), (64, 1), (72, 2)):
        assert found(remembering(4095, (bias, 0)), only, LATE) == (units, units, 7 * UNIT, None)
    empty = lif((0,))
    assert found(empty, joint("x", "a", dense(np.zeros((0, 2))))) == (1, 1, 0, None)


def wide(excite: int, inhibit: int) -> Synapse:
    """Both in steps of 128 weight units, at most 254 of them, on the same neuron."""
    row = [min(excite, 127), max(excite - 127, 0), -min(inhibit, 127), -max(inhibit - 127, 0)]
    return joint("x", "a", dense([row, [0, 0, 0, 0]]), 7)


def test_the_register_may_be_full_to_the_last_step() -> None:
    """86 x 128 and 77 x 128: eleven times the one and once the other are 130,944 of 131,072."""
    up, down = 86 * 128, 77 * 128
    needed = found(remembering(1023), wide(86, 77), LATE, gap=3)
    assert needed == (up + 3 * up, up, (5 * up + down) * UNIT, None)


def test_where_that_is_too_much_both_directions_are_bounded_apart() -> None:
    """86 x 128 and 78 x 128 would fill the register to the very limit, 131,072."""
    up, down = 86 * 128, 78 * 128
    needed = found(remembering(1023), wide(86, 78), LATE, gap=3)
    assert needed == (up + 3 * up, up, 6 * down * UNIT, None)


# Of 131,072 units one must stay free, 4,096 are for the steps in which copies of a clock inhibit,
# and one is the least inhibition: 126,974 are left.
HALF = 126_974 // 2
LONG = joint("x", "a", dense([[127, 127, -127], [0, 0, 0]]), 6)


def test_where_neither_fits_the_register_is_divided() -> None:
    """Six steps of 381 << 6 are more than it holds. In the gap no input sends anything."""
    law = remembering(0, vth=20_000)
    late = joint("a:1", "y", dense([[1, 0], [0, 1]]))
    assert found(law, LONG, late, steps=6) == (HALF + 1, 1, HALF * UNIT, (HALF, HALF))


def divided(vth: np.ndarray) -> Inhibition:
    """A gap of three steps, bias of 72, and more than x that is received.

    b sends in the gap: up to 5 and -9. So does what is on its way: a's own spikes of three steps
    before, up to 4 and -1, and those of x, up to 7 and -2. p is read late, so it is silent.
    """
    return found(
        remembering(0, (72, 0), vth),
        LONG,
        joint("b p", "a", dense([[5, -3], [2, -9]])),
        joint("a:3", "a", dense([[4, -1], [0, 4]])),
        joint("x:2", "a", dense([[0, 7, 0], [0, 0, -2]])),
        joint("p:1", "y", dense([[1, 0], [0, 1]])),
        steps=6,
        gap=3,
        seen=(-20.0, 4.0),
        more={"b": lif((2,)), "p": lif((2,))},
    )


def test_the_register_is_divided_by_what_is_received_in_the_gap() -> None:
    """5 + 4 + 7 excite one neuron and bias needs 2: 18 in each of three steps; 11 inhibit the
    other. Of the 131,071 - 4,096 - 3 x 18 - 3 x 11 that are left, a quarter is for the membrane
    above: 10 thresholds in any case, and one and a half times the 20 that were seen below.
    """
    needed = divided(np.array([5, 31_722]))
    assert needed == (31_722 + 18, 18, (95_166 + 11) * UNIT, (95_166, 31_722))


def test_a_part_that_holds_no_threshold_is_refused() -> None:
    """The error tells what all inputs would need: (254 << 6) + 10 + 4 + 7 for the gap and for each
    of the six steps before, and 2 for the bias."""
    with pytest.raises(DoesNotFit, match="'a' is read late and needs an inhibition of 113941 wei"):
        divided(np.array([5, 31_723]))
