"""Neurons from which no path leads to a readout go, and nothing else does."""

from dataclasses import replace

import numpy as np
from pass_programs import apart, demand_same, dense, joint, lif, network, sizes

from ssr_neuro.lower import pass_names
from ssr_neuro.lower.drop_unread import DropUnread
from ssr_neuro.program.ir import IntegerProgram, Readout, zeros
from ssr_neuro.program.linear_maps import Dense, Kron

ALL = np.full((4, 3), 30)
EYE = np.eye(2, dtype=np.int64)


def only(row: int, column: int, weight: int = 30) -> Kron:
    """Reads one position and one feature of (2, 2)."""
    return Kron(EYE[row : row + 1], weight * EYE[column : column + 1])


def test_it_is_one_of_the_passes_that_optimise() -> None:
    assert "drop_unread" in pass_names(optimising=True)


def test_only_what_a_readout_depends_on_stays() -> None:
    """y reads b1, b1 reads a0 and a2; nobody reads b0 and c."""
    program = network(
        {"a": lif((4,), 20), "b": lif((2,), 20), "c": lif((2,), 20)},
        joint("x", "a", dense(ALL)),
        joint("a", "b", dense([[0, 30, 0, 30], [30, 0, -30, 0]])),
        joint("b", "c", dense([[30, 30], [30, 30]])),
        joint("b", "y", dense([[0, 3], [0, 5]])),
    )
    optimised = DropUnread().run(program)
    assert sizes(optimised) == {"a": (2,), "b": (1,)}
    assert optimised.notes.kept == {"a": (0, 2), "b": (1,), "c": ()}
    assert [s.name for s in optimised.synapses] == ["x_to_a", "a_to_b", "b_to_y"]
    demand_same(program, optimised)


def test_where_all_is_read_nothing_changes() -> None:
    program = network(
        {"a": lif((4,), 20)},
        joint("x", "a", dense(ALL)),
        joint("a", "y", dense([[1, 2, 0, 0], [0, 0, 3, 4]])),
    )
    assert DropUnread().run(program) is program


def test_loops_are_followed_around_and_around() -> None:
    """y reads a0, a0 reads b1, b1 reads a2, a2 reads b3; a loop of a1 and b0 is read by nobody."""
    around = np.zeros((4, 4), np.int64)
    around[0, 1] = around[2, 3] = around[1, 0] = 30
    back = np.zeros((4, 4), np.int64)
    back[1, 2] = back[0, 1] = 30
    program = network(
        {"a": lif((4,), 20), "b": lif((4,), 20)},
        joint("b:1", "a", dense(around)),
        joint("a:1", "b", dense(back)),
        joint("x", "a", dense(ALL)),
        joint("x", "b", dense(ALL)),
        joint("a", "y", dense([[1, 0, 0, 0]])),
    )
    for synapses in (program.synapses, program.synapses[::-1]):
        full = replace(program, synapses=synapses)
        optimised = DropUnread().run(full)
        assert optimised.notes.kept == {"a": (0, 2), "b": (1, 3)}
        assert "quiet" in sizes(optimised)
        demand_same(full, optimised)


def test_each_of_several_readouts_keeps_what_it_reads() -> None:
    """y reads a1, z reads a3 and w the input."""
    program = network(
        {"a": lif((4,), 20)},
        joint("x", "a", dense(ALL)),
        joint("a", "y", dense([[0, 1, 0, 0]])),
    )
    more = (joint("a", "z", dense([[0, 0, 0, 1]])), joint("x", "w", dense([[1, 2, 3]])))
    readouts = (Readout(name, (1,), zeros((1,)), 0, 1.0) for name in "zw")
    full = apart(
        replace(
            program,
            synapses=(*program.synapses, *more),
            readouts=(*program.readouts, *readouts),
        )
    )
    optimised = DropUnread().run(full)
    assert optimised.notes.kept == {"a": (1, 3)}
    demand_same(full, optimised)


def test_one_neuron_stays_for_a_readout_without_a_weight_and_what_it_hears_too() -> None:
    program = network(
        {"a": lif((4,), 20), "b": lif((2,), 20)},
        joint("x", "a", dense(ALL)),
        joint("a", "b", dense([[0, 0, 30, 0], [30, 0, 0, 0]])),
        joint("b", "y", dense([[0, 0]])),
    )
    optimised = DropUnread().run(program)
    assert optimised.notes.kept == {"a": (2,), "b": (0,)}
    demand_same(program, optimised)


def test_of_a_grid_the_position_that_is_read_is_left() -> None:
    """b mixes features and c positions, so c alone is cut to position 1 and feature 0."""
    program = network(
        {"b": lif((2, 2), 20), "c": lif((2, 2), 20)},
        joint("x", "b", Kron(EYE, 30 * np.ones((2, 2), np.int64))),
        joint("b", "c", Kron(30 * np.ones((2, 2), np.int64), EYE)),
        joint("c", "y", only(1, 0)),
    )
    optimised = DropUnread().run(program)
    assert sizes(optimised) == {"b": (2, 1), "c": (1, 1)}
    assert optimised.notes.kept == {"b": (0, 2), "c": (2,)}
    demand_same(program, optimised)


def test_a_sum_whose_sources_are_read_in_different_places_is_split() -> None:
    """b is read in position 0 by y and in position 1 by the sum, of which c has that one alone."""
    program = network(
        {"b": lif((2, 2), 20), "c": lif((2, 2), 20)},
        joint("x", "b", Kron(EYE * 30, EYE)),
        joint("x", "c", Kron(EYE * 40, EYE)),
        joint("b c", "y", only(1, 0)),
        joint("b", "y", only(0, 0, 7)),
    )
    optimised = DropUnread().run(program)
    assert sizes(optimised) == {"b": (2, 1), "c": (1, 1)}
    names = [s.name for s in optimised.into("y")]
    assert names == ["b+c_to_y", "b+c_to_y_from_c", "b_to_y"]
    demand_same(program, optimised)


def two_corners(*corner: int) -> IntegerProgram:
    """x -> a of 4 -> b of (2, 2), of which y reads the first and this one."""
    return network(
        {"a": lif((4,), 20), "b": lif((2, 2), 20)},
        joint("x", "a", dense(ALL)),
        joint("a", "b", Dense(np.eye(4, dtype=np.int64) * 30, (4,), (2, 2))),
        joint("b", "y", only(0, 0)),
        replace(joint("b", "y", only(*corner)), name="second"),
    )


def test_what_stays_because_its_grid_does_counts_as_read() -> None:
    assert sizes(DropUnread().run(two_corners(1, 1))) == {"a": (4,), "b": (2, 2)}
    assert sizes(DropUnread().run(two_corners(0, 1))) == {"a": (2,), "b": (1, 2)}
    for corner in ((1, 1), (0, 1)):
        full = two_corners(*corner)
        demand_same(full, DropUnread().run(full))
