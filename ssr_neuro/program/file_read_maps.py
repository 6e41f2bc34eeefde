"""Linear maps from their file form."""

from typing import Any

import numpy as np
import scipy.sparse as sp

from ssr_neuro.program.file_values import Arrays, shape
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap, Sparse


def linear(spec: dict[str, Any], arrays: Arrays) -> LinearMap:
    """Raises TypeError or ValueError where the parts do not make a map."""
    if spec["kind"] == "kron":
        return Kron(_matrix(spec["left"], arrays), _matrix(spec["right"], arrays), spec["carrier"])
    in_shape, out_shape = shape(spec["in_shape"]), shape(spec["out_shape"])
    if spec["kind"] == "dense":
        return Dense(_matrix(spec["weight"], arrays), in_shape, out_shape)
    if spec["kind"] == "sparse":
        return Sparse(_csr(spec, arrays, in_shape, out_shape), in_shape, out_shape)
    raise ValueError(f"a map of kind {spec['kind']!r}; there are kron, dense and sparse")


def _matrix(key: object, arrays: Arrays) -> Array:
    found = arrays.of(key)
    if found.ndim != 2:
        raise ValueError(f"array {key!r} has {found.ndim} axes, a matrix has 2")
    return found


def _csr(
    spec: dict[str, Any], arrays: Arrays, in_shape: tuple[int, ...], out_shape: tuple[int, ...]
) -> Any:
    """scipy checks that indices and pointers fit each other and the shape."""
    data, indices, indptr = (arrays.of(spec[part]) for part in ("data", "indices", "indptr"))
    if indices.dtype.kind != "i" or indptr.dtype.kind != "i":
        raise TypeError("indices and indptr of a sparse map are whole numbers")
    size = (int(np.prod(out_shape)), int(np.prod(in_shape)))
    matrix = sp.csr_array((data, indices, indptr), shape=size)
    matrix.check_format(full_check=True)
    return matrix
