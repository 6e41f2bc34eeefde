"""Neurons that fire alike become one, as far as their summed weights fit."""

from dataclasses import replace

import numpy as np
import pytest
from pass_programs import demand_same, dense, joint, lif, network, sizes

from ssr_neuro.lower import pass_names
from ssr_neuro.lower.merge_duplicates import MergeDuplicates
from ssr_neuro.program.ir import IntegerProgram, Program

TWINS = joint("x", "a", dense([[50, 0, 0], [50, 0, 0], [0, 50, 0]]))


def merged(program: Program) -> Program:
    """Whatever was merged, nothing else may change."""
    assert isinstance(program, IntegerProgram)
    after = MergeDuplicates().run(program)
    demand_same(program, after)
    return after


def rows(program: Program, name: str) -> list[list[int]]:
    (found,) = (s for s in program.synapses if s.name == name)
    weights: list[list[int]] = found.map.expanded().toarray().tolist()
    return weights


def test_it_is_one_of_the_passes_that_optimise() -> None:
    assert MergeDuplicates.name in pass_names(optimising=True)


def test_a_twin_gives_its_weights_to_the_first() -> None:
    program = network({"a": lif((3,), 20)}, TWINS, joint("a", "y", dense([[1, 2, 4], [8, 16, 0]])))
    after = merged(program)
    assert after.notes.kept == {"a": (0, 2)}
    assert rows(after, "a_to_y") == [[3, 4], [24, 0]]
    assert isinstance(after, IntegerProgram)
    assert MergeDuplicates().run(after) is after


def test_all_of_several_twins_give_their_weights_to_the_first() -> None:
    alike = joint("x", "a", dense([[0, 50, 0], *[[50, 0, 0]] * 4]))
    after = merged(network({"a": lif((5,), 20)}, alike, joint("a", "y", dense([[1, 2, 4, 8, 16]]))))
    assert after.notes.kept == {"a": (0, 1)}
    assert rows(after, "a_to_y") == [[1, 30]]


@pytest.mark.parametrize("differs", ["vth", "bias_mant", "dv", "du"])
def test_neurons_with_another_parameter_are_no_twins(differs: str) -> None:
    law = lif((3,), 20, 8)
    values = np.broadcast_to(np.asarray(getattr(law, differs)), (3,)).copy()
    values[1] -= 1
    program = network(
        {"a": replace(law, **{differs: values})}, TWINS, joint("a", "y", dense([[1, 2, 4]]))
    )
    assert merged(program) is program


@pytest.mark.parametrize(
    ("bits", "first", "second", "left"),
    [
        (None, 100, 27, 2),
        (None, 100, 28, 3),
        (None, -100, -27, 2),
        (None, -100, -28, 3),
        (8, 100, 27, 2),
        (8, 100, 28, 3),
        (4, 3, 4, 2),
        (4, 4, 4, 3),
        (2, -1, 0, 2),
        (2, 1, 1, 3),
    ],
)
def test_a_sum_of_weights_must_fit_their_bits(
    bits: int | None, first: int, second: int, left: int
) -> None:
    program = network(
        {"a": lif((3,), 20)}, TWINS, joint("a", "y", dense([[first, second, 1], [1, 0, 0]]))
    )
    program = replace(program, notes=replace(program.notes, weight_bits=bits))
    assert sizes(merged(program)) == {"a": (left,)}


def test_a_sum_must_fit_in_every_synapse() -> None:
    """Two of four alike fit together, and so do the other two: 90 and 30, 80 and 40."""
    alike = joint("x", "a", dense([[50, 0, 0]] * 4))
    small = joint("a", "y", dense([[1, 1, 1, 1]]))
    large = joint("a", "b", dense([[90, 30, 80, 40]]))
    end = joint("b", "y", dense([[1]]))
    for order in ((small, large), (large, small)):
        after = merged(network({"a": lif((4,), 20), "b": lif((1,), 20)}, alike, *order, end))
        assert after.notes.kept == {"a": (0, 2)}
        assert (rows(after, "a_to_b"), rows(after, "a_to_y")) == ([[120, 120]], [[2, 2]])


def test_merged_weights_can_make_neurons_of_the_next_population_equal() -> None:
    program = network(
        {"a": lif((3,), 20), "b": lif((2,), 20)},
        TWINS,
        joint("a", "b", dense([[50, 30, 7], [30, 50, 7]])),
        joint("b", "y", dense([[1, 2]])),
    )
    after = merged(program)
    assert sizes(after) == {"a": (2,), "b": (1,)}
    assert (rows(after, "a_to_b"), rows(after, "b_to_y")) == ([[80, 7]], [[3]])


def test_neurons_that_fire_the_same_whatever_arrives_are_twins() -> None:
    """The last two fire in every step, and what reaches them differs."""
    bias = np.array([0, 24_000, 20_000])
    program = network(
        {"a": lif((3,), 20, bias)},
        joint("x", "a", dense([[50, 0, 0], [0, 50, 0], [0, 0, -50]])),
        joint("a", "y", dense([[1, 2, 4]])),
    )
    after = merged(program)
    assert after.notes.kept == {"a": (0, 1)}
    assert rows(after, "a_to_y") == [[1, 6]]


def test_the_clock_is_left_alone() -> None:
    """Within a sample its neurons are all silent, and yet no two of them are alike."""
    program = network(
        {"a": lif((3,), 20)},
        TWINS,
        joint("a:2", "a", dense(np.eye(3))),
        joint("a", "y", dense([[1, 2, 4]])),
    )
    assert sizes(merged(program)) == {"quiet": (2,), "a": (3,)}
    assert program.notes.clock == "quiet"


def test_a_sum_with_another_population_is_split() -> None:
    program = network(
        {"a": lif((3,), 20), "b": lif((3,), 20)},
        TWINS,
        joint("x", "b", dense(np.eye(3) * 50)),
        joint("a b", "y", dense([[1, 2, 4]])),
        joint("b", "y", dense([[8, 8, 8]])),
    )
    after = merged(program)
    found = {s.name: [source.name for source in s.sources] for s in after.into("y")}
    assert found == {"a+b_to_y": ["b"], "a+b_to_y_from_a": ["a"], "b_to_y": ["b"]}
    assert rows(after, "a+b_to_y") == [[1, 2, 4]]
    assert rows(after, "a+b_to_y_from_a") == [[3, 4]]
