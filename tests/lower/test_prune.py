"""Weights of zero are not stored, and synapses without a weight are gone."""

from math import prod

import numpy as np
import scipy.sparse as sp
from pass_programs import demand_same, dense, joint, lif, network

from ssr_neuro.lower.prune import Prune
from ssr_neuro.program.ir import IntegerProgram, Program
from ssr_neuro.program.linear_maps import Dense, Kron, LinearMap, Sparse, sparse


def pruned(program: Program) -> IntegerProgram:
    assert isinstance(program, IntegerProgram)
    after = Prune().run(program)
    demand_same(program, after)
    return after


def left_of(linear: LinearMap) -> LinearMap:
    """What pruning makes of a map from x to a, whose every neuron is read."""
    end = Dense(np.ones((1, prod(linear.out_shape)), np.int64), linear.out_shape, (1,))
    program = network({"a": lif(linear.out_shape)}, joint("x", "a", linear), joint("a", "y", end))
    (synapse,) = pruned(program).into("a")
    return synapse.map


def stored(rows: list[list[int]]) -> Sparse:
    """A Sparse that stores every weight, those of zero too."""
    full = np.array(rows, np.int64)
    pattern = (full.ravel(), np.tile(np.arange(3), 2), np.array([0, 3, 6]))
    return Sparse(sp.csr_array(pattern, shape=(2, 3)), (3,), (2,))


def test_stored_zeros_leave_a_sparse() -> None:
    rows = [[50, 0, -3], [0, 0, 7]]
    left = left_of(stored(rows))
    assert isinstance(left, Sparse)
    assert left.matrix.data.tolist() == [50, -3, 7]
    assert left.expanded().toarray().tolist() == rows


def test_a_sparse_without_zeros_stays_as_it_is() -> None:
    for linear in (stored([[1, 2, 3], [4, 5, 6]]), sparse(np.eye(2, 3, dtype=int), (3,), (2,))):
        assert left_of(linear) is linear


def test_a_dense_that_is_half_zero_becomes_sparse() -> None:
    rows = [[50, 0, -3], [0, 0, 7]]
    left = left_of(dense(rows))
    assert isinstance(left, Sparse)
    assert left.expanded().toarray().tolist() == rows


def test_a_dense_with_more_weights_than_zeros_stays_as_it_is() -> None:
    linear = dense([[50, 0, -3], [0, 2, 7]])
    assert left_of(linear) is linear


def test_a_kron_keeps_its_zeros() -> None:
    linear = Kron(np.eye(2, dtype=np.int64), np.array([[5, 0, 0]]))
    assert left_of(linear) is linear


def test_a_synapse_without_a_weight_goes_with_its_sources() -> None:
    program = network(
        {"a": lif((2,), 20), "b": lif((2,), 20)},
        joint("x", "a", dense(np.ones((2, 3)))),
        joint("x", "b", dense(np.ones((2, 3)))),
        joint("a b", "y", dense([[0, 0]])),
        joint("a", "y", dense([[1, 2]])),
        joint("b", "a", dense([[0, 0], [0, 0]])),
    )
    assert [s.name for s in pruned(program).synapses] == ["x_to_b", "x_to_a", "a_to_y"]


def test_a_readout_keeps_one_synapse() -> None:
    program = network(
        {"a": lif((2,), 20), "b": lif((2,), 20)},
        joint("x", "a", dense(np.ones((2, 3)))),
        joint("x", "b", dense(np.ones((2, 3)))),
        joint("a", "y", dense([[0, 0]])),
        joint("b", "y", dense([[0, 0]])),
    )
    assert [s.name for s in pruned(program).into("y")] == ["a_to_y"]
