"""Each form of a map by small numbers: what it computes, its number types and its form."""

import numpy as np
import pytest
import scipy.sparse as sp

from ssr_neuro.errors import BadInput
from ssr_neuro.program.linear_maps import (
    Array,
    Dense,
    Kron,
    LinearMap,
    Shape,
    Sparse,
    identity,
    is_identity,
    matrix_map,
)

EYE = np.eye(2, dtype=np.int64)
SWAP = np.array([[0, 1], [1, 0]])
TALL = np.array([[1, 2], [0, 3], [-1, 0]])
X = np.array([[1, 10], [100, 1000]])
# Every form of y = TALL x, for two positions where the form has positions.
FORMS: dict[str, LinearMap] = {
    "positions": Kron(TALL, EYE),
    "features": Kron(EYE, TALL),
    "dense": Dense(TALL, (2,), (3,)),
    "sparse": Sparse(sp.csr_array(TALL), (2,), (3,)),
}


@pytest.mark.parametrize(
    ("linear", "expected"),
    [
        (Kron(TALL, EYE), [[201, 2010], [300, 3000], [-1, -10]]),
        (Kron(EYE, TALL), [[21, 30, -1], [2100, 3000, -100]]),
        (Kron(SWAP, EYE), [[100, 1000], [1, 10]]),
        (Kron(EYE, SWAP), [[10, 1], [1000, 100]]),
        (Kron(SWAP, TALL), [[2100, 3000, -100], [21, 30, -1]]),
        (Kron(EYE, EYE), [[1, 10], [100, 1000]]),
        (Kron(EYE[1:], TALL), [[2100, 3000, -100]]),
    ],
)
def test_a_kron_mixes_positions_by_left_and_features_by_right(
    linear: Kron, expected: list[list[int]]
) -> None:
    assert linear.in_shape == (2, 2)
    assert linear.out_shape == np.shape(expected)
    assert linear.apply(X).tolist() == expected
    flat = linear.expanded().toarray() @ X.ravel()
    assert flat.tolist() == np.ravel(expected).tolist()


def test_an_order_that_leaves_a_position_in_its_place_is_no_identity() -> None:
    order = np.eye(3, dtype=np.int64)[[0, 2, 1]]
    x = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    one = np.eye(3, dtype=np.int64)
    assert Kron(order, one).apply(x).tolist() == [[1, 2, 3], [7, 8, 9], [4, 5, 6]]
    assert Kron(one, order).apply(x).tolist() == [[1, 3, 2], [4, 6, 5], [7, 9, 8]]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_the_result_has_the_number_type_of_the_input(form: str, dtype: type) -> None:
    linear = FORMS[form]
    y = linear.apply(np.ones((4, *linear.in_shape), dtype))
    assert y.dtype == dtype
    assert y.shape == (4, *linear.out_shape)
    per_row = y.swapaxes(-1, -2) if form == "positions" else y
    assert (per_row == [3, 3, -1]).all()


@pytest.mark.parametrize("form", FORMS)
def test_fractions_are_kept_in_the_input_and_in_the_weights(form: str) -> None:
    whole = FORMS[form]
    halves = whole.with_weights(whole.weights * 0.5)
    x = np.full(whole.in_shape, 0.5)
    for linear, expected in ((whole, [1.5, 1.5, -0.5]), (halves, [0.75, 0.75, -0.25])):
        y = linear.apply(x)
        per_row = y.T if form == "positions" else y
        assert (per_row == expected).all()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lead", [(), (3,), (2, 5), (0, 4), (4, 0)])
def test_any_axes_before_the_neurons_stay(form: str, lead: Shape) -> None:
    linear = FORMS[form]
    for dtype in (np.int64, np.float64):
        x = np.arange(np.prod((*lead, *linear.in_shape))).reshape(*lead, *linear.in_shape)
        y = linear.apply(x.astype(dtype))
        expected = x.reshape(*lead, np.prod(linear.in_shape)) @ linear.expanded().toarray().T
        np.testing.assert_array_equal(y, expected.reshape(*lead, *linear.out_shape))


@pytest.mark.parametrize(
    "linear",
    [
        Kron(np.zeros((2, 0), np.int64), np.eye(3, dtype=np.int64)),
        Dense(np.zeros((6, 0), np.int64), (0,), (2, 3)),
        Sparse(sp.csr_array((6, 0), dtype=np.int64), (0,), (2, 3)),
    ],
    ids=["kron", "dense", "sparse"],
)
def test_a_map_from_no_neurons_gives_zeros(linear: LinearMap) -> None:
    for dtype in (np.int64, np.float64):
        y = linear.apply(np.zeros((5, *linear.in_shape), dtype))
        assert y.tolist() == np.zeros((5, 2, 3)).tolist()


@pytest.mark.parametrize(
    ("linear", "weights"),
    [
        (Kron(TALL, EYE), TALL),
        (Kron(EYE, TALL), TALL),
        (Kron(EYE, SWAP, "right"), SWAP),
        (Kron(SWAP, EYE, "left"), SWAP),
        (Kron(SWAP, EYE), SWAP),
        (Dense(TALL, (2,), (3,)), TALL),
    ],
)
def test_weights_are_those_of_the_factor_that_carries_them(
    linear: LinearMap, weights: Array
) -> None:
    np.testing.assert_array_equal(linear.weights, weights)


def test_the_carrier_is_read_off_the_factors() -> None:
    assert (Kron(TALL, EYE).carrier, Kron(EYE, TALL).carrier) == ("left", "right")
    assert Kron(EYE, EYE).carrier == "left"
    assert Kron(EYE, EYE, "right").carrier == "right"


def test_other_weights_take_the_place_of_the_old_and_bring_their_number_type() -> None:
    other = np.array([[0.5, 1.5], [2.5, 3.5]])
    features = Kron(EYE, SWAP, "right").with_weights(other)
    assert (features.carrier, features.right.tolist()) == ("right", other.tolist())
    assert features.left.tolist() == [[1, 0], [0, 1]]
    positions = Kron(SWAP, EYE, "left").with_weights(other)
    assert (positions.carrier, positions.left.tolist()) == ("left", other.tolist())
    assert positions.right.tolist() == [[1, 0], [0, 1]]
    assert features.left.dtype == positions.right.dtype == np.float64


def test_other_weights_of_a_sparse_map_stand_where_the_old_did() -> None:
    linear = Sparse(sp.csr_array(TALL), (2,), (3,)).with_weights(np.array([5, 6, 7, 8]))
    assert linear.expanded().toarray().tolist() == [[5, 6], [0, 7], [8, 0]]


@pytest.mark.parametrize(
    ("carrier", "left", "right"), [("left", SWAP, TALL), ("right", TALL, SWAP), ("", TALL, TALL)]
)
def test_the_factor_without_weights_holds_zeros_and_ones(
    carrier: str, left: Array, right: Array
) -> None:
    with pytest.raises(BadInput, match=f"Kron of .*{right.shape[0]}, 2.* weights in both factors"):
        Kron(left, right, carrier)  # type: ignore[arg-type]


def test_a_matrix_of_another_shape_is_refused() -> None:
    for in_shape, out_shape in (((3,), (3,)), ((2,), (2,)), ((3,), (2,))):
        with pytest.raises(BadInput, match=r"Sparse matrix of shape \(3, 2\) cannot map"):
            Sparse(sp.csr_array(TALL), in_shape, out_shape)
        with pytest.raises(BadInput, match=r"Dense weight of shape \(3, 2\) cannot map"):
            Dense(TALL, in_shape, out_shape)


@pytest.mark.parametrize(("present", "form"), [(0, Sparse), (4, Sparse), (5, Dense), (8, Dense)])
def test_a_matrix_of_which_more_than_half_is_there_is_dense(present: int, form: type) -> None:
    matrix = (np.arange(8) < present).reshape(2, 4) * 3
    linear = matrix_map(matrix, (4,), (2,))
    assert type(linear) is form
    assert linear.expanded().toarray().tolist() == matrix.tolist()
    assert (linear.in_shape, linear.out_shape) == ((4,), (2,))


def test_the_identity_gives_back_what_it_gets() -> None:
    assert identity((2, 2)).apply(X).tolist() == X.tolist()
    assert identity((2, 2)).weights.tolist() == [1, 1, 1, 1]


def test_the_identity_is_square_with_ones_on_its_diagonal_alone() -> None:
    assert is_identity(EYE)
    assert not is_identity(SWAP)
    assert not is_identity(2 * EYE)
    assert not is_identity(np.eye(2, 3))
