"""Parts of maps: which weights are left, which sources reach a target, whose columns are added."""

import numpy as np
import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.lower.slice_maps import KeptNeurons, merge_columns, slice_map, sources_reaching
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap, Sparse, sparse


def kept(*mask: object, grid: bool = False) -> KeptNeurons:
    return KeptNeurons(np.array(mask, bool), grid)


def to(owner: list[int]) -> Array:
    return np.array(owner)


def full(linear: LinearMap) -> list[list[int]]:
    rows: list[list[int]] = linear.expanded().toarray().tolist()
    return rows


MATRIX = np.array([[1, 2, 3, 4], [0, 0, 5, 0], [6, 0, -7, 0]])


def test_all_neurons_keep_their_shape_and_their_arrays() -> None:
    every, values = kept([1, 1], [1, 1], [1, 1]), np.arange(6).reshape(3, 2)
    assert every.whole
    assert every.shape == (3, 2)
    assert every.of(values) is values


def test_a_part_has_one_dimension() -> None:
    part = kept([1, 1], [0, 1], [0, 1])
    assert not part.whole
    assert part.shape == (4,)
    assert part.of(np.arange(6).reshape(3, 2)).tolist() == [0, 1, 3, 5]


def test_a_part_of_a_grid_has_positions_and_features() -> None:
    part = kept([1, 0, 1], [0, 0, 0], [1, 0, 1], grid=True)
    assert part.shape == (2, 2)
    assert [axis.tolist() for axis in part.axes] == [[0, 2], [0, 2]]
    assert part.of(np.arange(9).reshape(3, 3)).tolist() == [[0, 2], [6, 8]]


def test_positions_and_features_of_a_grid_may_be_different_ones() -> None:
    part = kept([0, 0, 0], [0, 1, 1], grid=True)
    assert part.shape == (1, 2)
    assert [axis.tolist() for axis in part.axes] == [[1], [1, 2]]


def test_a_map_between_whole_populations_is_itself() -> None:
    linear = Dense(MATRIX, (4,), (3,))
    assert slice_map(linear, kept(1, 1, 1), kept(1, 1, 1, 1)) is linear


@pytest.mark.parametrize(
    ("targets", "sources", "expected"),
    [
        (kept(1, 0, 1), kept(0, 1, 1, 0), [[2, 3], [0, -7]]),
        (kept(1, 0, 1), kept(1, 1, 1, 1), [[1, 2, 3, 4], [6, 0, -7, 0]]),
        (kept(1, 1, 1), kept(0, 0, 1, 1), [[3, 4], [5, 0], [-7, 0]]),
    ],
)
@pytest.mark.parametrize("kind", [Dense, Sparse])
def test_rows_and_columns_of_a_matrix_are_left_out(
    kind: type, targets: KeptNeurons, sources: KeptNeurons, expected: list[list[int]]
) -> None:
    linear = Dense(MATRIX, (4,), (3,)) if kind is Dense else sparse(MATRIX, (4,), (3,))
    part = slice_map(linear, targets, sources)
    assert isinstance(part, kind)
    assert full(part) == expected
    assert (part.in_shape, part.out_shape) == (sources.shape, targets.shape)


def test_a_part_of_a_dense_map_lies_in_memory_row_by_row() -> None:
    part = slice_map(Dense(MATRIX, (4,), (3,)), kept(1, 1, 0), kept(0, 1, 1, 0))
    assert isinstance(part, Dense)
    assert part.weight.flags.c_contiguous


def test_a_factor_of_a_kron_that_loses_nothing_is_shared() -> None:
    left, right = np.array([[2, 3], [4, 5]]), np.eye(2, dtype=np.int64)
    targets, sources = kept([0, 0], [1, 1], grid=True), kept([1, 1], [1, 1], grid=True)
    part = slice_map(Kron(left, right), targets, sources)
    assert isinstance(part, Kron)
    assert part.left.tolist() == [[4, 5]]
    assert part.right is right
    assert part.carrier == "left"


def test_a_kron_that_has_only_zeros_and_ones_left_keeps_its_carrier() -> None:
    linear = Kron(np.eye(2, dtype=np.int64), np.array([[1, 0], [0, 7]]))
    first = kept([1, 0], [1, 0], grid=True)
    part = slice_map(linear, first, first)
    assert isinstance(part, Kron)
    assert part.right.tolist() == [[1]]
    assert part.carrier == "right"


def test_a_kron_loses_positions_and_features_of_both_sides() -> None:
    linear = Kron(np.array([[2, 3, 4], [5, 6, 7]]), np.eye(3, dtype=np.int64)[1:])
    targets = kept([0, 0], [0, 1], grid=True)  # position 1, feature 1, of 2 x 2
    sources = kept([1, 0, 1], [0, 0, 0], [1, 0, 1], grid=True)  # of 3 x 3
    part = slice_map(linear, targets, sources)
    rows, columns = [3], [0, 2, 6, 8]
    assert full(part) == linear.expanded().toarray()[np.ix_(rows, columns)].tolist()
    assert (part.in_shape, part.out_shape) == ((2, 2), (1, 1))


@pytest.mark.parametrize("kind", [Dense, Sparse])
def test_sources_reach_a_target_by_any_weight_but_zero(kind: type) -> None:
    """Also by weights that cancel, as 3 and -3 of one source do."""
    matrix = np.array([[0, 3, 0, 1], [0, -3, 0, 0], [-2, 0, 0, 0]])
    linear = kind(matrix if kind is Dense else sparse(matrix, (4,), (3,)).matrix, (2, 2), (3,))

    def reaching(*targets: int) -> list[list[bool]]:
        found = sources_reaching(linear, np.array(targets, bool))
        assert found.dtype == bool
        reached: list[list[bool]] = found.tolist()
        return reached

    assert reaching(1, 1, 0) == [[False, True], [False, True]]
    assert reaching(0, 0, 1) == [[True, False], [False, False]]
    assert reaching(0, 0, 0) == [[False, False], [False, False]]


def test_sources_reach_a_target_through_both_factors_of_a_kron() -> None:
    linear = Kron(np.array([[0, 5, 0], [-5, 5, 0]]), np.array([[1, 0], [0, 0]]))

    def reaching(*targets: tuple[int, int]) -> list[tuple[int, int]]:
        mask = np.zeros((2, 2), bool)
        mask[tuple(zip(*targets, strict=True))] = True
        return [(int(p), int(f)) for p, f in np.argwhere(sources_reaching(linear, mask))]

    assert reaching((0, 0)) == [(1, 0)]
    assert reaching((1, 0)) == [(0, 0), (1, 0)]
    assert reaching((0, 1), (1, 1)) == []
    assert reaching((0, 0), (0, 1)) == [(1, 0)]


@pytest.mark.parametrize("kind", [Dense, Sparse])
def test_columns_are_added_to_those_of_their_owner(kind: type) -> None:
    linear = Dense(MATRIX, (4,), (3,)) if kind is Dense else sparse(MATRIX, (4,), (3,))
    merged = merge_columns(linear, None, to([0, 1, 0, 1]))
    assert full(merged) == [[4, 6, 0, 0], [5, 0, 0, 0], [-1, 0, 0, 0]]
    assert (merged.in_shape, merged.out_shape) == ((4,), (3,))


@pytest.mark.parametrize(
    ("axis", "owner", "expected"),
    [
        (0, [0, 0], [4 + 1, 5 + 2, 6 + 3, 0, 0, 0]),
        (0, [1, 1], [0, 0, 0, 4 + 1, 5 + 2, 6 + 3]),
        (1, [0, 0, 2], [1 + 2, 0, 3, 4 + 5, 0, 6]),
        (1, [2, 1, 2], [0, 2, 1 + 3, 0, 5, 4 + 6]),
    ],
)
def test_columns_are_added_along_an_axis_of_the_sources(
    axis: int, owner: list[int], expected: list[int]
) -> None:
    merged = merge_columns(Dense(np.array([[1, 2, 3, 4, 5, 6]]), (2, 3), (1,)), axis, to(owner))
    assert full(merged) == [expected]


def test_columns_are_added_along_the_axis_in_the_middle() -> None:
    """Two by two by two sources; the four of index 1 in the middle move onto those of index 0."""
    linear = Dense(np.array([[1, 2, 4, 8, 16, 32, 64, 128]]), (2, 2, 2), (1,))
    assert full(merge_columns(linear, 1, to([0, 0]))) == [[5, 10, 0, 0, 80, 160, 0, 0]]


def test_columns_of_a_kron_are_added_in_the_factor_of_their_axis() -> None:
    linear = Kron(np.array([[2, 3]]), np.array([[1, 0, 0], [0, 1, 0]]))
    positions = merge_columns(linear, 0, to([0, 0]))
    assert isinstance(positions, Kron)
    assert (positions.left.tolist(), positions.carrier) == ([[5, 0]], "left")
    assert positions.right is linear.right
    features = merge_columns(linear, 1, to([0, 0, 2]))
    assert isinstance(features, Kron)
    assert (features.right.tolist(), features.carrier) == ([[1, 0, 0], [1, 0, 0]], "left")
    assert features.left is linear.left


def test_columns_of_a_kron_are_not_added_where_a_binary_factor_would_get_weights() -> None:
    linear = Kron(np.array([[2, 3]]), np.array([[1, 1]]))
    with pytest.raises(BadInput, match="has weights in both factors"):
        merge_columns(linear, 1, to([0, 0]))
