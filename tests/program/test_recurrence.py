"""Loops: which nodes are in one, where a step of lag is added, and in what order nodes run."""

import numpy as np
import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    Lif,
    Population,
    Program,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Dense
from ssr_neuro.program.recurrence import groups, loop_of, with_lags

ONE = (Affine(Dense(np.ones((1, 1)), (1,), (1,)), np.zeros(1)),)


def network(populations: str, *connections: str) -> Program:
    """x -> populations of one letter -> y. A connection: "a>b" or "ac>b", "a:2>b" with a lag."""

    def synapse(connection: str) -> Synapse:
        sources, target = connection.split(">")
        names, _, lag = sources.partition(":")
        read = tuple(Source(name, lag=int(lag or 0)) for name in names)
        return Synapse(connection, read, target, ONE)

    neuron = Lif(2.0, 1.0, np.zeros(1))
    return FloatProgram(
        "hand",
        4,
        (Input("x", (1,)),),
        tuple(Population(name, (1,), neuron) for name in populations),
        tuple(map(synapse, connections)),
        (Readout("y", (1,), np.zeros(1)),),
    )


def lags(program: Program) -> dict[str, list[int]]:
    return {s.name: [source.lag for source in s.sources] for s in with_lags(program).synapses}


def test_nothing_is_in_a_loop_where_no_path_leads_back() -> None:
    program = network("abc", "x>a", "a>b", "ab>c", "c>y")
    assert loop_of(program) == {}
    assert lags(program) == {"x>a": [0], "a>b": [0], "ab>c": [0, 0], "c>y": [0]}


def test_a_population_that_reads_itself_is_a_loop() -> None:
    assert loop_of(network("ab", "x>a", "a>b", "b>b", "b>y")).keys() == {"b"}


def test_two_populations_that_read_each_other_are_a_loop() -> None:
    found = loop_of(network("abc", "x>a", "a>b", "b>a", "b>c", "c>y"))
    assert found.keys() == {"a", "b"}
    assert found["a"] == found["b"]


def test_a_lag_leaves_a_loop_a_loop() -> None:
    assert loop_of(network("ab", "x>a", "a:2>b", "b:1>a", "b>y")).keys() == {"a", "b"}


def test_loops_one_behind_the_other_have_numbers_of_their_own() -> None:
    found = loop_of(network("abcde", "x>a", "a>b", "b>c", "c>a", "c>d", "d>e", "e>d", "e>y"))
    assert found.keys() == set("abcde")
    assert found["a"] == found["b"] == found["c"]
    assert found["d"] == found["e"] != found["a"]


def test_connections_inside_a_loop_come_one_step_late() -> None:
    program = network("abcd", "x>a", "a>b", "b>a", "b>c", "c>d", "d>c", "c>c", "d>y")
    assert lags(program) == {
        "x>a": [0],
        "a>b": [1],
        "b>a": [1],
        "b>c": [0],  # from one loop into another
        "c>d": [1],
        "d>c": [1],
        "c>c": [1],
        "d>y": [0],
    }


def test_longer_lags_stay_and_only_sources_inside_the_loop_get_one() -> None:
    program = network("ab", "x>a", "a:3>a", "a:2>b", "xa>a", "b>y")
    assert lags(program) == {"x>a": [0], "a:3>a": [3], "a:2>b": [2], "xa>a": [0, 1], "b>y": [0]}


def test_nodes_follow_those_they_read_however_they_stand() -> None:
    program = network("cab", "c>y", "x>a", "a>b", "b>c")
    assert groups(program) == [("x",), ("a",), ("b",), ("c",), ("y",)]


def test_a_loop_is_one_group_between_what_it_reads_and_what_reads_it() -> None:
    """Within it the lags say who comes first: c reads b in the same step, and b reads a."""
    program = network("dcbae", "x>d", "d>a", "a>b", "b>c", "c:1>a", "c>e", "e>y")
    assert groups(program) == [("x",), ("d",), ("a", "b", "c"), ("e",), ("y",)]


def test_a_loop_that_reads_itself_in_the_same_step_has_no_order() -> None:
    program = network("ab", "x>a", "a>b", "b>a", "b>y")
    with pytest.raises(BadInput, match="program 'hand': ") as raised:
        groups(program)
    told = str(raised.value)
    assert "a -> b -> a read each" in told or "b -> a -> b read each" in told
    assert told.endswith(
        "read each other in the same step; a loop needs a connection with a lag of one step"
    )
    assert groups(with_lags(program))[1] in {("a", "b"), ("b", "a")}
