"""Synapse memory by the rule of each chip, and reach, against matrices written out."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from placed_programs import chip, one_each

from ssr_neuro.chip import load_chip
from ssr_neuro.placement.core_demand import weight_bits
from ssr_neuro.placement.fan_in import ConnectedNeurons, pattern
from ssr_neuro.placement.part import PopulationSlice, runs
from ssr_neuro.placement.storage import AxonBlocks, Crossbar, Software, Wiring, packing_of
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap, sparse

BLOCKS = AxonBlocks(header=10, word=64, per_block=64, index_min=6, index_max=12)


@pytest.mark.parametrize(
    ("synapses", "each", "bits"),
    [
        (0, 8, 0),
        (1, 8, 64),
        (6, 8, 64),  # 10 + 48 = 58
        (7, 8, 128),  # 10 + 56 = 66
        (64, 8, 576),  # 10 + 512 = 522, nine words
        (65, 8, 640),  # and a block of its own for the last
        (64, 9, 640),  # 10 + 576 = 586
        (128, 1, 256),  # twice 10 + 64 = 74
    ],
)
def test_blocks_of_loihi_1(synapses: int, each: int, bits: int) -> None:
    assert BLOCKS.blocks(np.array([synapses]), each).tolist() == [bits]


def stored(
    counts: list[int], spans: list[int], bits: int, delay: int, part: PopulationSlice
) -> int:
    reach = ConnectedNeurons(np.array(counts), np.array([spans, spans]))
    wiring = Wiring("s", one_each((1, 1)), bits, delay, reach)
    return BLOCKS.of_part([wiring], part)[0]


def test_scattered_targets_take_an_index_each() -> None:
    part = PopulationSlice("a", (0, 40), (0, 25))  # 1,000 neurons, an index of 10 bits
    assert stored([5], [900], 8, 1, part) == 128  # 10 + 5 x (8 + 10) = 100
    assert stored([5], [5], 8, 1, part) == 64  # consecutive: 10 + 5 x 8 = 50
    assert stored([5], [7], 8, 1, part) == 128  # 10 + 7 x 8 = 66 with its holes
    assert (
        stored([5], [900], 8, 2, PopulationSlice("a", (0, 2), (0, 2))) == 128
    )  # index of 6: 10 + 5 x 15


def test_an_index_that_is_too_wide_keeps_the_whole_run() -> None:
    part = PopulationSlice("a", (0, 5000), (0, 1))
    assert stored([2], [64], 8, 1, part) == 576


def test_the_rules_of_the_chips() -> None:
    assert packing_of(load_chip("loihi1")) == BLOCKS
    assert packing_of(load_chip("truenorth")) == Crossbar(cell_bits=1)
    assert packing_of(load_chip("spinnaker2")) == Software()
    assert packing_of(load_chip("loihi2")) is None


def test_a_crossbar_has_a_cell_for_every_axon_and_neuron() -> None:
    assert Crossbar(1).of_core(0, 256, 256) == 65_536
    assert chip(load_chip("truenorth")).limits.synapse_memory_per_core.value == 65_536 / 8


@pytest.mark.parametrize(
    ("linear", "words"),
    [
        (Kron(np.eye(20, dtype=np.int64), np.full((8, 4), 3)), 8 * 4),  # once for all positions
        (Kron(np.full((20, 10), 3), np.eye(8, dtype=np.int64)), 20 * 10),
        (Dense(np.full((160, 5), 3), (5, 1), (20, 8)), 160 * 5),
        (sparse(np.eye(160, dtype=np.int64), (160, 1), (20, 8)), 160),
    ],
)
def test_software_keeps_a_shared_matrix_once(linear: LinearMap, words: int) -> None:
    part = PopulationSlice("a", (0, 20), (0, 8))
    wiring = Wiring("s", linear, 9, 1, pattern(linear).into(part))
    assert Software().of_part([wiring, wiring], part)[0] == words * 16  # two sources, one matrix


@pytest.mark.parametrize(
    ("weights", "bits"),
    [
        ([0], 1),
        ([1], 1),
        ([-1], 2),
        ([127], 7),
        ([-127, 5], 8),
        ([128], 8),
    ],
)
def test_bits_of_a_weight(weights: list[int], bits: int) -> None:
    assert weight_bits(np.array(weights)) == bits


def by_hand(
    matrix: Array, part: PopulationSlice, features: int
) -> tuple[list[int], list[list[int]]]:
    """Counts and spans from a full matrix, one source after the other."""
    rows = matrix[part.indices(features)]
    counts, spans = [], [[], []]  # type: ignore[var-annotated]
    for column in rows.T:
        found = np.flatnonzero(column)
        counts.append(len(found))
        p, f = found // part.columns, found % part.columns
        for span, places in zip(spans, (found, f * part.rows + p), strict=True):
            span.append(int(places.max() - places.min()) + 1 if len(places) else 0)
    return counts, spans


@given(st.integers(0, 10**6), st.sampled_from(("kron", "dense", "sparse")))
def test_reach_equals_a_full_matrix(seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    p, f, q, g = rng.integers(1, 6, 4)
    left, right = (rng.integers(-1, 2, shape) for shape in ((p, q), (f, g)))
    linear: LinearMap = Kron(left, np.abs(right), "left")
    full = np.kron(left, np.abs(right))
    if kind == "dense":
        linear = Dense(full, (q, g), (p, f))
    if kind == "sparse":
        linear = sparse(sp.csr_array(full), (q, g), (p, f))
    rows, columns = (sorted(rng.choice(n + 1, 2, replace=False).tolist()) for n in (p, f))
    part = PopulationSlice("a", (rows[0], rows[1]), (columns[0], columns[1]))
    reach = pattern(linear).into(part)
    assert (reach.counts.tolist(), reach.spans.tolist()) == by_hand(full, part, f)
    assert reach.sources.tolist() == np.flatnonzero(reach.counts).tolist()
    assert (reach.sources_count, reach.synapses) == (len(reach.sources), reach.counts.sum())
    kinds = reach.distinct
    met = zip(kinds.counts.tolist(), kinds.spans.T.tolist(), kinds.times.tolist(), strict=True)
    listed = [(count, *spans) for count, spans, times in met for _ in range(times) if count]
    each = zip(reach.counts.tolist(), reach.spans.T.tolist(), strict=True)
    assert sorted(listed) == sorted((count, *spans) for count, spans in each if count)
    assert pattern(linear).fan_in.tolist() == np.count_nonzero(full, axis=1).tolist()


@given(st.integers(1, 200), st.data())
def test_runs_cover_evenly(size: int, data: st.DataObject) -> None:
    found = list(runs(size, data.draw(st.integers(1, size))))
    assert [i for run in found for i in range(*run)] == list(range(size))
    assert max(b - a for a, b in found) - min(b - a for a, b in found) <= 1
