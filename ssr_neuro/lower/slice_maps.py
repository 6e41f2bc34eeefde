"""Parts of maps: rows and columns left out, or added up where neurons became one."""

from dataclasses import dataclass
from math import prod

import numpy as np
import scipy.sparse as sp

from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap, Shape, matrix_map, sparse


@dataclass(frozen=True, eq=False)
class KeptNeurons:
    """Some neurons of a population. mask: bool, the population's shape.

    grid: they are whole positions times whole features, so the part keeps two dimensions.
    """

    mask: Array
    grid: bool

    @property
    def whole(self) -> bool:
        return bool(self.mask.all())

    @property
    def shape(self) -> Shape:
        """The population's own shape where nothing is left out, else (positions, features) or one
        dimension."""
        if self.whole:
            return self.mask.shape
        return tuple(len(axis) for axis in self.axes) if self.grid else (int(self.mask.sum()),)

    @property
    def axes(self) -> tuple[Array, Array]:
        """The positions and the features of a grid, as indices."""
        return np.flatnonzero(self.mask.any(axis=1)), np.flatnonzero(self.mask.any(axis=0))

    def of(self, values: Array) -> Array:
        """The part of an array of the population's shape."""
        return values if self.whole else values[self.mask].reshape(self.shape)


def slice_map(linear: LinearMap, targets: KeptNeurons, sources: KeptNeurons) -> LinearMap:
    """The map between two parts. A Kron needs grids on both sides; untouched arrays are shared."""
    if targets.whole and sources.whole:
        return linear
    if isinstance(linear, Kron):
        factors = zip((linear.left, linear.right), targets.axes, sources.axes, strict=True)
        left, right = (_block(factor, rows, columns) for factor, rows, columns in factors)
        return Kron(left, right, linear.carrier)
    rows, columns = (np.flatnonzero(kept.mask) for kept in (targets, sources))
    if isinstance(linear, Dense):
        return Dense(_block(linear.weight, rows, columns), sources.shape, targets.shape)
    return sparse(linear.expanded()[rows][:, columns], sources.shape, targets.shape)


def _block(matrix: Array, rows: Array, columns: Array) -> Array:
    whole = matrix.shape == (len(rows), len(columns))
    return matrix if whole else np.ascontiguousarray(matrix[np.ix_(rows, columns)])


def sources_reaching(linear: LinearMap, targets: Array) -> Array:
    """Sources with a weight to any of some targets: bool of out_shape -> bool of in_shape."""
    if isinstance(linear, Kron):
        left, right = (np.asarray(w != 0, np.float32) for w in (linear.left, linear.right))
        reached: Array = left.T @ targets.astype(np.float32) @ right
        return reached > 0
    weighted = (linear.expanded() != 0).astype(np.int64)
    return np.asarray(weighted.T @ targets.ravel().astype(np.int64)).reshape(linear.in_shape) > 0


def merge_columns(linear: LinearMap, axis: int | None, owner: Array) -> LinearMap:
    """The map with the columns of every source moved onto those of its owner, and added there.

    owner: for each index of `axis` of in_shape (None: of the flattened sources, not for a Kron)
    the index that it moves to. Raises BadInput where a Kron would need weights in both factors.
    """
    size = len(owner)
    moves = sp.csr_array((np.ones(size, np.int64), (np.arange(size), owner)), shape=(size, size))
    if isinstance(linear, Kron):
        if axis == 0:
            return Kron(linear.left @ moves.toarray(), linear.right, linear.carrier)
        return Kron(linear.left, linear.right @ moves.toarray(), linear.carrier)
    if axis is not None:
        before, after = prod(linear.in_shape[:axis]), prod(linear.in_shape[axis + 1 :])
        inner = sp.kron(moves, sp.identity(after, dtype=np.int64))
        moves = sp.csr_array(sp.kron(sp.identity(before, dtype=np.int64), inner))
    return matrix_map(linear.expanded() @ moves, linear.in_shape, linear.out_shape)
