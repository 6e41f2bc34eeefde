"""Which rows of a map are the same, without expanding a Kron."""

from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.linear_maps import Array, Kron, LinearMap


def row_numbers(linear: LinearMap) -> Ints:
    """A number for each target neuron, int64 (targets,): equal where what reaches them is equal.

    Equal are the sources and their weights, zeros left out.
    """
    if isinstance(linear, Kron):
        return _kron_rows(linear)
    matrix = sp.csr_array(linear.expanded(), copy=True)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    numbers: dict[tuple[bytes, bytes], int] = {}
    return np.array(
        [
            numbers.setdefault(
                (matrix.indices[a:b].tobytes(), matrix.data[a:b].tobytes()), len(numbers)
            )
            for a, b in pairwise(matrix.indptr)
        ],
        np.int64,
    )


def number_rows(matrix: Array) -> Ints:
    """A number for each row of whole numbers, int64 (rows,): equal where the rows are equal."""
    content, width = np.ascontiguousarray(matrix).tobytes(), matrix[:1].nbytes
    rows = (content[at * width : (at + 1) * width] for at in range(len(matrix)))
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(row, len(numbers)) for row in rows], np.int64)


def _kron_rows(kron: Kron) -> Ints:
    """A row is the product of one of either factor. As the factor without weights holds zeros and
    ones, products that are not all zero are equal only where both rows are."""
    left, right = number_rows(kron.left), number_rows(kron.right)
    found = left[:, None] * len(right) + right
    some = np.multiply.outer(_any_in_rows(kron.left), _any_in_rows(kron.right))
    return np.where(some, found, -1).ravel()


def _any_in_rows(matrix: Array) -> Array:
    return np.asarray((matrix != 0).any(axis=1))
