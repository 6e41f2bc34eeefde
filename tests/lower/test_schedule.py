"""Depths and delays of small graphs, worked out by hand."""

from dataclasses import replace

import pytest
from pass_programs import dense, joint, lif

from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.lower.schedule import ScheduleNodes
from ssr_neuro.program.ir import (
    Input,
    IntegerProgram,
    Population,
    Program,
    Readout,
    Source,
    Synapse,
    zeros,
)


def graph(
    names: str, *edges: str, inputs: str = "x", readouts: str = "y", steps: int = 100
) -> Program:
    """Populations of one neuron each. Edges as "a b:2 > c": c reads a, and b two steps late."""
    read = (edge.split(" > ") for edge in edges)
    return IntegerProgram(
        "graph",
        steps,
        tuple(Input(name, (1,)) for name in inputs),
        tuple(Population(name, (1,), lif((1,))) for name in names),
        tuple(joint(sources, target, dense([[1]])) for sources, target in read),
        tuple(Readout(name, (1,), zeros((1,)), None, 1.0) for name in readouts),
    )


def scheduled(names: str, *edges: str, inputs: str = "x", steps: int = 100) -> Program:
    return ScheduleNodes().run(graph(names, *edges, inputs=inputs, steps=steps))


def depths(program: Program) -> dict[str, int]:
    return {node.name: program.depth_of(node.name) for node in program.nodes}


def delays(program: Program) -> dict[str, int | None]:
    """By source and target."""
    return {f"{s.name}{y.target}": s.delay for y in program.synapses for s in y.sources}


def test_a_node_works_at_the_depth_of_its_longest_path() -> None:
    program = scheduled("abc", "x > a", "a > b", "x > c", "b c > y")
    assert depths(program) == {"x": 0, "a": 1, "b": 2, "c": 1, "y": 3}
    assert delays(program) == {"xa": 1, "ab": 1, "xc": 1, "by": 1, "cy": 2}


def test_a_skip_past_synapses_waits_as_many_steps() -> None:
    program = scheduled("abc", "x > a", "a > b", "b > c", "x a c > y")
    assert delays(program)["xy"] == 4
    assert delays(program)["ay"] == 3
    assert delays(program)["cy"] == 1


def test_what_is_read_late_needs_as_many_steps_less_of_depth() -> None:
    program = scheduled("abc", "x > a", "a > b", "b > c", "c:1 > y")
    assert depths(program) == {"x": 0, "a": 1, "b": 2, "c": 3, "y": 3}
    assert delays(program)["cy"] == 1
    assert delays(scheduled("abc", "x > a", "a > b", "b > c", "c:2 a > y"))["ay"] == 1


def test_the_order_of_synapses_does_not_matter() -> None:
    edges = ("d > y", "c > d", "b > c", "a > b", "x > a")
    expected = {"x": 0, "a": 1, "b": 2, "c": 3, "d": 4, "y": 5}
    assert depths(scheduled("abcd", *edges)) == expected
    assert depths(scheduled("abcd", *edges[::-1])) == expected


def test_a_chain_that_begins_with_a_loop_may_stand_in_any_order() -> None:
    """Without an input each of the nodes is one synapse deeper than the one before."""
    program = scheduled("abc", "c > y", "b > c", "a > b", "a:1 > a", inputs="")
    assert depths(program) == {"a": 1, "b": 2, "c": 3, "y": 4}


def test_a_population_that_nothing_reaches_works_at_depth_0() -> None:
    program = scheduled("abc", "a > b", "x > c", "b c > y")
    assert depths(program) == {"x": 0, "a": 0, "b": 1, "c": 1, "y": 2}
    assert delays(program) == {"ab": 1, "xc": 1, "by": 1, "cy": 1}


def test_a_population_that_is_read_late_counts_as_reached_and_an_input_does_not() -> None:
    """The population gets a synapse that inhibits it between samples."""
    program = scheduled("ab", "a:1 > b", "x:1 > y", "b > y")
    assert depths(program) == {"x": 0, "a": 1, "b": 1, "y": 2}
    assert delays(program) == {"ab": 1, "xy": 3, "by": 1}


def test_a_population_that_reads_itself_late_stays_at_its_depth() -> None:
    program = scheduled("a", "x a:1 > a", "a > y")
    assert depths(program) == {"x": 0, "a": 1, "y": 2}
    assert delays(program) == {"xa": 1, "aa": 1, "ay": 1}
    assert delays(scheduled("a", "x > a", "a:3 > a", "a > y"))["aa"] == 3


@pytest.mark.parametrize(
    ("lags", "depth", "expected"),
    [
        ((1, 1), {"a": 1, "b": 1}, {"ab": 1, "ba": 1}),
        ((0, 2), {"a": 1, "b": 2}, {"ab": 1, "ba": 1}),
        ((0, 3), {"a": 1, "b": 2}, {"ab": 1, "ba": 2}),
        ((2, 0), {"a": 2, "b": 1}, {"ab": 1, "ba": 1}),
    ],
)
def test_a_loop_has_the_time_of_its_lags(
    lags: tuple[int, int], depth: dict[str, int], expected: dict[str, int]
) -> None:
    program = scheduled("ab", "x > a", f"a:{lags[0]} > b", f"b:{lags[1]} > a", "b > y")
    assert {name: depths(program)[name] for name in "ab"} == depth
    assert {pair: delays(program)[pair] for pair in ("ab", "ba")} == expected


@pytest.mark.parametrize(
    ("edges", "named"), [(("a > b", "b:1 > a"), "a, b"), (("a > a", "a > b"), "a")]
)
def test_a_loop_with_fewer_lags_than_synapses_is_refused(
    edges: tuple[str, str], named: str
) -> None:
    with pytest.raises(BadInput, match=f"'graph': {named} are in a loop that has fewer steps of"):
        scheduled("ab", "x > a", *edges, "b > y")


def test_what_lags_by_the_whole_sample_is_dropped() -> None:
    program = scheduled("a", "x a:3 > a", "a:4 > a", "a a:4 > y", steps=4)
    assert delays(program) == {"xa": 1, "aa": 3, "ay": 1}
    assert [s.name for s in program.synapses] == ["x+a:3_to_a", "a+a:4_to_y"]


def test_nodes_and_synapses_stand_in_order_of_depth() -> None:
    program = scheduled("cbda", "c > y", "b > c", "d > c", "x > a", "x > d", "a > b")
    assert [p.name for p in program.populations] == ["d", "a", "b", "c"]
    assert [s.target for s in program.synapses] == ["a", "d", "b", "c", "c", "y"]


def test_every_readout_has_its_depth() -> None:
    program = ScheduleNodes().run(
        graph("ab", "x > a", "a > b", "b > y", "a > z", inputs="x", readouts="yz")
    )
    assert [(r.name, r.depth) for r in program.readouts] == [("y", 3), ("z", 2)]


def test_a_program_that_was_scheduled_is_scheduled_anew() -> None:
    program = scheduled("ab", "x > a", "a > b", "b a > y")
    assert delays(program)["ay"] == 2
    shorter = [s for s in program.synapses if s.target != "b"]
    cut = replace(program, synapses=tuple(_without_b(s) for s in shorter))
    assert delays(ScheduleNodes().run(cut)) == {"xa": 1, "ay": 1}


def _without_b(synapse: Synapse) -> Synapse:
    sources: tuple[Source, ...] = tuple(s for s in synapse.sources if s.name != "b")
    return replace(synapse, sources=sources)


def test_a_delay_of_62_steps_fits_and_each_longer_one_is_named() -> None:
    assert delays(scheduled("a", "x:61 > a", "a:2 > y"))["xa"] == 62
    with pytest.raises(DoesNotFit) as refused:
        scheduled("a", "x:62 > a", "a:59 x:61 > y", "a > y")
    assert str(refused.value) == (
        "synapse 'x:62_to_a' holds the spikes of 'x' for 63 steps, 62 of them a delay of the "
        "network and 1 to wait for the path beside it; synapse 'a:59+x:61_to_y' holds the spikes "
        "of 'x' for 63 steps, 61 of them a delay of the network and 2 to wait for the path beside "
        "it. A synaptic delay is at most 62 steps: shorten the delay or the path, or relay the "
        "spikes by a population of their own"
    )
