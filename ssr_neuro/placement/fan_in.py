"""How the neurons of a source reach one part of a node, without expanding a Kron."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp

from ssr_neuro.placement.part import PopulationSlice, grid
from ssr_neuro.program.linear_maps import Array, Kron, LinearMap


@dataclass(frozen=True, eq=False)
class ConnectedPart:
    """From each source neuron (C order) into one part.

    counts: synapses, int64 (sources,). spans: neurons from the first that it reaches to the last,
    int64 (2, sources), 0 where it reaches none; in row 0 the features of a position stand side by
    side on the core, in row 1 the positions of a feature.
    """

    counts: Array
    spans: Array


class Pattern(Protocol):
    """Where a map has synapses."""

    @property
    def fan_in(self) -> Array:
        """Synapses into each target neuron: int64 (targets,)."""
        ...

    def into(self, part: PopulationSlice) -> ConnectedPart: ...


def pattern(linear: LinearMap) -> Pattern:
    """The synapses with a non-zero weight."""
    if isinstance(linear, Kron):
        return _Product(linear.left != 0, linear.right != 0)
    return _Matrix(sp.csr_array(linear.expanded() != 0), grid(linear.out_shape)[1])


@dataclass(frozen=True, eq=False)
class _Product:
    """left: bool (P_out, P_in), right: bool (F_out, F_in)."""

    left: Array
    right: Array

    @property
    def fan_in(self) -> Array:
        return np.asarray(np.multiply.outer(self.left.sum(axis=1), self.right.sum(axis=1)).ravel())

    def into(self, part: PopulationSlice) -> ConnectedPart:
        rows, row_span = _column_ends(self.left[slice(*part.positions)])
        columns, column_span = _column_ends(self.right[slice(*part.features)])
        counts = np.multiply.outer(rows, columns).ravel()
        spans = (
            np.add.outer(row_span * part.columns, column_span),
            np.add.outer(row_span, column_span * part.rows),
        )
        there = counts > 0
        return ConnectedPart(counts, np.stack([np.where(there, s.ravel() + 1, 0) for s in spans]))


def _column_ends(mask: Array) -> tuple[Array, Array]:
    """For each column: how many there are, and the distance from the first to the last."""
    first, from_end = mask.argmax(axis=0), mask[::-1].argmax(axis=0)
    return mask.sum(axis=0), len(mask) - 1 - from_end - first


@dataclass(frozen=True, eq=False)
class _Matrix:
    """matrix: scipy CSR of shape (out, in), bool. features: of the target node."""

    matrix: Any
    features: int

    @property
    def fan_in(self) -> Array:
        return np.asarray(np.diff(self.matrix.indptr), np.int64)

    def into(self, part: PopulationSlice) -> ConnectedPart:
        chosen = self.matrix[part.indices(self.features)].tocsc()
        counts = np.diff(chosen.indptr).astype(np.int64)
        starts = chosen.indptr[:-1][counts > 0]
        row, column = np.divmod(chosen.indices.astype(np.int64), part.columns)
        spans = np.zeros((2, len(counts)), np.int64)
        if len(starts):
            for span, places in zip(
                spans, (row * part.columns + column, column * part.rows + row), strict=True
            ):
                last = np.maximum.reduceat(places, starts)
                span[counts > 0] = last - np.minimum.reduceat(places, starts) + 1
        return ConnectedPart(counts, spans)
