"""Equal weights become one object, and nothing else changes."""

from collections.abc import Sequence

import numpy as np
from pass_programs import demand_same, dense, joint, lif, network

from ssr_neuro.lower.share_matrices import ShareMatrices
from ssr_neuro.program.ir import Affine, Input, IntegerProgram, Source, Synapse
from ssr_neuro.program.linear_maps import Dense, Kron, LinearMap, sparse


def shared(*maps: LinearMap) -> Sequence[LinearMap]:
    """The maps of a program with one synapse for each of these."""
    synapses = tuple(
        Synapse(f"s{at}", (Source("x"),), "y", (Affine(linear, np.array([at])),))
        for at, linear in enumerate(maps)
    )
    program = IntegerProgram("hand", 4, (Input("x", (2,)),), (), synapses, ())
    after = ShareMatrices().run(program).synapses
    assert [(s.name, s.chain[0].bias.tolist()) for s in after] == [
        (f"s{at}", [at]) for at in range(len(maps))
    ]
    return [s.map for s in after]


def eye(size: int) -> np.ndarray:
    return np.eye(size, dtype=np.int64)


def test_equal_dense_maps_become_the_first_of_them() -> None:
    given = dense([[1, 2], [3, 4]]), dense([[1, 2], [3, 5]]), dense([[1, 2], [3, 4]])
    first, other, second = shared(*given)
    assert first is second is given[0]
    assert other is given[1]


def test_maps_of_other_shapes_share_their_numbers() -> None:
    weight = [[1, 2, 3, 4]]
    flat, square = Dense(np.array(weight), (4,), (1,)), Dense(np.array(weight), (2, 2), (1,))
    ends = Dense(np.array(weight), (4,), (1, 1))
    first, second, third = shared(flat, square, ends)
    assert first is flat
    assert isinstance(second, Dense)
    assert isinstance(third, Dense)
    assert first.weight is second.weight is third.weight
    assert (second.in_shape, second.out_shape) == ((2, 2), (1,))
    assert (third.in_shape, third.out_shape) == ((4,), (1, 1))


def test_arrays_of_another_number_type_or_order_are_told_apart() -> None:
    """The same bytes are other numbers, and a transposed array is read in its own order."""
    numbers = np.array([[1, 2], [3, 4]])
    signed, unsigned = Dense(numbers, (2,), (2,)), Dense(numbers.astype(np.uint64), (2,), (2,))
    turned = Dense(numbers.T, (2,), (2,))
    straight = dense([[1, 3], [2, 4]])
    first, second, third, fourth = shared(signed, unsigned, turned, straight)
    assert (first, second, third) == (signed, unsigned, turned)
    assert fourth is turned


def test_krons_share_each_factor_that_is_equal() -> None:
    given = (
        Kron(eye(2), np.array([[5, 6]])),
        Kron(eye(2), np.array([[7, 8]])),
        Kron(eye(3), np.array([[5, 6]])),
        Kron(eye(2), np.array([[5, 6]])),
        Kron(eye(4), np.array([[9, 9]])),
    )
    found = [linear for linear in shared(*given) if isinstance(linear, Kron)]
    first, other_right, other_left, second, alone = found
    assert first is second is given[0]
    assert other_right.left is first.left
    assert other_right.right is given[1].right
    assert other_left.left is given[2].left
    assert other_left.right is first.right
    assert alone is given[4]


def test_krons_whose_weights_are_in_another_factor_are_told_apart() -> None:
    left, right = shared(Kron(eye(2), eye(2), "left"), Kron(eye(2), eye(2), "right"))
    assert isinstance(left, Kron)
    assert isinstance(right, Kron)
    assert (left.carrier, right.carrier) == ("left", "right")
    assert left.left is left.right is right.left is right.right


def test_equal_sparse_maps_become_one() -> None:
    given = [sparse(rows, (3,), (1,)) for rows in ([[0, 5, 0]], [[5, 0, 0]], [[0, 5, 0]])]
    first, other, second = shared(*given)
    assert first is second
    assert first.expanded().toarray().tolist() == [[0, 5, 0]]
    assert other.expanded().toarray().tolist() == [[5, 0, 0]]


def test_a_program_with_shared_maps_computes_the_same() -> None:
    square = [[50, -20], [30, 60]]
    program = network(
        {"a": lif((2,), 20), "b": lif((2,), 20)},
        joint("x", "a", dense(square)),
        joint("a", "b", dense(square)),
        joint("b", "y", dense([[1, 2]])),
    )
    assert isinstance(program, IntegerProgram)
    after = ShareMatrices().run(program)
    demand_same(program, after)
    assert len({id(s.map) for s in after.synapses}) == 2
