"""Linear maps between populations, kept as structure and expanded only where a backend needs it.

scipy is imported where a matrix is: a program of Krons and Dense maps is read and run without it.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput
from ssr_neuro.program.arrays import is_binary
from ssr_neuro.program.whole_products import WholeMatrix

Array = npt.NDArray[Any]
Shape = tuple[int, ...]


class LinearMap(Protocol):
    """A weight matrix from a population of `in_shape` to one of `out_shape`."""

    @property
    def in_shape(self) -> Shape: ...
    @property
    def out_shape(self) -> Shape: ...
    @property
    def weights(self) -> Array:
        """The distinct stored weights, once each."""
        ...

    def with_weights(self, weights: Array) -> "LinearMap":
        """The same structure with other weights of the same shape."""
        ...

    def apply(self, x: Array) -> Array:
        """(..., *in_shape) -> (..., *out_shape)."""
        ...

    def expanded(self) -> Any:
        """The full matrix, scipy CSR of shape (out, in), neurons in C order."""
        ...


@dataclass(frozen=True, eq=False)
class Kron:
    """`left` over positions, `right` over features: y[p, f] = sum left[p, q] right[f, g] x[q, g].

    Mixing over positions is `W (x) I`, over features `I (x) W`; a row of the identity as `left`
    reads one position. left: (P_out, P_in), right: (F_out, F_in). `carrier` says which factor
    holds the weights; the other holds only zeros and ones. Left out, it is read off the factors.
    """

    left: Array
    right: Array
    carrier: Literal["left", "right", ""] = ""

    def __post_init__(self) -> None:
        if not self.carrier:
            object.__setattr__(self, "carrier", "left" if is_binary(self.right) else "right")
        if not is_binary(self.right if self.carrier == "left" else self.left):
            raise BadInput(
                f"a Kron of {self.left.shape} and {self.right.shape} has weights in both factors; "
                "expand it to Dense first"
            )

    @property
    def in_shape(self) -> Shape:
        return (self.left.shape[1], self.right.shape[1])

    @property
    def out_shape(self) -> Shape:
        return (self.left.shape[0], self.right.shape[0])

    @property
    def weights(self) -> Array:
        return self.left if self.carrier == "left" else self.right

    def with_weights(self, weights: Array) -> "Kron":
        """Other weights; the other factor takes their number type."""
        if self.carrier == "left":
            return replace(self, left=weights, right=self.right.astype(weights.dtype, copy=False))
        return replace(self, right=weights, left=self.left.astype(weights.dtype, copy=False))

    def apply(self, x: Array) -> Array:
        whole = _is_whole(self.weights, x)
        if not self._keeps_positions:
            x = self._wholes[0].on_rows(x) if whole else self.left.astype(x.dtype, copy=False) @ x
        if not self._keeps_features:
            x = (
                self._wholes[1].on_columns(x)
                if whole
                else x @ self.right.T.astype(x.dtype, copy=False)
            )
        return x

    @cached_property
    def _wholes(self) -> tuple[WholeMatrix, WholeMatrix]:
        return WholeMatrix(self.left), WholeMatrix(self.right)

    @cached_property
    def _keeps_positions(self) -> bool:
        return is_identity(self.left)

    @cached_property
    def _keeps_features(self) -> bool:
        return is_identity(self.right)

    def expanded(self) -> Any:
        import scipy.sparse as sp

        matrix = sp.csr_array(sp.kron(self.left, self.right))
        matrix.eliminate_zeros()
        return matrix


@dataclass(frozen=True, eq=False)
class Dense:
    """A plain matrix between flattened populations. weight: (out, in)."""

    weight: Array
    in_shape: Shape
    out_shape: Shape

    def __post_init__(self) -> None:
        if self.weight.shape != (prod(self.out_shape), prod(self.in_shape)):
            raise BadInput(
                f"a Dense weight of shape {self.weight.shape} cannot map {self.in_shape} to "
                f"{self.out_shape}; it needs {(prod(self.out_shape), prod(self.in_shape))}"
            )

    @property
    def weights(self) -> Array:
        return self.weight

    def with_weights(self, weights: Array) -> "Dense":
        return replace(self, weight=weights)

    def apply(self, x: Array) -> Array:
        lead = x.shape[: x.ndim - len(self.in_shape)]
        flat = x.reshape(*lead, self.weight.shape[1])
        if _is_whole(self.weight, x):
            y = self._whole.on_columns(flat)
        else:
            y = flat @ self.weight.T.astype(x.dtype, copy=False)
        return y.reshape(*lead, *self.out_shape)

    @cached_property
    def _whole(self) -> WholeMatrix:
        return WholeMatrix(self.weight)

    def expanded(self) -> Any:
        import scipy.sparse as sp

        return sp.csr_array(self.weight)


@dataclass(frozen=True, eq=False)
class Sparse:
    """Only the synapses that are there; a convolution, a pooling, a one-to-one connection.

    matrix: scipy CSR of shape (out, in), neurons in C order, no stored zeros.
    """

    matrix: Any
    in_shape: Shape
    out_shape: Shape

    def __post_init__(self) -> None:
        if self.matrix.shape != (prod(self.out_shape), prod(self.in_shape)):
            raise BadInput(
                f"a Sparse matrix of shape {self.matrix.shape} cannot map {self.in_shape} to "
                f"{self.out_shape}; it needs {(prod(self.out_shape), prod(self.in_shape))}"
            )

    @property
    def weights(self) -> Array:
        data: Array = self.matrix.data
        return data

    def with_weights(self, weights: Array) -> "Sparse":
        import scipy.sparse as sp

        pattern = (weights, self.matrix.indices, self.matrix.indptr)
        return replace(self, matrix=sp.csr_array(pattern, shape=self.matrix.shape))

    def apply(self, x: Array) -> Array:
        lead = x.shape[: x.ndim - len(self.in_shape)]
        flat = x.reshape(prod(lead), self.matrix.shape[1])
        y = (self.matrix.astype(x.dtype, copy=False) @ flat.T).T
        return np.ascontiguousarray(y).reshape(*lead, *self.out_shape)

    def expanded(self) -> Any:
        return self.matrix


def sparse(matrix: Any, in_shape: Shape, out_shape: Shape) -> Sparse:
    """A Sparse of any scipy or NumPy matrix (out, in), its zeros left out."""
    import scipy.sparse as sp

    csr = sp.csr_array(matrix, copy=True)  # scipy leaves zeros out in place; others read these
    csr.sum_duplicates()
    csr.eliminate_zeros()
    return Sparse(csr, in_shape, out_shape)


def matrix_map(matrix: Any, in_shape: Shape, out_shape: Shape) -> Dense | Sparse:
    """The smaller of the two plain forms of a matrix (out, in)."""
    found = sparse(matrix, in_shape, out_shape)
    if 2 * found.matrix.nnz <= prod(found.matrix.shape):
        return found
    return Dense(found.matrix.toarray(), in_shape, out_shape)


def identity(shape: Shape) -> Sparse:
    """Every neuron to its like, weight 1."""
    import scipy.sparse as sp

    return Sparse(sp.csr_array(sp.identity(prod(shape))), shape, shape)


def _is_whole(weights: Array, x: Array) -> bool:
    """Whether products of the two are those of int64."""
    return x.dtype == np.int64 and weights.dtype.kind in "iu"


def is_identity(matrix: Array) -> bool:
    """Whether a matrix is square, with ones on its diagonal and zeros elsewhere."""
    rows, columns = matrix.shape
    return rows == columns and bool((matrix == np.eye(rows)).all())
