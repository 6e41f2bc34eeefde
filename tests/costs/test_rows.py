"""Rows that spikes reach: by hand, and against walks over expanded matrices."""

from itertools import groupby

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from report_example import example

from ssr_neuro.costs.counting import count
from ssr_neuro.costs.rows import layout_of, target_rows, weight_rows
from ssr_neuro.program.linear_maps import Dense, Kron, LinearMap, Sparse, sparse

OVER_FEATURES = Kron(np.eye(2, dtype=np.int64), np.array([[1, 2, 0], [3, 0, 4]]))
OVER_POSITIONS = Kron(np.array([[1, -2], [0, 3], [4, 5]]), np.eye(3, dtype=np.int64))


def plain(rows: dict[int, np.ndarray]) -> dict[int, list[int]]:
    return {length: found.tolist() for length, found in rows.items()}


def test_a_matrix_over_features_is_fetched_by_its_columns_zeros_included() -> None:
    assert plain(weight_rows(OVER_FEATURES)) == {2: [1] * 6}
    assert plain(target_rows(OVER_FEATURES, "features")) == {2: [1] * 6}
    assert plain(target_rows(OVER_FEATURES, "positions")) == {1: [2] * 6}


def test_a_matrix_over_positions_needs_targets_side_by_side_by_positions() -> None:
    assert plain(weight_rows(OVER_POSITIONS)) == {3: [1] * 6}
    assert plain(target_rows(OVER_POSITIONS, "positions")) == {3: [1] * 6}
    assert plain(target_rows(OVER_POSITIONS, "features")) == {1: [3] * 6}


def test_a_position_that_is_not_read_fetches_nothing() -> None:
    last = Kron(np.array([[0, 1]]), np.array([[1, 2, 3]]))
    assert plain(weight_rows(last)) == {1: [0, 0, 0, 1, 1, 1]}


def test_a_dense_matrix_is_one_row_and_a_list_of_synapses_what_is_there() -> None:
    weight = np.array([[1, 0, 2], [0, 0, 3], [4, 0, 5], [6, 0, 0]])
    dense, listed = Dense(weight, (3,), (4,)), sparse(weight, (3,), (4,))
    assert plain(weight_rows(dense)) == plain(target_rows(dense, "features")) == {4: [1, 1, 1]}
    assert plain(weight_rows(listed)) == {3: [1, 0, 1]}
    # The first neuron reaches 0, then 2 and 3; the last one 0, 1 and 2.
    assert plain(target_rows(listed, "features")) == {
        1: [1, 0, 0],
        2: [1, 0, 0],
        3: [0, 0, 1],
    }


def test_a_convolution_reaches_a_run_for_each_line_of_its_kernel() -> None:
    """3 x 3 over 5 x 5, padded: of a neuron in the middle three runs of three."""
    places = [(y, x) for y in range(5) for x in range(5)]
    matrix = np.array(
        [[abs(y - v) <= 1 and abs(x - w) <= 1 for v, w in places] for y, x in places], np.int64
    )
    found = plain(target_rows(sparse(matrix, (5, 5), (5, 5)), "features"))
    middle, corner = 2 * 5 + 2, 0
    assert {length: runs[middle] for length, runs in found.items() if runs[middle]} == {3: 3}
    assert {length: runs[corner] for length, runs in found.items() if runs[corner]} == {2: 2}


def test_a_population_lies_by_positions_where_all_its_maps_mix_them() -> None:
    assert layout_of([OVER_POSITIONS, OVER_POSITIONS]) == "positions"
    assert layout_of([OVER_POSITIONS, OVER_FEATURES]) == layout_of([]) == "features"


@given(st.integers(0, 2**32 - 1))
def test_the_targets_in_all_rows_are_the_synapses_there(seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.integers(0, 2, (rng.integers(1, 9), rng.integers(1, 9)))
    one = Sparse(sp.csr_array(matrix), (matrix.shape[1],), (matrix.shape[0],))
    found = target_rows(one, "features")
    for column in range(matrix.shape[1]):
        runs = [len(list(run)) for value, run in groupby(matrix[:, column]) if value]
        assert {k: int(n[column]) for k, n in found.items() if n[column]} == {
            k: runs.count(k) for k in runs
        }


@pytest.mark.parametrize("linear", [OVER_FEATURES, OVER_POSITIONS])
def test_stored_zeros_are_operations_too(linear: LinearMap) -> None:
    stored = sum(length * rows for length, rows in weight_rows(linear).items())
    whole = linear.with_weights(np.ones_like(linear.weights)).expanded().toarray()
    assert stored.tolist() == whole.sum(axis=0).tolist()


def test_a_run_reads_the_rows_of_its_spikes() -> None:
    """Spike by spike over the expanded matrices, whose stored zeros are made ones."""
    program, trace = example()
    found, operations = count(program, trace), 0
    for synapse in program.synapses:
        ones = synapse.map.with_weights(np.ones_like(synapse.map.weights)).expanded().toarray()
        for source in synapse.sources:
            spikes = {**trace.inputs, **trace.spikes}[source.name]
            sent = spikes.reshape(trace.samples, program.steps, -1).sum(axis=(0, 1))
            operations += int(ones.sum(axis=0) @ sent)
    assert found.sops_with_zeros is not None
    assert found.sops_with_zeros.total == operations > found.sops.total
    for rows in (found.weight_rows, found.target_rows):
        assert sum(row.length * row.read.total for row in rows) == operations
    assert sum(s.sops_with_zeros.total for s in found.synapses if s.sops_with_zeros) == operations
