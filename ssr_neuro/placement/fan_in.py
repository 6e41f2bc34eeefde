"""How the neurons of a source reach one part of a node, without expanding a Kron."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol, Self

import numpy as np
import scipy.sparse as sp

from ssr_neuro.placement.part import PopulationSlice, Run, grid
from ssr_neuro.program.linear_maps import Array, Kron, LinearMap

Axis = Literal["positions", "features"]


@dataclass(frozen=True, eq=False)
class DistinctReach:
    """Kinds of source neurons by how they reach a part, and how many there are of each kind.

    counts, spans: as in `ConnectedPart`, int64 (kinds,) and (2, kinds). times: int64 (kinds,).
    """

    counts: Array
    spans: Array
    times: Array


class ConnectedPart(Protocol):
    """From each source neuron (C order) into one part."""

    @property
    def counts(self) -> Array:
        """Synapses, int64 (sources,)."""
        ...

    @property
    def spans(self) -> Array:
        """Neurons from the first that it reaches to the last, int64 (2, sources), 0 where none.

        In row 0 the features of a position stand side by side on the core, in row 1 the positions
        of a feature.
        """
        ...

    @property
    def distinct(self) -> DistinctReach: ...
    @property
    def kind(self) -> bytes | None:
        """Equal where `distinct` is, for parts of one shape; None where that is not known."""
        ...

    @property
    def sources(self) -> Array:
        """Source neurons that reach the part: int64, ascending."""
        ...

    @property
    def sources_count(self) -> int: ...
    @property
    def synapses(self) -> int: ...


class Pattern(Protocol):
    """Where a map has synapses."""

    @property
    def fan_in(self) -> Array:
        """Synapses into each target neuron: int64 (targets,)."""
        ...

    def into(self, part: PopulationSlice) -> ConnectedPart: ...
    def kind_of(self, axis: Axis, run: Run, *, exact: bool) -> bytes | None:
        """Equal for runs of positions, or of features, that are reached alike.

        Parts of such runs ask for the same; exact: also where several maps lead to one part. None
        where that is not known.
        """
        ...


def pattern(linear: LinearMap) -> Pattern:
    """The synapses with a non-zero weight."""
    if isinstance(linear, Kron):
        return _Product(linear.left != 0, linear.right != 0)
    return _Matrix(sp.csr_array(linear.expanded() != 0), grid(linear.out_shape)[1])


@dataclass(frozen=True, eq=False)
class _Product:
    """left: bool (P_out, P_in), right: bool (F_out, F_in). known: ends of runs of either."""

    left: Array
    right: Array
    known: dict[tuple[Axis, Run], "Ends"] = field(default_factory=dict)

    @property
    def fan_in(self) -> Array:
        return np.asarray(np.multiply.outer(self.left.sum(axis=1), self.right.sum(axis=1)).ravel())

    def into(self, part: PopulationSlice) -> ConnectedPart:
        rows = self._ends("positions", part.positions)
        return ConnectedGrid(part, rows, self._ends("features", part.features))

    def kind_of(self, axis: Axis, run: Run, *, exact: bool) -> bytes | None:
        ends = self._ends(axis, run)
        return ends.counts.tobytes() + ends.spans.tobytes() if exact else ends.kind

    def _ends(self, axis: Axis, run: Run) -> "Ends":
        if (axis, run) not in self.known:
            mask = self.left if axis == "positions" else self.right
            self.known[axis, run] = Ends.of(mask[slice(*run)])
        return self.known[axis, run]


@dataclass(frozen=True, eq=False)
class Ends:
    """Of each column of a mask: how many there are, and from the first how far to the last."""

    counts: Array
    spans: Array

    @classmethod
    def of(cls, mask: Array) -> Self:
        first, from_end = mask.argmax(axis=0), mask[::-1].argmax(axis=0)
        return cls(mask.sum(axis=0), len(mask) - 1 - from_end - first)

    @cached_property
    def there(self) -> Array:
        """Columns that are not empty."""
        return np.flatnonzero(self.counts)

    @cached_property
    def kinds(self) -> tuple[Array, Array, Array]:
        """Counts and spans that occur among columns that are not empty, and how often."""
        pairs = np.stack([self.counts[self.there], self.spans[self.there]], axis=1)
        found, times = np.unique(pairs, axis=0, return_counts=True)
        return found[:, 0], found[:, 1], times

    @cached_property
    def kind(self) -> bytes:
        return np.stack(self.kinds).tobytes()

    @cached_property
    def total(self) -> int:
        return int(self.counts.sum())


@dataclass(frozen=True, eq=False)
class ConnectedGrid:
    """Sources are a grid: every neuron reaches what its position and its feature reach."""

    part: PopulationSlice
    rows: Ends
    columns: Ends

    @property
    def counts(self) -> Array:
        return np.multiply.outer(self.rows.counts, self.columns.counts).ravel()

    @property
    def spans(self) -> Array:
        spans = self._spans(self.rows.spans, self.columns.spans)
        return np.where(self.counts > 0, spans, 0)

    @property
    def distinct(self) -> DistinctReach:
        rows, row_spans, row_times = self.rows.kinds
        columns, column_spans, column_times = self.columns.kinds
        return DistinctReach(
            np.multiply.outer(rows, columns).ravel(),
            self._spans(row_spans, column_spans),
            np.multiply.outer(row_times, column_times).ravel(),
        )

    @property
    def kind(self) -> bytes | None:
        return self.rows.kind + b"/" + self.columns.kind

    @property
    def sources(self) -> Array:
        features = len(self.columns.counts)
        return np.asarray(np.add.outer(self.rows.there * features, self.columns.there).ravel())

    @property
    def sources_count(self) -> int:
        return len(self.rows.there) * len(self.columns.there)

    @property
    def synapses(self) -> int:
        return self.rows.total * self.columns.total

    def _spans(self, rows: Array, columns: Array) -> Array:
        orders = (
            np.add.outer(rows * self.part.columns, columns),
            np.add.outer(rows, columns * self.part.rows),
        )
        return np.stack([order.ravel() + 1 for order in orders])


@dataclass(frozen=True, eq=False)
class ConnectedNeurons:
    """Each source neuron has a reach of its own."""

    counts: Array
    spans: Array

    @property
    def distinct(self) -> DistinctReach:
        return DistinctReach(self.counts, self.spans, np.ones_like(self.counts))

    @property
    def kind(self) -> bytes | None:
        return None

    @property
    def sources(self) -> Array:
        return np.flatnonzero(self.counts)

    @property
    def sources_count(self) -> int:
        return int(np.count_nonzero(self.counts))

    @property
    def synapses(self) -> int:
        return int(self.counts.sum())


@dataclass(frozen=True, eq=False)
class _Matrix:
    """matrix: scipy CSR of shape (out, in), bool. features: of the target node."""

    matrix: Any
    features: int

    @property
    def fan_in(self) -> Array:
        return np.asarray(np.diff(self.matrix.indptr), np.int64)

    def kind_of(self, axis: Axis, run: Run, *, exact: bool) -> bytes | None:
        return None

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
        return ConnectedNeurons(counts, spans)
