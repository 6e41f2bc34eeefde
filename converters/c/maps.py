"""Linear maps as the forms of runtime.h: what one spike adds, in the order in which it is read."""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from converters.c.pools import Pool
from ssr_neuro.program.ir import Synapse
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap, is_identity

NONE = (1 << 32) - 1
DENSE, SPARSE, IDENTITY, MIX_OUTER, MIX_INNER, MIX_OUTER_EACH = range(6)


@dataclass(frozen=True)
class Form:
    """Columns of `ssr_synapse` that say what a spike adds."""

    form: int
    weights: int
    outer: int
    inner: int
    from_inner: int = 1
    starts: int = NONE
    indices: int = NONE


@dataclass(frozen=True)
class MapPools:
    """Where weights and places are held."""

    weights: Pool
    starts: Pool
    indices: Pool


def to_form(synapse: Synapse, pools: MapPools) -> Form:
    """The form of a lowered synapse's map. Raises DoesNotFit that names the synapse."""
    linear, name = synapse.map, f"synapse {synapse.name!r}"
    if isinstance(linear, Kron):
        return _kron(linear, pools, name)
    size = prod(linear.out_shape)
    if isinstance(linear, Dense):
        return Form(DENSE, pools.weights.keep(linear.weight.T, name), size, 1)
    return _sparse(linear, pools, name)


def _kron(linear: Kron, pools: MapPools, name: str) -> Form:
    """Weights along one axis; the other factor says at which places of the other axis."""
    along_outer = linear.carrier == "left"
    chosen = linear.right if along_outer else linear.left
    starts, indices = NONE, NONE
    if not is_identity(chosen):
        _, places = np.nonzero(chosen.T)
        ends = np.cumsum(np.count_nonzero(chosen, axis=0))
        starts = pools.starts.keep(np.concatenate([[0], ends]), name)
        indices = pools.indices.keep(places, name)
    return Form(
        MIX_OUTER if along_outer else MIX_INNER,
        pools.weights.keep(linear.weights.T, name),
        linear.out_shape[0],
        linear.out_shape[1],
        linear.in_shape[1],
        starts,
        indices,
    )


def _sparse(linear: LinearMap, pools: MapPools, name: str) -> Form:
    matrix = linear.expanded().tocsc()
    matrix.sort_indices()
    size = matrix.shape[0]
    if _is_one_to_one(matrix) and (matrix.data == matrix.data[:1]).all():
        return Form(IDENTITY, pools.weights.keep(matrix.data[:1], name), size, 1)
    if (each := _mixes_outer(linear, matrix)) is not None:
        outer, inner = linear.out_shape
        return Form(MIX_OUTER_EACH, pools.weights.keep(each, name), outer, inner, inner)
    return Form(
        SPARSE,
        pools.weights.keep(matrix.data, name),
        size,
        1,
        1,
        pools.starts.keep(matrix.indptr, name),
        pools.indices.keep(matrix.indices, name),
    )


def _is_one_to_one(matrix: Any) -> bool:
    size, sources = matrix.shape
    return bool(
        size == sources == matrix.nnz
        and (matrix.indices == np.arange(size)).all()
        and (matrix.indptr == np.arange(size + 1)).all()
    )


def _mixes_outer(linear: LinearMap, matrix: Any) -> Array | None:
    """Weights (source neurons, outer) where every feature is mixed over positions by itself."""
    if len(linear.in_shape) != 2 or len(linear.out_shape) != 2:
        return None
    (outer, inner), width = linear.out_shape, linear.in_shape[1]
    entries = matrix.tocoo()
    rows, columns = entries.coords
    if width != inner or 3 * matrix.nnz <= outer * matrix.shape[1]:
        return None
    if (rows % inner != columns % inner).any():
        return None
    each = np.zeros((matrix.shape[1], outer), np.int64)
    each[columns, rows // inner] = entries.data
    return each
