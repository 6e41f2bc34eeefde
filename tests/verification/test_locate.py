"""Simulators that are wrong on purpose: the first wrong neuron is found, with what led to it."""

from collections.abc import Callable

import numpy as np
import pytest
from small_programs import neuron, random_inputs, skip_program, synapse

from simulators.reference import Reference
from ssr_neuro.errors import Mismatch
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import Input, IntegerProgram, Population, Program, Readout
from ssr_neuro.program.linear_maps import Dense
from ssr_neuro.program.simulator import Simulator
from ssr_neuro.program.trace import Trace, compare
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.verification.locate import Located, locate
from ssr_neuro.verification.prove import Lowered, agree, run_all

Damage = Callable[[Trace], None]
WEIGHT = Dense(np.array([[3]]), (1,), (1,))
# Membranes of 192 a spike, half of them kept; the threshold is 5 * 64 = 320.
X = np.array([[1, 0, 0], [1, 1, 1]], np.uint8)[:, :, None]


class Wrong:
    """The reference on another program, or with its trace damaged."""

    name = "wrong"

    def __init__(
        self, damage: Damage = lambda _: None, program: Callable[[Program], Program] = lambda p: p
    ) -> None:
        self.damage, self.program = damage, program

    def run(self, program: Program, inputs: dict[str, Bits], *, membranes: bool = False) -> Trace:
        trace = Reference().run(self.program(program), inputs, membranes=membranes)
        self.damage(trace)
        return trace


def line(vth: int = 5) -> Program:
    """x -> a -> y, one neuron each."""
    return IntegerProgram(
        "line",
        3,
        (Input("x", (1,)),),
        (Population("a", (1,), neuron((1,), vth), 1),),
        (synapse("x_a", "a", WEIGHT, ("x", 1)), synapse("a_y", "y", WEIGHT, ("a", 1))),
        (Readout("y", (1,), np.array([7]), 2, 1.0),),
    )


def located(program: Program, inputs: dict[str, Bits], wrong: Simulator) -> Located:
    left, right = Reference().run(program, inputs), wrong.run(program, inputs)
    first = compare(left, right, ("reference", "wrong")).first
    assert first is not None
    return locate(program, inputs, Reference(), wrong, first)


def test_a_wrong_threshold_is_followed_by_hand() -> None:
    """v of sample 1: 192, 96 + 192 = 288, 144 + 192 = 336; or reset at 256, and 192."""
    found = located(line(), {"x": X}, Wrong(program=lambda _: line(vth=4)))
    at = found.difference
    assert (at.node, at.sample, at.step, at.neuron, at.values) == ("a", 1, 1, (0,), (0, 1))
    assert found.left.membranes == (192, 288, 336)
    assert found.right.membranes == (192, 288, 192)
    assert (found.left.sent, found.right.sent) == ((0, 0, 1), (0, 1, 0))
    assert found.arriving == {"x_a": (3, 3, 3)}
    assert found.describe().splitlines() == [
        "population 'a', neuron (0), sample 1, step 2: reference has 0, wrong has 1",
        "  step                   1    2    3",
        "  arrives by x_a         3    3    3",
        "  membrane, reference  192  288  336",
        "  sends, reference       0    0    1",
        "  membrane, wrong      192  288  192",
        "  sends, wrong           0    1    0",
    ]


@pytest.mark.parametrize("at", [("a", 2, 1, (3, 2)), ("b", 0, 3, (0, 0)), ("c", 4, 0, (1, 1))])
def test_one_flipped_spike_is_found_where_it_is(at: tuple) -> None:
    """Sample `at[1]` is told by its inputs, so that it is wrong among others and alone."""
    node, sample, step, place = at
    program = skip_program(0)
    inputs = random_inputs(program, 5, seed=3)
    marked = inputs["input"][sample]

    def flip(trace: Trace) -> None:
        (hits,) = np.nonzero((trace.inputs["input"] == marked).all(axis=(1, 2, 3)))
        trace.spikes[node][(hits[0], step, *place)] ^= 1

    found = located(program, inputs, Wrong(flip))
    assert (found.difference.node, found.difference.sample) == (node, sample)
    assert (found.difference.step, found.difference.neuron) == (step, place)
    different = [i for i in range(4) if found.left.sent[i] != found.right.sent[i]]
    assert different == [step]
    assert found.left.membranes == found.right.membranes
    assert found.remark == ""


def test_a_skip_shows_what_arrives_from_both_of_its_sources() -> None:
    program, inputs = skip_program(1), random_inputs(skip_program(1), 2, seed=0)

    def flip(trace: Trace) -> None:
        trace.spikes["c"][0, 2, 1, 0] ^= 1

    found = located(program, inputs, Wrong(flip))
    spikes = Reference().run(program, inputs).spikes
    summed = program.into("c")[0].map.apply(spikes["a"].astype(int) + spikes["b"])
    assert found.arriving == {"b_c": tuple(summed[0, :, 1, 0])}


def test_a_wrong_readout_shows_its_values() -> None:
    def shift(trace: Trace) -> None:
        trace.readouts["y"][-1, 2] += 1

    found = located(line(), {"x": X}, Wrong(shift))
    assert (found.difference.node, found.difference.values) == ("y", (10, 11))
    assert (found.left.membranes, found.left.sent, found.right.sent) == (
        None,
        (7, 7, 10),
        (7, 7, 11),
    )
    assert found.arriving == {"a_y": (0, 0, 3)}


def carry_over(trace: Trace) -> None:
    """A state that is not cleared: a spike too many wherever a sample went before."""
    trace.spikes["a"][1:, 0] = 1


def test_what_shows_only_behind_other_samples_is_shown_behind_them() -> None:
    found = located(line(), {"x": X}, Wrong(carry_over))
    assert (found.left.sent, found.right.sent) == ((0, 0, 1), (1, 0, 1))
    assert "Alone the sample shows no difference; here it follows the 1 before it." in (
        found.describe()
    )


def test_what_does_not_show_again_is_said() -> None:
    runs = []

    def once(trace: Trace) -> None:
        if not runs:
            trace.spikes["a"][1, 0] = 1
        runs.append(trace)

    found = located(line(), {"x": X}, Wrong(once))
    assert found.left.sent == found.right.sent == (0, 0, 1)
    assert "alone or behind others, the sample shows no difference" in found.describe()
    assert len(runs) == 3


def test_run_all_ends_with_the_table() -> None:
    wrong, program = Wrong(program=lambda _: line(vth=4)), line()
    both = Lowered(program, program)
    with pytest.raises(Mismatch) as caught:
        run_all(both, {"x": X}, [Reference(), Reference(), wrong], Stopwatch())
    head, *rest = str(caught.value).splitlines()
    where = "population 'a', neuron (0), sample 1, step 2: reference has 0, wrong has 1"
    assert head == f"reference and wrong differ in 4 of 12 values, first at {where}"
    assert rest == located(line(), {"x": X}, wrong).describe().splitlines()
    runs = run_all(both, {"x": X}, [Reference(), Reference()], Stopwatch())
    assert [c.equal for c in runs.comparisons] == [True]
    assert agree(program, {"x": X}, runs.trace, Reference(), Wrong()).mismatches == 0


def test_a_pass_that_changes_a_spike_is_shown_in_the_same_way() -> None:
    with pytest.raises(Mismatch) as caught:
        run_all(Lowered(line(), line(vth=4)), {"x": X}, [Reference()], Stopwatch())
    text = str(caught.value)
    assert "reference, unoptimised and reference, optimised differ in 4 of 12" in text
    assert "  membrane, reference, unoptimised  192  288  336" in text
    assert "  membrane, reference, optimised    192  288  192" in text
