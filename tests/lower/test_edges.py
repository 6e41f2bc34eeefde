"""What is left when nearly nothing is: optimising passes and verify at their edges."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pass_programs import apart, demand_same, dense, joint, lif, network, sizes, spikes

from simulators.fast import Fast
from simulators.reference import SIMULATOR
from ssr_neuro.errors import BadInput
from ssr_neuro.lower.constant_neurons import ConstantNeurons
from ssr_neuro.lower.drop_unread import DropUnread
from ssr_neuro.lower.merge_duplicates import MergeDuplicates
from ssr_neuro.program.ir import Input, IntegerProgram, Population, Program, Readout, Source, zeros
from ssr_neuro.program.verify import verify


def test_a_readout_that_hears_nothing_of_an_input_is_no_trouble() -> None:
    program = network({"a": lif((2,))}, joint("x", "y", dense([[0, 0, 0]])))
    optimised = DropUnread().run(program)
    assert not optimised.populations
    demand_same(program, optimised)


def test_a_program_without_a_synapse_runs() -> None:
    bias = np.array([3, -4])
    program = IntegerProgram(
        "bare", 2, (Input("x", (1,)),), (), (), (Readout("y", (2,), bias, 0, 1.0),)
    )
    for simulator in (SIMULATOR, Fast()):
        values = simulator.run(program, spikes(program)).readouts["y"]
        np.testing.assert_array_equal(values, np.broadcast_to(bias, (5, 2, 2)))


def test_constant_neurons_go_all_at_once_or_as_many_as_fit() -> None:
    """64 x 60 a neuron: one register of 4095 << 3 holds eight of them beside the odd bias."""

    def fed_by(count: int) -> Program:
        return network(
            {"a": lif((count,), 20, 2000), "b": lif((1,), 20, 8)},
            joint("a", "b", dense(np.full((1, count), 60))),
            joint("b", "y", dense([[1]])),
            joint("x", "y", dense([[1, 1, 1]])),
        )

    for count, left in ((8, 0), (12, 4)):
        optimised = ConstantNeurons().run(fed_by(count))
        assert sizes(optimised).get("a", (0,)) == (left,)
        demand_same(fed_by(count), optimised)


def test_neurons_alone_of_their_kind_stay_between_those_that_merge() -> None:
    program = network(
        {"a": lif((5,), 20)},
        joint("x", "a", dense([[50, 0, 0], [0, 50, 0], [50, 0, 0], [0, 0, 50], [0, 50, 0]])),
        joint("a", "y", dense([[1, 2, 3, 4, 5]])),
    )
    optimised = MergeDuplicates().run(program)
    assert optimised.notes.kept == {"a": (0, 1, 3)}
    demand_same(program, optimised)


def looped() -> Program:
    """x -> a -> y, and a reads itself one step late; the clock is there."""
    return network(
        {"a": lif((2,), 20)},
        joint("x", "a", dense(np.ones((2, 3)))),
        joint("a:1", "a", dense(np.eye(2))),
        joint("a", "y", dense([[1, 1]])),
    )


def with_synapse(name: str, **how: object) -> Callable[[Program], Program]:
    def change(program: Program) -> Program:
        changed = (replace(s, **how) if s.name == name else s for s in program.synapses)
        return replace(program, synapses=tuple(changed))

    return change


def with_law(**how: object) -> Callable[[Program], Program]:
    def change(program: Program) -> Program:
        def law(p: Population) -> Population:
            return replace(p, neuron=replace(p.neuron, **how)) if p.name == "a" else p

        return replace(program, populations=tuple(map(law, program.populations)))

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (with_synapse("a_to_y", sources=()), "synapse 'a_to_y' reads nothing; it needs a source"),
        (with_synapse("a_to_y", sources=(Source("y"),)), "reads 'y', a readout, which sends no"),
        (with_synapse("a_to_y", target="x"), "synapse 'a_to_y' ends in the input 'x'"),
        (with_synapse("a_to_y", exponent=-1), "'a_to_y' has an exponent of -1; it is 0 to 7"),
        (
            with_synapse("x_to_a", sources=(Source("x"),)),
            "'x_to_a' has no delay, and 'a' stands at depth 1; schedule the program again",
        ),
        (with_law(dv=-1), "dv of 'a' spans -1 to -1; it is 0 to 4096"),
        (with_law(du=np.array([-2, 4095])), "du of 'a' spans -2 to 4095; it is -1 to 4095"),
        (
            lambda program: replace(
                program,
                populations=(
                    *program.populations,
                    replace(program.populations[0], name="b", depth=999),
                ),
            ),
            r"a depth of 999 steps; delays among \d nodes lead to \d+ at most",
        ),
        (
            lambda program: replace(program, gap=0),
            "reads 'a' 1 steps later across a gap of 0; the gap must be as long, or samples meet",
        ),
    ],
)
def test_verify_names_what_a_pass_broke(change: Callable[[Program], Program], message: str) -> None:
    verify(looped(), after="building")
    with pytest.raises(BadInput, match=f"after a pass: .*{message}"):
        verify(change(looped()), after="a pass")


def test_every_readout_of_several_keeps_its_bits() -> None:
    """Two read one population in different places, one of them late, and one an input."""
    program = network(
        {"a": lif((3,), 20), "b": lif((2,), 5, -30000)},
        joint("x", "a", dense(np.eye(3) * 50)),
        joint("a", "b", dense(np.ones((2, 3)))),
        joint("a", "y", dense([[1, 0, 0]])),
    )
    more = (
        joint("a:2", "z", dense([[0, 0, 5]])),
        joint("b", "z", dense([[1, 1]])),
        joint("x", "w", dense([[1, 2, 3]])),
    )
    readouts = (Readout(name, (1,), zeros((1,)), 0, 1.0) for name in "zw")
    full = apart(
        replace(
            program,
            synapses=(*program.synapses, *more),
            readouts=(*program.readouts, *readouts),
        )
    )
    for one_pass in (DropUnread(), MergeDuplicates(), ConstantNeurons()):
        demand_same(full, one_pass.run(full))
