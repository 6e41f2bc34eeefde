"""What single neurons can and must fire in each step, worked out from their law."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from pass_programs import dense, joint, lif

from ssr_neuro.errors import BadInput
from ssr_neuro.lower.schedule import ScheduleNodes
from ssr_neuro.program.firing_bounds import Firing, firing_bounds
from ssr_neuro.program.fixed_point import U_LIMIT, WEIGHT_UNIT
from ssr_neuro.program.ir import Input, IntegerLif, IntegerProgram, Population, Synapse

UNIT = 64  # membrane units of a weight unit
Laws = dict[str, IntegerLif]
ALTERNATING = lif((1,), 5, 5 * UNIT, dv=0)  # at its threshold in step 1, beyond it in step 2


def network(laws: Laws, *synapses: Synapse, steps: int = 4, gap: int = 0) -> IntegerProgram:
    """x -> populations, scheduled."""
    shape = next((s.map.in_shape for s in synapses if s.sources[0].name == "x"), (1,))
    populations = tuple(Population(n, law.bias_mant.shape, law) for n, law in laws.items())
    program = IntegerProgram("hand", steps, (Input("x", shape),), populations, synapses, ())
    return replace(ScheduleNodes().run(program), gap=gap)


def alone(law: IntegerLif, weight: int = 0, **how: int) -> tuple[list[int], list[int]]:
    """When a neuron may and must fire that reads x by this weight."""
    return trains(firing_bounds(network({"a": law}, joint("x", "a", dense([[weight]])), **how)))


def trains(found: Mapping[str, Firing], name: str = "a") -> tuple[list[int], list[int]]:
    """May and must, 0 or 1 for each step of the only neuron."""
    firing = found[name]
    return firing.may[:, 0].astype(int).tolist(), firing.must[:, 0].astype(int).tolist()


NEVER, ALWAYS = [0, 0, 0, 0], [1, 1, 1, 1]


def test_an_input_may_or_may_not_excite() -> None:
    assert alone(lif((1,)), 6) == (ALWAYS, NEVER)
    assert alone(lif((1,)), 5) == ([0, 1, 1, 1], NEVER)  # at the threshold in the first step
    assert alone(lif((1,), dv=4096), 5) == (NEVER, NEVER)  # nothing is kept for the second
    assert alone(lif((1,)), -6) == (NEVER, NEVER)


def test_a_bias_fires_for_sure() -> None:
    assert alone(lif((1,), 5, 5 * UNIT + 8)) == (ALWAYS, ALWAYS)
    # v is 320, 640, and after the spike 320 again, which is not beyond the threshold.
    assert alone(ALTERNATING) == ([0, 1, 0, 1], [0, 1, 0, 1])


def test_inhibition_may_hold_a_spike_back() -> None:
    assert alone(lif((1,), 5, 6 * UNIT + 8), -1) == (ALWAYS, ALWAYS)
    assert alone(lif((1,), 5, 6 * UNIT), -1) == (ALWAYS, NEVER)


@pytest.mark.parametrize(("bias", "weight"), [(160, 3), (320, 1)])
def test_after_a_spike_that_may_have_been_it_starts_from_0_again(bias: int, weight: int) -> None:
    """Otherwise v would be 160, 320, 480 or 320, 640, and it would fire for sure."""
    assert alone(lif((1,), 5, bias, dv=0), weight) == (ALWAYS, NEVER)


def test_a_threshold_below_0_is_left_by_a_spike() -> None:
    """x may add 1 unit, c adds 4 in steps 2 and 4; of -2 units the bias takes 3 in each step.

    At most v is -2, then 0, which fires; then 0 - 3 + 1 = -2, which does not, and then 0 again.
    """
    laws = {"c": ALTERNATING, "a": lif((1,), -2, -3 * UNIT, dv=0)}
    reads = joint("x", "a", dense([[1]])), joint("c", "a", dense([[4]]))
    assert trains(firing_bounds(network(laws, *reads))) == ([0, 1, 0, 1], NEVER)


def test_thresholds_biases_and_decays_of_each_neuron() -> None:
    law = IntegerLif(
        dv=np.array([0, 0, 4096, 0]),
        vth=np.array([2, 4, 2, 1]),
        bias_mant=np.array([0, 0, 0, 3 * UNIT // 2]),
        bias_exp=1,
    )
    found = firing_bounds(network({"a": law}, joint("x", "a", dense([[2], [2], [2], [0]]))))["a"]
    assert found.may.T.astype(int).tolist() == [[0, 1, 1, 1], [0, 0, 1, 1], NEVER, ALWAYS]
    assert found.must.T.astype(int).tolist() == [NEVER, NEVER, NEVER, ALWAYS]


def test_the_memory_of_the_current() -> None:
    """du + 1 of 2048 keeps half: u is 4096 weight units, then 6144, then 7168."""
    law = IntegerLif(4096, np.array([6144, 6143]), np.zeros(2, np.int64), 0, 2047)
    found = firing_bounds(network({"a": law}, joint("x", "a", dense([[4096], [4096]]))))["a"]
    assert found.may.T.astype(int).tolist() == [[0, 0, 1, 1], [0, 1, 1, 1]]


def test_nothing_is_claimed_of_a_current_that_can_wrap() -> None:
    """+2^23 is kept by the chip, beyond it wraps; -2^23 wraps, one unit above does not."""
    most, firing = U_LIMIT // WEIGHT_UNIT, lif((1,), 5, 5 * UNIT + 8)
    assert alone(firing, most) == (ALWAYS, ALWAYS)
    assert alone(firing, most + 1) == (ALWAYS, NEVER)
    assert alone(lif((1,)), -most + 1) == (NEVER, NEVER)
    assert alone(lif((1,)), -most) == (ALWAYS, NEVER)


def test_sources_add_up_with_the_exponents_of_their_synapses() -> None:
    """At least c alone, at most b and c: 1 or 2 events of weight 3 * 2^1, less 1 of x."""
    laws = {"b": lif((1,)), "c": lif((1,), 5, 48 * 8)}
    reads = joint("x", "b", dense([[6]])), joint("b c", "a", dense([[3]]), 1)
    inhibition = joint("x", "a", dense([[-1]]))
    for vth, expected in ((4, (ALWAYS, ALWAYS)), (5, (ALWAYS, NEVER)), (12, (NEVER, NEVER))):
        program = network({**laws, "a": lif((1,), vth, dv=4096)}, *reads, inhibition)
        assert trains(firing_bounds(program)) == expected


@pytest.mark.parametrize(("weight", "may"), [(8, NEVER), (9, ALWAYS)])
def test_what_always_inhibits_is_taken_off_the_most(weight: int, may: list[int]) -> None:
    laws = {"c": lif((1,), 5, 48 * 8), "a": lif((1,), 5, dv=4096)}
    reads = joint("x", "a", dense([[weight]])), joint("c", "a", dense([[-3]]))
    assert trains(firing_bounds(network(laws, *reads))) == (may, NEVER)


def test_populations_may_stand_in_any_order() -> None:
    program = network({"a": lif((1,), dv=4096), "c": ALTERNATING}, joint("c", "a", dense([[6]])))
    for order in (program.populations, program.populations[::-1]):
        found = firing_bounds(replace(program, populations=order))
        assert trains(found) == ([0, 1, 0, 1], [0, 1, 0, 1])


def test_what_comes_late_and_what_is_under_way_when_the_sample_ends() -> None:
    """Three steps of inputs, read two steps late; the input is silent in the gap."""
    law = lif((1,), dv=4096)
    program = network({"a": law}, joint("x:2", "a", dense([[6]])), steps=3, gap=4)
    assert trains(firing_bounds(program, gap=True)) == ([0, 0, 1, 1, 1, 0, 0], [0] * 7)
    assert trains(firing_bounds(program)) == ([0, 0, 1], [0] * 3)


def test_steps_are_not_taken_for_equal_while_something_is_still_to_come() -> None:
    laws = {"b": lif((1,), dv=4096), "a": lif((1,), dv=4096)}
    reads = joint("x:3", "b", dense([[6]])), joint("b", "a", dense([[6]]))
    assert trains(firing_bounds(network(laws, *reads, steps=9))) == ([0] * 3 + [1] * 6, [0] * 9)


@pytest.mark.parametrize(("above", "in_gap"), [(5, 0), (6, 1)])
def test_a_current_that_is_assumed_to_end_low(above: int, in_gap: int) -> None:
    """It never decays: up to 30 units after three steps, which would fire in the gap."""
    law = lif((1,), 5, dv=4096, du=-1)
    program = network({"a": law}, joint("x", "a", dense([[10]])), steps=3, gap=2)
    assert trains(firing_bounds(program, gap=True)) == ([1] * 5, [0] * 5)
    found = firing_bounds(program, gap=True, assumed={"a": (0, above), "other": (0, 0)})
    assert trains(found) == ([1, 1, 1, in_gap, in_gap], [0] * 5)


@pytest.mark.parametrize(("below", "in_gap"), [(2, 1), (3, 0)])
def test_a_current_that_is_assumed_to_end_not_far_below_0(below: int, in_gap: int) -> None:
    """A bias of 8 units against a threshold of 5: 2 units of inhibition leave the spike."""
    law = lif((1,), 5, 8 * UNIT, dv=4096, du=-1)
    program = network({"a": law}, joint("x", "a", dense([[-10]])), steps=3, gap=2)
    found = firing_bounds(program, gap=True, assumed={"a": (below, 0)})
    assert trains(found) == ([1] * 5, [0, 0, 0, in_gap, in_gap])


@pytest.mark.parametrize(("neurons", "inputs", "operations"), [(1, 1, 65_556), (50, 100, 86_336)])
def test_a_limit_is_kept_in_operations_of_each_step(
    neurons: int, inputs: int, operations: int
) -> None:
    """Two calls of 32,768; 16 operations for each neuron, 4 for each synapse. v grows on and on."""
    laws = {"a": lif((neurons,), 1000, UNIT, dv=0)}
    program = network(laws, joint("x", "a", dense(np.ones((neurons, inputs)))), steps=3)
    assert len(firing_bounds(program, most=3 * operations)["a"].may) == 3
    with pytest.raises(BadInput, match="its 3 steps is not found within"):
        firing_bounds(program, most=3 * operations - 1)


def test_neurons_that_never_always_and_surely_fire() -> None:
    may = np.array([[0, 0, 1, 1, 1], [0, 1, 1, 1, 0]], bool)
    must = np.array([[0, 0, 1, 1, 1], [0, 0, 1, 0, 0]], bool)
    firing = Firing(may, must)
    assert firing.silent.tolist() == [True, False, False, False, False]
    assert firing.constant.tolist() == [False, False, True, False, False]
    assert firing.known.tolist() == [True, False, True, False, True]
