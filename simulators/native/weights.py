"""Weights of a synapse in the order in which network.c reads them."""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.program.ir import Synapse
from ssr_neuro.program.linear_maps import Array, Kron, LinearMap, is_identity

OUTER, OUTER_EACH, INNER, DENSE, SCATTER = range(5)
MOST_DENSE = 1 << 24  # weights of one map, padding included; above it is read by its columns
LEAST_RUN = 8  # features read in a row, on average, for which vectors are copied
Grid = tuple[int, int, int]  # positions, features, features with padding
Places = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Weights:
    """One synapse. inputs: words of four that a sum goes through.

    columns: int8 (width of the source, width of the target), the weights of each input, to be
    added one by one where few fire. runs: features that are read in a row, int32 (n, 3): where
    they come to lie, where they lie, how many.
    """

    form: int
    weights: Array
    rows: Places | None = None
    inputs: int = 0
    starts: npt.NDArray[np.int64] | None = None
    places: Places | None = None
    columns: Array | None = None
    runs: Places | None = None


def arrange(synapse: Synapse, source: Grid, target: Grid, lanes: int) -> Weights:
    """The form that takes fewest products."""
    linear = synapse.map
    if isinstance(linear, Kron) and _sums_in_bytes(synapse, linear):
        return _kron(synapse, linear, source, target, lanes)
    if found := _each(linear, source, target, lanes):
        return found
    size = target[0] * target[2] * source[0] * source[2]
    matrix = linear.expanded()
    if size <= MOST_DENSE and 4 * matrix.nnz > prod(matrix.shape):
        return _dense(matrix, source, target, lanes)
    return scatter(linear, source, target)


def _sums_in_bytes(synapse: Synapse, linear: Kron) -> bool:
    """Whether spikes that are summed before the product stay within a signed byte."""
    chosen = linear.right if linear.carrier == "left" else linear.left
    return bool(np.asarray(chosen).sum(axis=1).max(initial=0) * len(synapse.sources) <= 127)


def _kron(synapse: Synapse, linear: Kron, source: Grid, target: Grid, lanes: int) -> Weights:
    """Weights along one axis; the other factor says what is read along the other."""
    left, right = np.asarray(linear.left), np.asarray(linear.right)
    if linear.carrier == "left":
        read = {} if is_identity(right) else {**_reads(right), "runs": _runs(_single(right))}
        return Weights(OUTER, _quads(left), inputs=_words(source[0]), **read)
    return Weights(
        INNER,
        _panels(right, target[2], lanes),
        _single(left),
        _words(source[1]),
        columns=_columns(right, source[2], target[2]),
        **_reads(left),
    )


def _single(chosen: Array) -> Places | None:
    """What each row reads, where that is one place each."""
    if not (chosen.sum(axis=1) == 1).all():
        return None
    found: Places = chosen.argmax(axis=1).astype(np.int32)
    return found


def _reads(chosen: Array) -> dict[str, Any]:
    """What each row of zeros and ones reads: starts and places."""
    _, places = np.nonzero(chosen)
    ends = np.cumsum(np.count_nonzero(chosen, axis=1))
    starts = np.concatenate([[0], ends]).astype(np.int64)
    return {"starts": starts, "places": places.astype(np.int32)}


def _columns(right: Array, inputs: int, width: int) -> Array:
    """int8 (inputs, width): the weights of each feature that comes in, padding included."""
    columns = np.zeros((inputs, width), np.int8)
    columns[: right.shape[1], : len(right)] = right.T
    return columns


def _runs(single: Places | None) -> Places | None:
    """Features that are read in a row, where each reads one and most follow the one before."""
    if single is None:
        return None
    edges = np.flatnonzero(np.diff(single) != 1) + 1
    to = np.concatenate([[0], edges])
    if len(to) * LEAST_RUN > len(single):
        return None
    found = [to, single[to], np.diff([*to, len(single)])]
    return np.ascontiguousarray(np.transpose(found).astype(np.int32))


def _each(linear: LinearMap, source: Grid, target: Grid, lanes: int) -> Weights | None:
    """Every feature mixed over positions by weights of its own; it may be any one of the source."""
    if isinstance(linear, Kron) or target[1] == 1:
        return None
    entries = linear.expanded().tocoo()
    rows, columns = entries.coords
    to, feature = rows % target[1], columns % source[1]
    if 4 * entries.nnz <= target[0] * target[1] * source[0]:
        return None
    read = np.arange(target[1]) if source[1] == target[1] else np.zeros(target[1], np.int64)
    read[to] = feature
    if (read[to] != feature).any():
        return None
    full = np.zeros((target[2], target[0], source[0]), np.int64)
    full[to, rows // target[1], columns // source[1]] = entries.data
    words = _quads(full)  # (width, positions, inputs)
    panels = words.reshape(-1, lanes, *words.shape[1:]).transpose(0, 2, 3, 1)
    elsewhere: dict[str, Any] = {}
    if source[1] != target[1] or (read != np.arange(target[1])).any():
        single = read.astype(np.int32)
        starts = np.arange(target[1] + 1, dtype=np.int64)
        elsewhere = {"starts": starts, "places": single, "runs": _runs(single)}
    return Weights(OUTER_EACH, np.ascontiguousarray(panels), inputs=words.shape[2], **elsewhere)


def _dense(matrix: Any, source: Grid, target: Grid, lanes: int) -> Weights:
    (positions, features, width), (before, inputs, padded) = target, source
    full = np.zeros((positions, width, before, padded), np.int64)
    full[:, :features, :, :inputs] = matrix.toarray().reshape(positions, features, before, inputs)
    words = _quads(full.reshape(positions, width, -1))
    panels = words.reshape(positions, -1, lanes, words.shape[2]).transpose(0, 1, 3, 2)
    return Weights(DENSE, np.ascontiguousarray(panels), inputs=words.shape[2])


def scatter(linear: LinearMap, source: Grid, target: Grid) -> Weights:
    """By columns: what each source neuron adds, and where."""
    matrix = linear.expanded().tocsc()
    matrix.sort_indices()
    starts = np.zeros(source[0] * source[2] + 1, np.int64)
    per_column = np.zeros((source[0], source[2]), np.int64)
    per_column[:, : source[1]] = np.diff(matrix.indptr).reshape(source[0], source[1])
    starts[1:] = np.cumsum(per_column)
    places = matrix.indices // target[1] * target[2] + matrix.indices % target[1]
    return Weights(
        SCATTER, matrix.data.astype(np.int8), starts=starts, places=places.astype(np.int32)
    )


def _panels(right: Array, width: int, lanes: int) -> Places:
    """(features out, features in) -> words (width / lanes, inputs, lanes)."""
    full = np.zeros((width, right.shape[1]), np.int64)
    full[: len(right)] = right
    words = _quads(full)
    return np.ascontiguousarray(words.reshape(-1, lanes, words.shape[1]).transpose(0, 2, 1))


def _quads(weights: Array) -> Places:
    """(..., n) -> words (..., ceil(n / 4)) of four weights, the first in the lowest byte."""
    missing = -weights.shape[-1] % 4
    wide = np.pad(weights, [(0, 0)] * (weights.ndim - 1) + [(0, missing)]).astype(np.int8)
    words: Places = np.ascontiguousarray(wide).view("<i4").astype(np.int32)
    return words


def _words(count: int) -> int:
    return -(-count // 4)
