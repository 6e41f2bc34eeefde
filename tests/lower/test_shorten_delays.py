"""Depths, delays, the gap and the clock, for what the passes before left."""

from dataclasses import replace

import numpy as np
from pass_programs import demand_same, dense, joint, lif, network, sizes

from ssr_neuro.lower.shorten_delays import ShortenDelays
from ssr_neuro.program.ir import Input, IntegerLif, IntegerProgram, Program, Readout

EYE = np.eye(2, dtype=int)
LAWS = {"a": lif((2,), 20), "b": lif((2,), 20)}
INTO = (joint("x", "a", dense(EYE * 50)), joint("x", "b", dense(EYE * 50)))


def clocked(program: Program) -> dict[str, list[list[int]]]:
    """The weights of the clock, by population."""
    return {
        s.target: s.map.expanded().toarray().tolist()
        for s in program.synapses
        if s.sources[0].name == program.notes.clock
    }


def without(program: Program, *synapses: str) -> IntegerProgram:
    """As if a pass had found that these synapses change nothing."""
    assert isinstance(program, IntegerProgram)
    return replace(program, synapses=tuple(s for s in program.synapses if s.name not in synapses))


def test_a_program_that_is_as_short_as_can_be_stays_so() -> None:
    program = without(
        network(LAWS, *INTO, joint("a:1", "b", dense(EYE)), joint("b", "y", dense(EYE)))
    )
    after = ShortenDelays().run(program)
    assert (after.gap, sizes(after), after.depth) == (1, sizes(program), program.depth)
    assert clocked(after) == clocked(program)
    demand_same(program, after)


def test_the_gap_and_the_clock_become_as_long_as_the_longest_lag_left() -> None:
    """b is no longer read late, so the clock leaves it; a keeps the inhibition that it had."""
    program = network(
        LAWS,
        *INTO,
        joint("a:1", "y", dense(EYE)),
        joint("a", "y", dense(EYE)),
        joint("b", "y", dense(EYE)),
        joint("b:3", "y", dense(EYE * 0)),
        steps=6,
    )
    assert (program.gap, sizes(program)["quiet"]) == (3, (3,))
    assert clocked(program).keys() == {"a", "b"}
    after = ShortenDelays().run(without(program, "b:3_to_y"))
    assert (after.gap, sizes(after)) == (1, {"quiet": (1,), "a": (2,), "b": (2,)})
    assert clocked(after) == {"a": [row[:1] for row in clocked(program)["a"]]}
    demand_same(program, after)


def test_without_a_lag_there_is_no_gap_and_no_clock() -> None:
    program = network(
        LAWS,
        *INTO,
        joint("a", "y", dense(EYE)),
        joint("b", "y", dense(EYE)),
        joint("b:3", "y", dense(EYE * 0)),
    )
    after = ShortenDelays().run(without(program, "b:3_to_y"))
    assert (after.gap, sizes(after)) == (0, {"a": (2,), "b": (2,)})
    assert clocked(after) == {}
    demand_same(program, after)


def test_inputs_that_are_read_late_need_a_gap_and_no_clock() -> None:
    program = network(
        LAWS,
        joint("x:2", "a", dense(EYE * 50)),
        joint("x", "b", dense(EYE * 50)),
        joint("a", "y", dense(EYE)),
        joint("b", "y", dense(EYE)),
        joint("b:3", "y", dense(EYE * 0)),
    )
    after = ShortenDelays().run(without(program, "b:3_to_y"))
    assert (after.gap, sizes(after)) == (2, {"a": (2,), "b": (2,)})
    demand_same(program, after)


def test_paths_that_became_shorter_are_scheduled_again() -> None:
    """a -> b -> y and a -> y: without the way over b, a's spikes wait for nothing."""
    program = network(
        LAWS,
        INTO[0],
        joint("a", "b", dense(EYE * 50)),
        joint("a", "y", dense(EYE)),
        joint("b", "y", dense(EYE * 0)),
    )
    (waiting,) = (s for s in program.synapses if s.name == "a_to_y")
    assert (program.depth, waiting.sources[0].delay) == (3, 2)
    after = ShortenDelays().run(without(program, "b_to_y"))
    (direct,) = after.into("y")
    assert (after.depth, direct.sources[0].delay) == (2, 1)
    demand_same(program, after)


def test_a_program_without_a_synapse_has_no_gap() -> None:
    readout: Readout[IntegerLif] = Readout("y", (1,), np.zeros((1,), np.int64), 0, 1.0)
    program = IntegerProgram("bare", 4, (Input("x", (1,)),), (), (), (readout,), gap=2)
    assert ShortenDelays().run(program).gap == 0
