"""How the C kernel's weights lie."""

import tracemalloc

import numpy as np
import scipy.sparse as sp

from simulators.native.weights import arrange
from ssr_neuro.program.ir import Affine, Source, Synapse
from ssr_neuro.program.linear_maps import Sparse

LANES = 16


def one_to_one(read: np.ndarray) -> Synapse:
    """Target neuron i receives twice the spikes of source neuron read[i]."""
    n = len(read)
    matrix = sp.csr_array((np.full(n, 2), (np.arange(n), read)), (n, n))
    linear = Sparse(matrix, (n,), (n,))
    return Synapse("s", (Source("in"),), "out", (Affine(linear, np.zeros(n, np.int64)),))


def test_one_to_one_takes_memory_by_neuron_and_not_by_pair() -> None:
    n = 20_000
    grid = (1, n, n)
    tracemalloc.start()
    found = arrange(one_to_one(np.arange(n)), grid, grid, LANES)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.places is None
    assert peak_bytes < 1_000 * n


def test_what_is_read_elsewhere_is_named_with_its_runs() -> None:
    read = np.roll(np.arange(64), 32)
    found = arrange(one_to_one(read), (1, 64, 64), (1, 64, 64), LANES)
    assert found.starts is not None
    assert found.places is not None
    assert found.runs is not None
    assert found.starts.tolist() == list(range(65))
    assert found.places.tolist() == read.tolist()
    assert found.runs.tolist() == [[0, 32, 32], [32, 0, 32]]
