"""Share: equal weights are one object, so that files and backends can keep them once."""

from dataclasses import replace
from typing import Any

import numpy as np

from ssr_neuro.program.ir import Affine, Program, Synapse
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap, Sparse


def share(program: Program) -> Program:
    """Exact: nothing but the identity of arrays changes.

    Factors of Krons and matrices that hold the same numbers become the same array, and equal maps
    the same map; arrays are never written to.
    """
    shared: dict[Any, Any] = {}
    return replace(program, synapses=tuple(_shared(s, shared) for s in program.synapses))


def _shared(synapse: Synapse, shared: dict[Any, Any]) -> Synapse:
    linear = _with_shared(synapse.map, shared)
    return replace(synapse, chain=(Affine(linear, synapse.chain[0].bias),))


def _with_shared(linear: LinearMap, shared: dict[Any, Any]) -> LinearMap:
    if isinstance(linear, Kron):
        left, right = _one(linear.left, shared), _one(linear.right, shared)
        key: Any = ("kron", linear.carrier, id(left), id(right))
        same = linear if (left is linear.left and right is linear.right) else None
        return _same(key, same or Kron(left, right, linear.carrier), shared)
    if isinstance(linear, Dense):
        weight = _one(linear.weight, shared)
        key = ("dense", linear.in_shape, linear.out_shape, id(weight))
        same_dense = linear if weight is linear.weight else replace(linear, weight=weight)
        return _same(key, same_dense, shared)
    if isinstance(linear, Sparse):
        matrix = shared.setdefault(_content(linear.matrix), linear.matrix)
        key = ("sparse", linear.in_shape, linear.out_shape, id(matrix))
        return _same(key, replace(linear, matrix=matrix), shared)
    return linear


def _same(key: Any, linear: LinearMap, shared: dict[Any, Any]) -> LinearMap:
    found: LinearMap = shared.setdefault(key, linear)
    return found


def _one(array: Array, shared: dict[Any, Any]) -> Array:
    key = (array.dtype.str, array.shape, np.ascontiguousarray(array).tobytes())
    found: Array = shared.setdefault(key, array)
    return found


def _content(matrix: Any) -> tuple[Any, ...]:
    parts = (matrix.data, matrix.indices, matrix.indptr)
    return (matrix.shape, *((part.dtype.str, part.tobytes()) for part in parts))
