"""Which synapses become one, and which are taken apart, on programs of a few neurons."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from pass_programs import demand_same, dense, joint, lif, network

from ssr_neuro.lower.passes import Lowering
from ssr_neuro.lower.sum_sources import SumSources
from ssr_neuro.program.ir import Program, Source, as_integer
from ssr_neuro.program.linear_maps import Kron, LinearMap, Sparse, sparse

APART = [("x_to_y", ["x"]), ("a_to_y", ["a"])]
SUMMED = [("x_to_y", ["x", "a"])]
Exponents = tuple[int, int]


def skip(first: LinearMap, second: LinearMap, exponents: Exponents = (0, 0)) -> Program:
    """x -> a, which has the shape of x, and both into y by the two maps."""
    shape = first.in_shape
    eye = np.eye(int(np.prod(shape)), dtype=np.int64) * 40
    return network(
        {"a": lif(shape, 10)},
        joint("x", "a", sparse(eye, shape, shape)),
        joint("x", "y", first, exponents[0]),
        joint("a", "y", second, exponents[1]),
    )


def reading(program: Program, target: str = "y") -> list[tuple[str, list[str]]]:
    """Synapses into a node and their sources."""
    return [(s.name, [source.name for source in s.sources]) for s in program.into(target)]


def summed(program: Program) -> list[tuple[str, list[str]]]:
    optimised = SumSources().run(as_integer(program))
    demand_same(program, optimised)
    return reading(optimised)


ROWS = [[1, 2, 0], [0, -3, 4]]
OTHER = [[1, 2, 0], [0, -3, 5]]


def plain(rows: object) -> Sparse:
    return sparse(np.array(rows), (3,), (2,))


def test_synapses_that_share_a_map_become_one() -> None:
    for linear in (dense(ROWS), plain(ROWS)):
        assert summed(skip(linear, linear)) == SUMMED


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (dense(ROWS), dense(ROWS), SUMMED),
        (dense(ROWS), dense(OTHER), APART),
        (plain(ROWS), plain(ROWS), SUMMED),
        (plain(ROWS), plain(OTHER), APART),
        (plain(ROWS), dense(ROWS), APART),  # kept in two ways; no pass makes both of one matrix
        (dense(ROWS), plain(ROWS), APART),
    ],
)
def test_maps_are_equal_in_kind_and_in_every_weight(
    first: LinearMap, second: LinearMap, expected: list[tuple[str, list[str]]]
) -> None:
    assert summed(skip(first, second)) == expected


LEFT, RIGHT = np.eye(2, dtype=np.int64), np.array([[1, 2], [3, -4]])


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (LEFT.copy(), RIGHT.copy(), SUMMED),
        (LEFT, RIGHT, SUMMED),
        (LEFT[::-1], RIGHT, APART),
        (LEFT, -RIGHT, APART),
    ],
)
def test_krons_are_equal_in_both_factors(
    left: np.ndarray, right: np.ndarray, expected: list[tuple[str, list[str]]]
) -> None:
    assert summed(skip(Kron(LEFT, RIGHT), Kron(left, right))) == expected


def test_a_kron_and_its_matrix_stay_apart() -> None:
    linear = Kron(LEFT, RIGHT)
    full = sparse(linear.expanded(), (2, 2), (2, 2))
    assert summed(skip(linear, full)) == APART
    assert summed(skip(full, linear)) == APART


def test_maps_of_other_shapes_with_equal_weights_stay_apart() -> None:
    """Two by three sources or six: a sum of both has no shape."""
    row = np.array([[1, 2, 3, 4, 5, 6]])
    program = network(
        {"a": lif((6,), 10)},
        joint("x", "a", sparse(np.eye(6, dtype=np.int64) * 40, (2, 3), (6,))),
        joint("x", "y", sparse(row, (2, 3), (1,))),
        joint("a", "y", sparse(row, (6,), (1,))),
    )
    assert summed(program) == APART


def test_equal_weights_of_other_exponents_stay_apart() -> None:
    assert summed(skip(dense(ROWS), dense(ROWS), (1, 1))) == SUMMED
    assert summed(skip(dense(ROWS), dense(ROWS), (0, 1))) == APART


def test_equal_maps_into_other_targets_stay_apart() -> None:
    eye = dense(np.eye(3) * 40)
    program = network(
        {"a": lif((3,), 10), "b": lif((3,), 10)},
        joint("x", "a", eye),
        joint("x", "b", eye),
        joint("a b", "y", dense(ROWS)),
    )
    optimised = SumSources().run(as_integer(program))
    assert [reading(optimised, name) for name in "ab"] == [[("x_to_a", ["x"])], [("x_to_b", ["x"])]]
    assert summed(program) == [("a+b_to_y", ["a", "b"])]


def test_a_source_that_both_have_is_not_counted_once() -> None:
    """Its spikes at once and one step late; the third synapse has a source of its own."""
    linear = dense(ROWS)
    program = network(
        {"a": lif((3,), 10), "b": lif((3,), 10)},
        joint("x", "a", dense(np.eye(3) * 40)),
        joint("a", "b", dense(np.eye(3) * 40)),
        joint("a", "y", linear),
        replace(joint("a:1", "y", linear), name="late"),
        joint("b", "y", linear),
    )
    assert summed(program) == [("a_to_y", ["a", "b"]), ("late", ["a"])]


def several() -> Program:
    """A sum of three sources into y, and a synapse that has the name of one of its parts."""
    eye = dense(np.eye(3) * 40)
    return network(
        {"a": lif((3,), 10), "b": lif((3,), 10)},
        joint("x", "a", eye),
        joint("x a", "b", eye),
        replace(joint("x a b", "y", dense(ROWS), 2), name="sum"),
        replace(joint("x", "y", dense(OTHER)), name="sum_from_b"),
    )


def test_where_messages_are_bits_every_source_gets_its_matrix() -> None:
    program = several()
    split = SumSources(graded=False).run(as_integer(program))
    demand_same(program, split)
    assert reading(split, "b") == [("x+a_to_b", ["x"]), ("x+a_to_b_from_a", ["a"])]
    assert reading(split) == [
        ("sum", ["x"]),
        ("sum_from_a", ["a"]),
        ("sum_from_b_", ["b"]),
        ("sum_from_b", ["x"]),
    ]
    assert [s.exponent for s in split.into("y")] == [2, 2, 2, 0]
    assert [delays(split, name) for name in ("sum", "sum_from_a", "sum_from_b_")] == [
        {"x": 3},
        {"a": 2},
        {"b": 1},
    ]


def delays(program: Program, name: str) -> Mapping[str, int | None]:
    sources: tuple[Source, ...] = next(s.sources for s in program.synapses if s.name == name)
    return {source.name: source.delay for source in sources}


def test_where_messages_are_whole_numbers_a_sum_stays_one() -> None:
    assert summed(several()) == [("sum", ["x", "a", "b"]), ("sum_from_b", ["x"])]


@pytest.mark.parametrize("graded", [True, False])
def test_the_options_say_what_messages_carry(graded: bool) -> None:
    assert SumSources.of(Lowering(graded=graded)) == SumSources(graded)
    assert SumSources.optimises
    assert SumSources().graded
