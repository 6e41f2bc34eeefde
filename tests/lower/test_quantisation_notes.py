"""What quantising tells of a node: how its weights were rounded, and why it may not be exact."""

from collections.abc import Sequence

import numpy as np
import pytest
from pass_programs import dense, joint

from ssr_neuro.lower.quantisation_notes import add_clipped, describe_rounding, explain_inexact
from ssr_neuro.lower.weight_scale import WeightScale
from ssr_neuro.program.ir import (
    Input,
    IntegerLif,
    IntegerProgram,
    Lif,
    Population,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.notes import Notes, Rounding

SCALE = WeightScale(4000, 0.25, 2)


def rounding(exact: Sequence[list[float]], whole: Sequence[list[int]]) -> Rounding:
    floats, integers = ([np.array(each) for each in parts] for parts in (exact, whole))
    return describe_rounding(SCALE, floats, integers, 0.75)


def test_rounding_is_counted_over_all_synapses() -> None:
    """Errors of 0.4, 0.4, 0.5, 0.2, 3.75 and 0; what moved by more than a half was clipped."""
    found = rounding([[1.4, -2.6, 6.5], [0.2, -130.75, 1.0]], [[1, -3, 6], [0, -127, 1]])
    assert found == Rounding(
        vth=4000,
        scale=0.25,
        exponent=2,
        weights=6,
        largest_weight=127,
        odd=4,
        largest_error=3.75,
        clipped=1,
        held=0.75,
    )
    turned = rounding([[0.2, -130.75, 1.0], [1.4, -2.6, 6.5]], [[0, -127, 1], [1, -3, 6]])
    assert turned == found


def test_weights_that_were_whole_have_no_error() -> None:
    found = rounding([[0.0, 0.0]], [[0, 0]])
    assert (found.largest_weight, found.odd, found.largest_error, found.clipped) == (0, 0, 0.0, 0)


def test_a_node_that_nothing_reaches_has_no_weight() -> None:
    found = rounding([], [])
    assert (found.weights, found.largest_weight, found.largest_error) == (0, 0, 0.0)


def test_rounding_that_balances_may_move_a_weight_by_a_whole_step() -> None:
    exact, whole = [np.array([1.2, 1.2, 1.0, -2.0])], [np.array([0, 2, 2, -3])]
    found = describe_rounding(SCALE, exact, whole, 1.0, rounded=1.0)
    assert found.clipped == 1
    assert found.largest_error == pytest.approx(1.2)
    assert describe_rounding(SCALE, exact, whole, 1.0).clipped == 4


def test_scales_of_single_neurons_are_noted_as_numbers() -> None:
    scale = WeightScale(None, np.array([0.5, 0.25]))
    found = describe_rounding(scale, [np.ones(2)], [np.ones(2, np.int64)], 1.0)
    assert (found.vth, found.scale, found.exponent) == (None, (0.5, 0.25), 0)


def reason(law: IntegerLif, *synapses: Synapse, tau: float = 1.0, steps: int = 4) -> str:
    """Of a population whose float neuron has a membrane that stays whole."""
    shape = law.bias_mant.shape
    program = IntegerProgram(
        "hand",
        steps,
        (Input("x", synapses[0].map.in_shape),),
        (Population("a", shape, law),),
        synapses,
        (),
    )
    return explain_inexact("a", Lif(tau, 1.0, np.zeros(shape)), program)


def law(
    dv: int | Array = 4096,
    du: int | Array = 4095,
    bias: tuple[int, int] = (0, 0),
    exponent: int = 0,
) -> IntegerLif:
    return IntegerLif(dv, 5, np.array(bias), exponent, du)


def into(units: int, exponent: int = 0) -> Synapse:
    """Weights that add up to so many steps of 2**exponent weight units at one of two neurons."""
    return joint("x", "a", dense([[units - 1, -1], [0, 1]]), exponent)


def test_a_current_up_to_its_limit_does_not_wrap() -> None:
    """2^23 membrane units are 131,072 weight units."""
    wraps = "current could reach 8388672 and wrap, limit 8388608"
    assert reason(law(), into(131_073)) == wraps
    assert reason(law(), into(1024, 7), into(1)) == wraps
    assert reason(law(), into(1024, 7)) == "membrane could reach 8388608, limit 8388607"


def test_every_source_of_a_sum_counts() -> None:
    two = Synapse("two", (Source("x"), Source("a", lag=1)), "a", into(65_537).chain)
    assert reason(law(), two) == "current could reach 8388736 and wrap, limit 8388608"


@pytest.mark.parametrize("du", [2047, np.array([4095, 2047])])
def test_a_current_with_memory_may_add_up_in_every_step(du: int | Array) -> None:
    assert reason(law(du=du), into(32_769)) == "current could reach 8388864 and wrap, limit 8388608"
    assert reason(law(dv=4096, du=du), into(32_767)) == ""


@pytest.mark.parametrize(
    ("bias", "exponent", "membrane"),
    [
        ((-63, 3), 0, None),
        ((-64, 3), 0, 8_388_608),
        ((3, 64), 0, 8_388_608),
        ((16, 0), 2, 8_388_608),
        ((15, 0), 2, None),
        ((0, 0), 6, None),
    ],
)
def test_a_membrane_that_is_overwritten_holds_one_step(
    bias: tuple[int, int], exponent: int, membrane: int | None
) -> None:
    """131,071 weight units are 8,388,544 membrane units, and the limit is 63 above."""
    told = "" if membrane is None else f"membrane could reach {membrane}, limit 8388607"
    assert reason(law(bias=bias, exponent=exponent), into(131_071)) == told


@pytest.mark.parametrize("dv", [2048, np.array([4096, 2048])])
def test_a_membrane_may_add_up_in_every_step(dv: int | Array) -> None:
    """Four times 2,097,088 and a bias."""
    assert reason(law(dv, bias=(63, 0)), into(32_767)) == ""
    told = "membrane could reach 8388608, limit 8388607"
    assert reason(law(dv, bias=(64, 0)), into(32_767)) == told
    assert reason(law(dv, bias=(64, 0)), into(32_767), steps=3) == ""


def inexact(neuron: Lif, steps: int = 4) -> str:
    program = IntegerProgram("hand", steps, (), (Population("a", (2,), law()),), (), ())
    return explain_inexact("a", neuron, program)


def test_time_constants_that_are_truncated_are_named() -> None:
    def lif(tau: float | Array, tau_syn: float | Array = 1.0, leak: bool = True) -> Lif:
        return Lif(tau, 1.0, np.zeros(2), leak, tau_syn)

    end = "over 4 steps is truncated on the chip"
    assert inexact(lif(2.0)) == inexact(lif(2.0, 2.0)) == ""
    assert inexact(lif(3.0)) == f"tau of 3 steps {end}"
    assert inexact(lif(8.0)) == f"tau of 8 steps {end}"
    assert inexact(lif(8.0), steps=3) == ""
    assert inexact(lif(np.array([3.0, 2.5]))) == f"tau of 2.5 to 3 steps {end}"
    assert inexact(lif(3.0, leak=False)) == ""
    assert inexact(lif(3.0, 3.0, leak=False)) == f"tau_syn of 3 steps {end}"
    assert inexact(lif(2.0, np.array([1.0, 3.0]))) == (
        f"tau of 2 steps and tau_syn of 1 to 3 steps {end}"
    )


def noted(clipped: int, held: float, before: str | None = None) -> dict[str, str]:
    row = Rounding(4000, 0.25, 0, 6, 127, 3, 3.75, clipped, held)
    notes = Notes(quantisation={"a": row}, inexact={} if before is None else {"a": before})
    return dict(add_clipped(notes).inexact)


def test_clipped_weights_are_a_reason_too() -> None:
    assert noted(0, 0.5) == {}
    start = "2 weights are clipped, the worst by 3.75 integer steps; "
    assert noted(2, 0.5) == {"a": f"{start}calibration holds 50% of the largest weight"}
    assert noted(2, 1.0) == {"a": f"{start}its threshold is too small for them"}
    assert noted(2, 1.0, "tau is") == {"a": f"tau is; {start}its threshold is too small for them"}
    assert noted(0, 0.5, "tau is") == {"a": "tau is"}
