"""Weighted sums as few large matrix products, on arrays (positions, steps, samples, features)."""

from dataclasses import dataclass
from math import prod
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ssr_neuro.program.arrays import is_binary
from ssr_neuro.program.ir import Program, Synapse
from ssr_neuro.program.linear_maps import Array, Kron, Shape, is_identity
from ssr_neuro.program.synaptic_input import largest_sum

FLOAT32_EXACT = 1 << 24
Layout = Literal["grid", "flat"]


def layouts(program: Program) -> dict[str, Layout]:
    """How each node's neurons lie: positions by features where a Kron reads or feeds it.

    So do those that are summed with them.
    """
    grids: set[str] = set()
    for synapse in program.synapses:
        if isinstance(synapse.map, Kron):
            grids |= {synapse.target, *(s.name for s in synapse.sources)}
    summed = [{s.name for s in synapse.sources} for synapse in program.synapses]
    while wider := [names for names in summed if names & grids and names - grids]:
        grids = grids.union(*wider)
    return {node.name: "grid" if node.name in grids else "flat" for node in program.nodes}


def axes(shape: Shape, layout: Layout) -> tuple[int, int]:
    """(positions, features) of a node; a flat one has one feature."""
    return (shape[0], shape[1]) if layout == "grid" else (prod(shape), 1)


def arrange(x: Array, shape: Shape, layout: Layout) -> npt.NDArray[np.float32]:
    """(samples, steps, *shape) -> (positions, steps, samples, features), float32."""
    grid = x.reshape(*x.shape[:2], *axes(shape, layout))
    laid: npt.NDArray[np.float32] = np.ascontiguousarray(
        grid.transpose(2, 1, 0, 3), dtype=np.float32
    )
    return laid


def restore(x: Array, shape: Shape, kind: Any) -> Array:
    """(positions, steps, samples, features) -> (samples, steps, *shape) of a number type."""
    samples, steps = x.shape[2], x.shape[1]
    back = np.empty((samples, steps, x.shape[0], x.shape[3]), kind)
    back[...] = x.transpose(2, 1, 0, 3)
    out: Array = back.reshape(samples, steps, *shape)
    return out


@dataclass(frozen=True, eq=False)
class Weighted:
    """One synapse made ready: `apply` takes the sum of its sources' spikes in their layout."""

    synapse: Synapse
    target_layout: Layout
    matrix: Any  # None for a Kron
    rows: Any  # which positions are read, where `left` only picks or is the identity
    left: Any
    right: Any

    def apply(self, x: Array) -> Array:
        """(positions, steps, samples, features) -> the same of the target, exact if x.dtype is."""
        if self.matrix is not None:
            return self._plain(x)
        if self.rows is not None:
            y: Array = x if self.rows is ALL else x[self.rows]
        else:
            left = self.left.astype(x.dtype)
            y = (left @ x.reshape(x.shape[0], -1)).reshape(len(left), *x.shape[1:])
        if self.right is None:
            return y
        rows: Array = y.reshape(-1, y.shape[3]) @ self.right.T.astype(x.dtype)
        return rows.reshape(*y.shape[:3], len(self.right))

    def _plain(self, x: Array) -> Array:
        """Through flattened neurons, in and out of the grid where one lies so."""
        linear, (steps, samples) = self.synapse.map, x.shape[1:3]
        flat = x.transpose(0, 3, 1, 2).reshape(prod(linear.in_shape), -1)
        y = self.matrix.astype(x.dtype) @ flat
        positions, features = axes(linear.out_shape, self.target_layout)
        grid = y.reshape(positions, features, steps, samples).transpose(0, 2, 3, 1)
        return np.ascontiguousarray(grid)


ALL = object()


def weigh(synapse: Synapse, layout: dict[str, Layout]) -> Weighted:
    """Matrices in float32, converted where whole numbers beyond 2**24 need int64."""
    target = layout[synapse.target]
    linear = synapse.map
    if not isinstance(linear, Kron):
        expanded = linear.expanded()
        dense = 4 * expanded.nnz > prod(expanded.shape)
        matrix = expanded.toarray() if dense else expanded
        return Weighted(synapse, target, _ready(matrix), None, None, None)
    left, right = linear.left, linear.right
    return Weighted(
        synapse,
        target,
        None,
        _pick(left),
        _ready(left),
        None if is_identity(right) else _ready(right),
    )


def exact_in_float32(program: Program, target: str) -> bool:
    """Whether every partial sum into a node stays a whole number that float32 can hold."""
    return largest_sum(program, target) < FLOAT32_EXACT


def _ready(matrix: Any) -> Any:
    """float32 where that is exact, so that no product converts it again."""
    exact = np.abs(matrix).max() < FLOAT32_EXACT if prod(matrix.shape) else True
    return matrix.astype(np.float32) if exact else matrix


def _pick(left: Array) -> Any:
    """Positions that `left` picks, ALL for the identity, None where it mixes."""
    if not is_binary(left) or not (left.sum(axis=1) == 1).all():
        return None
    if is_identity(left):
        return ALL
    return left.argmax(axis=1)
