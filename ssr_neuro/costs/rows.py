"""Numbers that lie side by side and that one spike reaches: from the structure of a linear map.

A row is read or written word by word. The factors of a Kron and a Dense hold whole rows, zeros
included; a Sparse map holds the synapses that are there.
"""

from typing import Any, Literal

import numpy as np
import scipy.sparse as sp

from ssr_neuro.program.arrays import Ints
from ssr_neuro.program.linear_maps import Dense, Kron, LinearMap

# Length of a row -> rows of that length that a spike of each source neuron reaches, (sources,).
RowsBySource = dict[int, Ints]
Layout = Literal["features", "positions"]


def weight_rows(linear: LinearMap) -> RowsBySource:
    """Rows of stored weights that a spike fetches.

    One for each copy of a Kron's factor that the spike enters, without reuse between copies; one
    of a Dense; of a Sparse map the list of the synapses that leave the neuron.
    """
    if isinstance(linear, Kron):
        copies, length = _copies(linear)
        return {length: copies}
    if isinstance(linear, Dense):
        return {len(linear.weight): np.ones(linear.weight.shape[1], np.int64)}
    leaving = np.bincount(linear.expanded().indices, minlength=linear.expanded().shape[1])
    return {int(k): (leaving == k).astype(np.int64) for k in np.unique(leaving) if k}


def target_rows(linear: LinearMap, layout: Layout) -> RowsBySource:
    """Rows of target neurons whose accumulators a spike changes.

    layout: the last axis of the targets, whose neurons lie side by side. A Kron over that axis
    reaches whole rows; across it, each run of neighbours is a row of its own.
    """
    if isinstance(linear, Dense):
        return weight_rows(linear)
    if isinstance(linear, Kron):
        if (linear.carrier == "left") == (layout == "positions"):
            return weight_rows(linear)
        return _runs_across(linear)
    return _runs(linear.expanded())


def layout_of(maps: list[LinearMap]) -> Layout:
    """Of a population with these maps into it: by positions where all mix positions."""
    over_positions = [isinstance(one, Kron) and one.carrier == "left" for one in maps]
    return "positions" if maps and all(over_positions) else "features"


def _copies(kron: Kron) -> tuple[Ints, int]:
    """How many copies of the factor with the weights each source enters, and a row's length."""
    binary = kron.right if kron.carrier == "left" else kron.left
    entered = np.count_nonzero(binary, axis=0)
    sources = np.ones(kron.weights.shape[1], np.int64)
    pair = (sources, entered) if kron.carrier == "left" else (entered, sources)
    return np.multiply.outer(*pair).ravel().astype(np.int64), len(kron.weights)


def _runs_across(kron: Kron) -> RowsBySource:
    """Every weight of a column has targets of its own: the runs of ones in the other factor."""
    binary = kron.right if kron.carrier == "left" else kron.left
    sources = np.full(kron.weights.shape[1], len(kron.weights), np.int64)
    rows = {}
    for length, runs in _runs(sp.csr_array(binary)).items():
        pair = (sources, runs) if kron.carrier == "left" else (runs, sources)
        rows[length] = np.multiply.outer(*pair).ravel().astype(np.int64)
    return rows


def _runs(matrix: Any) -> RowsBySource:
    """Runs of neighbours among the rows that each column of (out, in) reaches."""
    by_column = sp.csc_array(matrix)
    by_column.sort_indices()
    targets, width = by_column.indices, by_column.shape[1]
    columns = np.repeat(np.arange(width), np.diff(by_column.indptr))
    if not len(targets):
        return {}
    begins = np.r_[True, (np.diff(targets) != 1) | (np.diff(columns) != 0)]
    starts = np.flatnonzero(begins)
    lengths = np.diff(np.r_[starts, len(targets)])
    return {
        int(k): np.bincount(columns[starts][lengths == k], minlength=width).astype(np.int64)
        for k in np.unique(lengths)
    }
