"""What must stay where neurons are left out: grids, the clock, and a source of every readout."""

from dataclasses import replace

import numpy as np
import pytest
from pass_programs import apart, dense, joint, lif, network, sizes

from ssr_neuro.lower.remove_neurons import (
    clock_of,
    enclosing_grid,
    extend_kept,
    grid_nodes,
    readout_anchors,
    remove_neurons,
)
from ssr_neuro.program.ir import (
    IntegerProgram,
    Readout,
    zeros,
)
from ssr_neuro.program.linear_maps import Array, Dense, Kron

EYE = np.eye(2, dtype=np.int64)


def mask(*kept: int) -> Array:
    return np.array(kept, bool)


def rows_of(program: IntegerProgram, name: str) -> list[list[int]]:
    (synapse,) = (s for s in program.synapses if s.name == name)
    return synapse.map.expanded().toarray().tolist()


def late() -> IntegerProgram:
    """x -> a -> y, a step late; the clock is there."""
    return network(
        {"a": lif((3,), 20)},
        joint("x", "a", dense(np.full((3, 3), 30))),
        joint("a:1", "y", dense([[1, 2, 4]])),
    )


def test_the_clock_is_the_population_noted_as_such_where_samples_have_a_gap() -> None:
    program = late()
    assert clock_of(program) == "quiet"
    assert clock_of(replace(program, gap=0)) is None
    assert clock_of(replace(program, notes=replace(program.notes, clock=None))) is None
    assert clock_of(replace(program, notes=replace(program.notes, clock="gone"))) is None
    assert clock_of(replace(program, populations=program.populations[1:])) is None


def test_both_ends_of_a_kron_are_grids() -> None:
    program = network(
        {"a": lif((2, 2)), "b": lif((2, 2)), "c": lif((3,)), "d": lif((2, 2))},
        joint("x", "a", Dense(np.ones((4, 4), np.int64), (2, 2), (2, 2))),
        joint("x", "d", Dense(np.ones((4, 4), np.int64), (2, 2), (2, 2))),
        joint("a d", "b", Kron(EYE, EYE)),
        joint("b", "c", Dense(np.ones((3, 4), np.int64), (2, 2), (3,))),
        joint("c", "y", dense([[1, 1, 1]])),
    )
    assert grid_nodes(program) == {"a", "d", "b"}


@pytest.mark.parametrize(
    ("given", "enclosing"),
    [
        ([[0, 1, 0], [0, 0, 0]], [[0, 1, 0], [0, 0, 0]]),
        ([[0, 1, 0], [0, 0, 1]], [[0, 1, 1], [0, 1, 1]]),
        ([[1, 0, 1], [0, 0, 0]], [[1, 0, 1], [0, 0, 0]]),
        ([[0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0]]),
    ],
)
def test_the_least_grid_around_some_neurons(
    given: list[list[int]], enclosing: list[list[int]]
) -> None:
    assert enclosing_grid(np.array(given, bool)).tolist() == np.array(enclosing, bool).tolist()


def two_into_y(first: str, second: str = "b") -> IntegerProgram:
    """x -> a and b, and then two synapses into y and one into z, to which b alone leads."""
    program = network(
        {"a": lif((3,), 20), "b": lif((3,), 20)},
        joint("x", "a", dense(np.full((3, 3), 30))),
        joint("x", "b", dense(np.full((3, 3), 40))),
        joint(first, "y", dense([[1, 2, 4]])),
        replace(joint(second, "y", dense([[8, 16, 32]])), name="second"),
    )
    readout = Readout("z", (1,), zeros((1,)), 0, 1.0)
    more = joint("b", "z", dense([[1, 1, 1]]))
    added = replace(
        program,
        readouts=(*program.readouts, readout),
        synapses=(*program.synapses, more),
    )
    return apart(added)


@pytest.mark.parametrize(
    ("first", "a", "b", "anchors"),
    [
        ("a", (0, 0, 0), (0, 0, 0), {"a": [1, 0, 0], "b": [1, 0, 0]}),
        ("a", (0, 0, 1), (0, 0, 0), {"b": [1, 0, 0]}),
        ("a", (0, 0, 0), (0, 1, 0), {}),
        ("b", (0, 0, 0), (0, 0, 0), {"b": [1, 0, 0]}),
        ("x", (0, 0, 0), (0, 0, 0), {"b": [1, 0, 0]}),  # an input always stays
    ],
)
def test_a_readout_without_any_source_keeps_the_first_neuron_of_its_first(
    first: str, a: tuple[int, ...], b: tuple[int, ...], anchors: dict[str, list[int]]
) -> None:
    program = two_into_y(first)
    keep = {"a": mask(*a), "b": mask(*b)}
    found = {name: kept.astype(int).tolist() for name, kept in readout_anchors(program, keep)}
    assert found == anchors
    extended = {
        name: kept.astype(int).tolist() for name, kept in extend_kept(program, keep).items()
    }
    assert extended == {"a": list(a), "b": list(b)} | anchors


def test_a_readout_that_nothing_leads_to_needs_no_source() -> None:
    program = two_into_y("a")
    alone = replace(program, synapses=tuple(s for s in program.synapses if s.target != "z"))
    keep = {"a": mask(1, 0, 0), "b": mask(0, 0, 0)}
    assert not list(readout_anchors(alone, keep))


def grid() -> IntegerProgram:
    """x -> a of (2, 2) -> y, and b of 4 beside it, which is no grid."""
    return network(
        {"a": lif((2, 2), np.array([[20, 21], [22, 23]])), "b": lif((4,), 20)},
        joint("x", "a", Kron(EYE * 30, EYE)),
        joint("x", "b", Dense(np.eye(4, dtype=np.int64) * 40, (2, 2), (4,))),
        joint("a", "y", Dense(np.array([[1, 2, 4, 8]]), (2, 2), (1,))),
        joint("b", "y", dense([[1, 1, 1, 1]])),
    )


def test_a_grid_keeps_whole_positions_and_features_and_others_each_neuron_alone() -> None:
    program = grid()
    keep = {"a": np.array([[False, True], [False, False]]), "b": mask(1, 0, 0, 1)}
    kept = extend_kept(program, keep)
    assert kept["a"].tolist() == keep["a"].tolist()
    assert kept["b"].tolist() == keep["b"].tolist()
    assert extend_kept(program, {"a": EYE.astype(bool)})["a"].all()
    left = remove_neurons(program, kept)
    assert sizes(left) == {"a": (1, 1), "b": (2,)}
    assert left.population("a").neuron.vth.tolist() == [[21]]
    assert isinstance(left.into("a")[0].map, Kron)
    assert rows_of(left, "a_to_y") == [[2]]
