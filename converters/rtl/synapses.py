"""The SYN commands of a synapse: which spikes are read, which weights they fetch, whom they reach.

Every map is a walk over the words of a source and two addresses that are sums over its row, its
word and its lane: of the weights, and of the first target.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Literal

import numpy as np
import scipy.sparse as sp

from converters.rtl.fields import Command, Op
from converters.rtl.images import Image, as_rows, check_depths
from converters.rtl.layout import Layouts, NodeLayout
from ssr_neuro.program.ir import Source, Synapse
from ssr_neuro.program.linear_maps import Array, Dense, Kron, is_identity

Axis = Literal["outer", "inner"]


@dataclass(frozen=True)
class Strides:
    """What a row, a word and a lane of the source add to an address."""

    row: int = 0
    word: int = 0
    lane: int = 0


@dataclass(frozen=True)
class Walk:
    """Words of a source to read, from `first` on, and the lanes of them to listen to."""

    first: int
    rows: int
    words: int
    row_step: int
    lanes: int


@dataclass(frozen=True)
class Reach:
    """What a spike does: `run` words of weights from `weights` on, added from `target` on."""

    weights: int
    weight_strides: Strides
    target: int = 0
    target_strides: Strides = Strides()
    run: int = 1
    run_step: int = 1
    tail: int = 0
    list: bool = False
    single: bool = False
    lane: int | None = None


@dataclass
class Memories:
    """Where weights and lists of synapses are put."""

    weights: Image
    lists: Image


@dataclass(frozen=True)
class SynapseWriter:
    """Commands of the synapses of a program. lanes: of the core."""

    layouts: Layouts
    memories: Memories
    lanes: int

    def commands(self, synapse: Synapse) -> Iterator[Command]:
        """Those of one synapse: all sources, each spike an event of its own."""
        target = self.layouts.nodes[synapse.target]
        for source in synapse.sources:
            origin = self.layouts.nodes[source.name]
            for walk, reach in self._parts(synapse, origin, target):
                yield self._command(walk, reach, source, synapse.exponent)

    def _command(self, walk: Walk, reach: Reach, source: Source, exponent: int) -> Command:
        found = {
            "op": Op.SYN,
            "address": walk.first,
            "rows": walk.rows,
            "words": walk.words,
            "row_step": walk.row_step,
            "lanes": walk.lanes,
            "tail": reach.tail,
            "w_base": reach.weights,
            "w_row": reach.weight_strides.row,
            "w_word": reach.weight_strides.word,
            "w_lane": reach.weight_strides.lane,
            "t_base": reach.target,
            "t_row": reach.target_strides.row,
            "t_word": reach.target_strides.word,
            "t_lane": reach.target_strides.lane,
            "run": reach.run,
            "run_step": reach.run_step,
            "lag": source.lag,
            "lag_back": source.lag * self.layouts.spike_words,
            "exponent": exponent,
            "list": int(reach.list),
            "single": int(reach.single),
            "fixed": int(reach.lane is not None),
            "lane": reach.lane or 0,
        }
        return found

    def _parts(
        self, synapse: Synapse, origin: NodeLayout, target: NodeLayout
    ) -> Iterator[tuple[Walk, Reach]]:
        linear = synapse.map
        if isinstance(linear, Kron):
            if linear.carrier == "right":
                yield from self._over_features(linear, origin, target)
            elif target.order == "positions":
                yield from self._over_positions(linear, origin, target)
            else:
                yield from self._across_rows(linear, origin, target)
        elif isinstance(linear, Dense) and (target.outer == 1 or target.inner % self.lanes == 0):
            yield self._dense(linear, origin, target)
        else:
            matrix = linear.weight if isinstance(linear, Dense) else linear.expanded()
            yield self._listed(matrix, origin, target)

    def _over_features(
        self, kron: Kron, origin: NodeLayout, target: NodeLayout
    ) -> Iterator[tuple[Walk, Reach]]:
        """Spike (q, f) adds column f of the right factor to the features of position q."""
        width = target.row_words
        rows = self.memories.weights.put(as_rows(kron.right.T, self.lanes))
        positions, features = _axes(origin)
        reach = Reach(rows, self._along(features, width), run=width, tail=target.tail)
        if is_identity(kron.left):
            yield _all(origin), replace(reach, target_strides=self._along(positions, width))
            return
        for p, q in np.argwhere(kron.left).tolist():
            yield self._only(origin, positions, q), replace(reach, target=p * width)

    def _over_positions(
        self, kron: Kron, origin: NodeLayout, target: NodeLayout
    ) -> Iterator[tuple[Walk, Reach]]:
        """Spike (q, f) adds column q of the left factor to the positions of feature f."""
        width = target.row_words
        rows = self.memories.weights.put(as_rows(kron.left.T, self.lanes))
        positions, features = _axes(origin)
        reach = Reach(rows, self._along(positions, width), run=width, tail=target.tail)
        if is_identity(kron.right):
            yield _all(origin), replace(reach, target_strides=self._along(features, width))
            return
        for f, g in np.argwhere(kron.right).tolist():
            yield self._only(origin, features, g), replace(reach, target=f * width)

    def _across_rows(
        self, kron: Kron, origin: NodeLayout, target: NodeLayout
    ) -> Iterator[tuple[Walk, Reach]]:
        """The same into neurons whose features lie side by side: one lane of one word a position.

        The weights stand in lane 0, one to a word.
        """
        weights = kron.left.T
        single = np.zeros((weights.size, self.lanes), np.int64)
        single[:, 0] = weights.ravel()
        positions, features = _axes(origin)
        count = len(kron.left)
        reach = Reach(
            self.memories.weights.put(single),
            self._along(positions, count),
            run=count,
            run_step=target.row_words,
            single=True,
        )
        if is_identity(kron.right) and features == "inner":
            yield _all(origin), replace(reach, target_strides=Strides(word=1))
            return
        for f, g in np.argwhere(kron.right).tolist():
            word, lane = divmod(f, self.lanes)
            yield self._only(origin, features, g), replace(reach, target=word, lane=lane)

    def _dense(self, dense: Dense, origin: NodeLayout, target: NodeLayout) -> tuple[Walk, Reach]:
        rows = self.memories.weights.put(as_rows(dense.weight.T, self.lanes))
        strides = self._by_number(origin, target.words)
        return _all(origin), Reach(rows, strides, run=target.words, tail=target.tail)

    def _listed(self, matrix: Array, origin: NodeLayout, target: NodeLayout) -> tuple[Walk, Reach]:
        """A pointer for each source neuron, then the lists they point at; stored zeros count."""
        if isinstance(matrix, np.ndarray):
            sources, places = np.meshgrid(*map(np.arange, matrix.shape[::-1]), indexing="ij")
            data, columns = matrix.T.ravel(), sources.ravel()
            targets = places.ravel()
        else:
            by_column = sp.csc_array(matrix)
            by_column.sort_indices()
            data, targets = by_column.data, by_column.indices
            columns = np.repeat(np.arange(matrix.shape[1]), np.diff(by_column.indptr))
        count = prod(origin.shape)
        first = len(self.memories.lists.words)
        # Before pointers are made: those beyond the last address would point elsewhere.
        check_depths({"lists": first + count + len(targets)})
        word, lane = np.divmod(target.place().ravel()[targets], self.lanes)
        ends = np.append(columns[1:] != columns[:-1], True) if len(columns) else columns
        entries = (
            (ends.astype(np.int64) << 31) | (lane << 24) | ((data.astype(np.int64) & 255) << 16)
        )
        starts = np.searchsorted(columns, np.arange(count))
        there = np.bincount(columns, minlength=count) > 0
        pointers = np.where(there, (1 << 31) | (first + count + starts), 0)
        at = self.memories.lists.put(np.concatenate([pointers, entries | word])[:, None])
        return _all(origin), Reach(at, self._by_number(origin, 1), list=True)

    def _along(self, axis: Axis, per: int) -> Strides:
        """An address that grows by `per` along one axis of the source's rows of words."""
        return Strides(row=per) if axis == "outer" else Strides(0, self.lanes * per, per)

    def _by_number(self, origin: NodeLayout, per: int) -> Strides:
        """An address that grows by `per` with a neuron's number, in C order of its shape."""
        if origin.order == "positions":
            apart = origin.outer * per
            return Strides(per, self.lanes * apart, apart)
        return Strides(origin.inner * per, self.lanes * per, per)

    def _only(self, origin: NodeLayout, axis: Axis, index: int) -> Walk:
        """The neurons at one place of one axis."""
        whole = _all(origin)
        if axis == "outer":
            return replace(whole, first=whole.first + index * origin.row_words, rows=1)
        word, lane = divmod(index, self.lanes)
        return replace(whole, first=whole.first + word, words=1, lanes=1 << lane)


def _all(origin: NodeLayout) -> Walk:
    lanes = (1 << origin.lanes) - 1
    return Walk(origin.base, origin.outer, origin.row_words, origin.row_words, lanes)


def _axes(origin: NodeLayout) -> tuple[Axis, Axis]:
    """Which axis of the stored rows holds the positions, and which the features."""
    return ("inner", "outer") if origin.order == "positions" else ("outer", "inner")
