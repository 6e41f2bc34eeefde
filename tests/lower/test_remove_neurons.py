"""Leaving neurons out: what is sliced, what is split and what is noted."""

from dataclasses import replace

import numpy as np
import pytest
from pass_programs import demand_same, dense, joint, lif, network, sizes

from ssr_neuro.lower.remove_neurons import (
    drop_empty_synapses,
    free_part_name,
    remove_neurons,
)
from ssr_neuro.program.ir import (
    Input,
    IntegerLif,
    IntegerProgram,
    Population,
    Readout,
    Source,
    Synapse,
    zeros,
)
from ssr_neuro.program.linear_maps import Array, Dense

NOWHERE = dense([[0, 0, 0]])


def mask(*kept: int) -> Array:
    return np.array(kept, bool)


def rows_of(program: IntegerProgram, name: str) -> list[list[int]]:
    (synapse,) = (s for s in program.synapses if s.name == name)
    return synapse.map.expanded().toarray().tolist()


def sources_of(program: IntegerProgram) -> dict[str, list[str]]:
    return {s.name: [x.name for x in s.sources] for s in program.synapses}


def test_of_a_population_its_own_numbers_are_left() -> None:
    """Numbers that all share stay numbers, and arrays are cut."""
    law = IntegerLif(np.array([1, 2, 3]), np.array([4, 5, 6]), np.array([7, 8, 9]), 3, 4095)
    program = network(
        {"a": law},
        joint("x", "a", dense([[10, 11, 12], [13, 14, 15], [16, 17, 18]])),
        joint("a", "y", dense([[1, 2, 4]])),
    )
    left = remove_neurons(program, {"a": mask(1, 0, 1)}).population("a")
    neuron = left.neuron
    assert (left.shape, left.depth) == ((2,), program.population("a").depth)
    assert [neuron.dv.tolist(), neuron.vth.tolist(), neuron.bias_mant.tolist()] == [
        [1, 3],
        [4, 6],
        [7, 9],
    ]
    assert (neuron.bias_exp, neuron.du) == (3, 4095)
    assert rows_of(remove_neurons(program, {"a": mask(1, 0, 1)}), "x_to_a") == [
        [10, 11, 12],
        [16, 17, 18],
    ]


def test_where_all_are_kept_the_program_is_as_it_was() -> None:
    program = summed()
    assert remove_neurons(program, {"a": mask(1, 1, 1)}) is program
    assert remove_neurons(program, {}) is program


def summed() -> IntegerProgram:
    """x -> a, b and c, whose sum y reads; a, b and c fire alike, with different weights."""
    return network(
        {"a": lif((3,), 20), "b": lif((3,), 25), "c": lif((3,), 30)},
        *(joint("x", name, dense(np.full((3, 3), 30))) for name in "abc"),
        joint("a b c", "y", dense([[1, 2, 4], [8, 16, 32]])),
    )


def test_sources_of_a_sum_that_keep_the_same_neurons_stay_one_synapse() -> None:
    keep = {"a": mask(1, 0, 1), "b": mask(0, 1, 0), "c": mask(1, 0, 1)}
    left = remove_neurons(summed(), keep)
    read = {name: sources for name, sources in sources_of(left).items() if "to_y" in name}
    assert read == {"a+b+c_to_y": ["a", "c"], "a+b+c_to_y_from_b": ["b"]}
    assert rows_of(left, "a+b+c_to_y") == [[1, 4], [8, 32]]
    assert rows_of(left, "a+b+c_to_y_from_b") == [[2], [16]]
    assert left.notes.kept == {"a": (0, 2), "b": (1,), "c": (0, 2)}


def test_populations_that_lose_all_neurons_go_with_their_synapses() -> None:
    left = remove_neurons(summed(), {"a": mask(0, 0, 0), "b": mask(1, 1, 0)})
    assert sizes(left) == {"b": (2,), "c": (3,)}
    assert sources_of(left) == {
        "x_to_b": ["x"],
        "x_to_c": ["x"],
        "a+b+c_to_y": ["b"],
        "a+b+c_to_y_from_c": ["c"],
    }
    assert left.notes.kept == {"a": (), "b": (0, 1)}


def test_names_of_parts_that_are_taken_are_left_alone() -> None:
    program = summed()
    taken = replace(program.synapses[0], name="a+b+c_to_y_from_b")
    program = replace(program, synapses=(taken, *program.synapses[1:]))
    left = remove_neurons(program, {"b": mask(0, 1, 0), "c": mask(1, 0, 0)})
    assert [s.name for s in left.into("y")] == [
        "a+b+c_to_y",
        "a+b+c_to_y_from_b_",
        "a+b+c_to_y_from_c",
    ]
    names = {"s_from_a"}
    assert free_part_name(joint("a", "y", NOWHERE), Source("a"), set()) == "a_to_y_from_a"
    synapse = replace(joint("a", "y", NOWHERE), name="s")
    assert free_part_name(synapse, Source("a"), names) == "s_from_a_"
    assert names == {"s_from_a", "s_from_a_"}


def test_notes_count_from_the_neurons_that_there_were_at_first() -> None:
    program = summed()
    once = remove_neurons(program, {"a": mask(1, 0, 1), "b": mask(0, 1, 1)})
    twice = remove_neurons(once, {"a": mask(0, 1), "c": mask(1, 1, 0)})
    assert twice.notes.kept == {"a": (2,), "b": (1, 2), "c": (0, 1)}


def emptied(*synapses: Synapse) -> IntegerProgram:
    """a is fed and y has these synapses, some of them without a weight."""
    return IntegerProgram(
        "emptied",
        4,
        (Input("x", (3,)),),
        (Population("a", (3,), lif((3,), 20)),),
        synapses,
        (Readout("y", (1,), zeros((1,)), 0, 1.0),),
    )


SOMEWHERE = dense([[0, 0, 1]])


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        (NOWHERE, NOWHERE, ["first"]),  # a readout keeps one of several
        (NOWHERE, SOMEWHERE, ["second"]),
        (SOMEWHERE, NOWHERE, ["first"]),
        (SOMEWHERE, SOMEWHERE, ["first", "second"]),
    ],
)
def test_synapses_without_a_weight_go_but_for_a_readouts_only_one(
    first: Dense, second: Dense, left: list[str]
) -> None:
    program = emptied(
        replace(joint("a", "y", first), name="first"),
        replace(joint("x", "y", second), name="second"),
    )
    assert [s.name for s in drop_empty_synapses(program).synapses] == left


def test_a_population_needs_no_synapse() -> None:
    nothing = joint("x", "a", dense(np.zeros((3, 3), np.int64)))
    program = emptied(nothing, joint("a", "y", SOMEWHERE))
    assert [s.name for s in drop_empty_synapses(program).synapses] == ["a_to_y"]


def test_what_is_left_of_a_program_fires_and_reads_as_before() -> None:
    """Neuron 1 of a has no weight, and neither have neurons 0 and 2 of b."""
    program = network(
        {"a": lif((3,), np.array([20, 21, 50]), [8, 16, 24]), "b": lif((3,), 20)},
        joint("x", "a", dense([[30, -9, 4], [5, 6, 7], [8, 9, 30]])),
        joint("x", "b", dense(np.full((3, 3), 30))),
        joint("a", "y", dense([[1, 0, -2]])),
        joint("b", "y", dense([[0, 3, 0]])),
    )
    left = remove_neurons(program, {"a": mask(1, 0, 1), "b": mask(0, 1, 0)})
    assert sizes(left) == {"a": (2,), "b": (1,)}
    demand_same(program, left)
