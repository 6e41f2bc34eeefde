"""Positions and features of a grid that fire alike become one, as far as a Kron stays one."""

import numpy as np
import pytest
from pass_programs import demand_same, joint, lif, network, sizes

from ssr_neuro.lower.merge_duplicates import MergeDuplicates
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.linear_maps import Dense, Kron, LinearMap


def from_grid(shape: tuple[int, int], *weights: int) -> Dense:
    """To one value, from every neuron of a grid."""
    return Dense(np.array([weights]), shape, (1,))


def merged(into: Kron, read: LinearMap) -> IntegerProgram:
    """x -> a by a Kron, and a -> y; whatever is merged, nothing else may change."""
    law = lif(into.out_shape, 20)
    program = network({"a": law}, joint("x", "a", into), joint("a", "y", read))
    assert isinstance(program, IntegerProgram)
    after = MergeDuplicates().run(program)
    demand_same(program, after)
    return after


LAST_ALIKE = np.array([[1, 0], [0, 1], [0, 1]])


def test_positions_alike_become_one() -> None:
    into = Kron(LAST_ALIKE * 50, np.eye(2, dtype=np.int64), "left")
    read = Kron(np.array([[1, 2, 4]]), np.eye(2, dtype=np.int64), "left")
    after = merged(into, read)
    assert after.notes.kept == {"a": (0, 1, 2, 3)}
    (left,) = after.into("y")
    assert isinstance(left.map, Kron)
    assert left.map.left.tolist() == [[1, 6]]


def test_features_alike_become_one() -> None:
    into = Kron(np.eye(2, dtype=np.int64), LAST_ALIKE * 50, "right")
    read = Kron(np.eye(2, dtype=np.int64), np.array([[1, 2, 4]]), "right")
    after = merged(into, read)
    assert after.notes.kept == {"a": (0, 1, 3, 4)}
    (left,) = after.into("y")
    assert isinstance(left.map, Kron)
    assert left.map.right.tolist() == [[1, 6]]


def test_positions_and_features_are_merged_one_after_the_other() -> None:
    into = Kron(np.array([[1], [1]]), np.array([[50], [50], [60]]), "right")
    read = from_grid((2, 3), 1, 2, 4, 8, 16, 32)
    after = merged(into, read)
    assert sizes(after) == {"a": (1, 2)}
    (left,) = after.into("y")
    assert left.map.expanded().toarray().tolist() == [[1 + 2 + 8 + 16, 4 + 32]]


@pytest.mark.parametrize(("last", "left"), [(27, (1, 3)), (28, (2, 3))])
def test_positions_read_by_a_dense_map_must_fit(last: int, left: tuple[int, int]) -> None:
    into = Kron(np.array([[1], [1]]), np.diag([50, 60, 70]), "right")
    after = merged(into, from_grid((2, 3), 1, 100, 2, 3, last, 4))
    assert sizes(after) == {"a": left}


@pytest.mark.parametrize(("last", "left"), [(27, (3, 1)), (28, (3, 2))])
def test_features_read_by_a_dense_map_must_fit(last: int, left: tuple[int, int]) -> None:
    into = Kron(np.diag([50, 60, 70]), np.array([[1], [1]]), "left")
    after = merged(into, from_grid((3, 2), 1, 2, 100, last, 3, 4))
    assert sizes(after) == {"a": left}


@pytest.mark.parametrize(("second", "left"), [(0, (1, 2)), (1, (2, 2))])
def test_positions_merge_only_where_a_kron_stays_one(second: int, left: tuple[int, int]) -> None:
    """The factor that picks positions may hold no two."""
    into = Kron(np.array([[1], [1]]), np.diag([50, 60]), "right")
    read = Kron(np.array([[1, second]]), np.array([[5, 6]]), "right")
    assert sizes(merged(into, read)) == {"a": left}


@pytest.mark.parametrize(("second", "left"), [(0, (2, 1)), (1, (2, 2))])
def test_features_merge_only_where_a_kron_stays_one(second: int, left: tuple[int, int]) -> None:
    into = Kron(np.diag([50, 60]), np.array([[1], [1]]), "left")
    read = Kron(np.array([[5, 6]]), np.array([[1, second]]), "left")
    assert sizes(merged(into, read)) == {"a": left}


@pytest.mark.parametrize(("second", "left"), [(27, (1, 2)), (28, (2, 2))])
def test_positions_that_carry_weights_must_fit(second: int, left: tuple[int, int]) -> None:
    into = Kron(np.array([[1], [1]]), np.diag([50, 60]), "right")
    read = Kron(np.array([[100, second]]), np.eye(2, dtype=np.int64), "left")
    assert sizes(merged(into, read)) == {"a": left}
