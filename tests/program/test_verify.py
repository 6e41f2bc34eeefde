"""How the parts of a Program must fit together: each rule at its limit and one past it."""

from dataclasses import replace

import numpy as np
import pytest
from changed_programs import accepted, refusal, small, with_a, with_source, with_synapse
from pass_programs import dense, joint, lif, network

from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import Affine, FloatProgram, Lif, Program, Source, zeros
from ssr_neuro.program.linear_maps import Dense
from ssr_neuro.program.notes import Notes
from ssr_neuro.program.verify import verify


def test_a_program_that_keeps_all_rules_is_accepted() -> None:
    assert accepted(small())


def test_the_pass_before_is_named() -> None:
    wrong = with_synapse(small(), 0, sources=())
    with pytest.raises(BadInput, match=r"^after fold: synapse 'x_to_a' reads nothing"):
        verify(wrong, after="fold")
    assert refusal(wrong) == "synapse 'x_to_a' reads nothing; it needs a source"


def test_names_are_unique() -> None:
    program = small()
    twice = replace(program, synapses=(*program.synapses, program.synapses[0]))
    assert refusal(twice) == "synapses ['x_to_a'] appear twice; names must be unique"
    named = replace(program, readouts=(replace(program.readouts[0], name="a"),))
    assert refusal(named) == "nodes ['a'] appear twice; names must be unique"


def test_synapses_stand_between_nodes() -> None:
    program = small()
    assert "names 'b', which is no node" in refusal(with_synapse(program, 1, target="b"))
    read = with_synapse(program, 1, sources=(Source("a", 1), Source("c", 1)))
    assert "synapse 'a_to_y' names 'c', which is no node" in refusal(read)


def test_nothing_ends_in_an_input_and_nothing_reads_a_readout() -> None:
    ends = with_synapse(small(), 1, target="x")
    assert refusal(ends) == "synapse 'a_to_y' ends in the input 'x'"
    reads = with_source(Source("y", 1))
    assert refusal(reads) == "synapse 'x_to_a' reads 'y', a readout, which sends no spikes"


def test_sources_of_one_synapse_have_one_shape() -> None:
    wrong = with_synapse(small(), 1, sources=(Source("a", 1), Source("x", 2)))
    assert "sums 'a' of (2,) and 'x' of (3,); a sum needs equal shapes" in refusal(wrong)


def test_the_maps_of_a_chain_fit_each_other_and_both_ends() -> None:
    def chained(*rows: object) -> Program:
        chain = tuple(Affine(dense(r), zeros((1,))) for r in rows)
        program = with_synapse(small(), 1, chain=chain)
        neuron = Lif(2.0, 0.5, np.zeros(2))
        return FloatProgram(
            **vars(program)
            | {
                "populations": (replace(program.populations[0], neuron=neuron),),
                "readouts": (replace(program.readouts[0], unit=None),),
            }
        )

    assert accepted(chained([[1, 0], [0, 1], [1, 1]], [[1, 2, 3]]))
    first, second = chained([[1, 2, 3]]), chained([[1, 2]], [[1, 2]])
    assert "'a_to_y': a map from (3,) receives (2,)" in refusal(first)
    assert "'a_to_y': a map from (2,) receives (1,)" in refusal(second)
    assert "ends in (2,), 'y' has (1,)" in refusal(chained([[1, 0], [0, 1]]))


def test_a_lag_is_not_negative() -> None:
    wrong = with_source(Source("x", None, -1))
    assert refusal(wrong) == "synapse 'x_to_a' reads 'x' 1 steps early; a lag is 0 or more"


def test_the_gap_of_samples_kept_apart_is_as_long_as_the_longest_lag() -> None:
    clocked = Notes(clock="a")
    assert accepted(with_source(Source("x", 3, 2), gap=2, notes=clocked))
    assert accepted(with_source(Source("x", 4, 3), gap=2))
    wrong = with_source(Source("x", 4, 3), gap=2, notes=clocked)
    assert "reads 'x' 3 steps later across a gap of 2; the gap must be as long" in refusal(wrong)


@pytest.mark.parametrize(("delay", "lag"), [(2, 0), (1, 1), (0, 0), (-1, 0)])
def test_a_delay_is_what_depths_and_lag_ask_for(delay: int, lag: int) -> None:
    told = refusal(with_source(Source("x", delay, lag)))
    assert f"delays 'x' by {delay} steps; depths and lag ask for {1 + lag}" in told


def test_a_synapse_takes_a_step_even_where_depths_ask_for_none() -> None:
    level = replace(with_a(depth=0), synapses=with_source(Source("x", 0)).synapses)
    assert "delays 'x' by 0 steps; depths and lag ask for 0" in refusal(level)


def test_a_delay_has_six_bits() -> None:
    assert accepted(with_source(Source("x", 62, 61)))
    assert "by 63 steps; a delay is at most 62" in refusal(with_source(Source("x", 63, 62)))


def test_depth_and_gap_are_no_longer_than_delays_lead() -> None:
    """Three nodes: 3 times 62 steps."""
    program = small()
    cut = replace(program, synapses=program.synapses[:1])
    for most in ({"gap": 186}, {"readouts": (replace(cut.readouts[0], depth=186),)}):
        assert accepted(replace(cut, **most))
    too_deep = replace(cut, readouts=(replace(cut.readouts[0], depth=187),))
    assert "a depth of 187 steps; delays among 3 nodes lead to 186 at most" in refusal(too_deep)
    for synapses in (program.synapses, ()):
        told = refusal(replace(program, gap=187, synapses=synapses))
        assert "a gap of 187 steps; delays among 3 nodes lead to 186" in told


def test_a_program_without_delays_has_no_depths_and_any_gap() -> None:
    program = with_a(depth=None)
    waiting = tuple(replace(s, sources=(Source(s.sources[0].name),)) for s in program.synapses)
    assert accepted(replace(program, synapses=waiting, gap=187))
    told = refusal(replace(small(), synapses=waiting))
    assert "'x_to_a' has no delay, and 'a' stands at depth 1; schedule the program again" in told


@pytest.mark.parametrize(
    ("within", "holds"),
    [
        ((0, 131072), True),
        ((131072, 0), True),
        ((0, 131073), False),
        ((131073, 0), False),
        ((-1, 5), False),
    ],
)
def test_a_current_that_samples_end_with_fits_its_register(
    within: tuple[int, int], holds: bool
) -> None:
    program = replace(small(), notes=Notes(assumed={"a": within}))
    if holds:
        assert accepted(program)
    else:
        assert f"the current of 'a' to end a sample within {within}; each" in refusal(program)


@pytest.mark.parametrize(
    "kept",
    [{"a": (0, 1)}, {"a": (3, 9)}, {"gone": ()}, {"b": (0, 4, 5)}, {"a": (0, 2), "b": (1, 2, 4)}],
)
def test_notes_name_each_neuron_that_was_kept(kept: dict[str, tuple[int, ...]]) -> None:
    assert accepted(replace(two_populations(), notes=Notes(kept=kept)))


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ({"a": (0,)}, "'a' has 2 neurons and the notes name 1 that"),
        ({"a": (0, 1, 2)}, "'a' has 2 neurons and the notes name 3 that"),
        ({"a": (3, 1)}, "'a' has 2 neurons and the notes name 2 that"),
        ({"a": (1, 1)}, "'a' has 2 neurons and the notes name 2 that"),
        ({"b": (0, 1)}, "'b' has 3 neurons and the notes name 2 that"),
        ({"gone": (0,)}, "'gone' has 0 neurons and the notes name 1 that"),
    ],
)
def test_notes_that_miss_a_neuron_are_refused(kept: dict[str, tuple[int, ...]], told: str) -> None:
    wrong = replace(two_populations(), notes=Notes(kept=kept))
    assert f"population {told} were kept; a pass dropped neurons without noting" in refusal(wrong)


def two_populations() -> Program:
    """a of two neurons and b of one row of three."""
    into_b = joint("a", "b", Dense(np.ones((3, 2), np.int64), (2,), (1, 3)))
    out = joint("b", "y", Dense(np.ones((1, 3), np.int64), (1, 3), (1,)))
    into_a = joint("x", "a", dense([[1, 2, 3], [4, 5, 6]]))
    return network({"a": lif((2,)), "b": lif((1, 3))}, into_a, into_b, out)
