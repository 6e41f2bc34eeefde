"""Share: equal weights are one object, so that files and backends can keep them once."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from ssr_neuro.lower.passes import Pass
from ssr_neuro.program.ir import Affine, IntegerProgram, Synapse
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap, Sparse


@dataclass(frozen=True)
class ShareMatrices(Pass[IntegerProgram, IntegerProgram]):
    """Exact: nothing but the identity of arrays changes.

    Factors of Krons and matrices that hold the same numbers become the same array, and equal maps
    the same map; arrays are never written to.
    """

    name: ClassVar[str] = "share"
    optimises: ClassVar[bool] = True

    def run(self, program: IntegerProgram) -> IntegerProgram:
        shared: dict[Any, Any] = {}
        return replace(program, synapses=tuple(_share_synapse(s, shared) for s in program.synapses))


def _share_synapse(synapse: Synapse, shared: dict[Any, Any]) -> Synapse:
    linear = _share_map(synapse.map, shared)
    return replace(synapse, chain=(Affine(linear, synapse.chain[0].bias),))


def _share_map(linear: LinearMap, shared: dict[Any, Any]) -> LinearMap:
    if isinstance(linear, Kron):
        left, right = _first_array(linear.left, shared), _first_array(linear.right, shared)
        key: Any = ("kron", linear.carrier, id(left), id(right))
        same = linear if (left is linear.left and right is linear.right) else None
        return _first_equal(key, same or Kron(left, right, linear.carrier), shared)
    if isinstance(linear, Dense):
        weight = _first_array(linear.weight, shared)
        key = ("dense", linear.in_shape, linear.out_shape, id(weight))
        same_dense = linear if weight is linear.weight else replace(linear, weight=weight)
        return _first_equal(key, same_dense, shared)
    if isinstance(linear, Sparse):
        matrix = shared.setdefault(_matrix_key(linear.matrix), linear.matrix)
        key = ("sparse", linear.in_shape, linear.out_shape, id(matrix))
        return _first_equal(key, replace(linear, matrix=matrix), shared)
    return linear


def _first_equal(key: Any, linear: LinearMap, shared: dict[Any, Any]) -> LinearMap:
    found: LinearMap = shared.setdefault(key, linear)
    return found


def _first_array(array: Array, shared: dict[Any, Any]) -> Array:
    key = (array.dtype.str, array.shape, np.ascontiguousarray(array).tobytes())
    found: Array = shared.setdefault(key, array)
    return found


def _matrix_key(matrix: Any) -> tuple[Any, ...]:
    parts = (matrix.data, matrix.indices, matrix.indptr)
    return (matrix.shape, *((part.dtype.str, part.tobytes()) for part in parts))
