"""Item codes: stimulus, integer scores, agreement, on literals and against the model."""

import numpy as np
import pytest
import torch
from trained import awake_ssr

from converters.program_to_ssr import item_table
from ssr_neuro.evaluation.item_table import ItemTable, agreement, top
from ssr_neuro.settings.models.ssr import SsrConfig

CODES = np.array([[[1, 0]], [[1, 1]]], np.uint8)  # two items, T = 1, D = 2


def test_stimulus_shows_all_rows_and_the_block_of_the_step() -> None:
    codes = np.array([[[1], [0]], [[1], [1]]], np.uint8)  # T = 2, D = 1
    table = ItemTable(codes, np.zeros(2, np.int64), ("a", "b"))
    shown = table.stimulus(np.array([[0, 1, 2, 2]]))[0, :, :, 0]
    # Items: pad, a, b, b. Step 1 shows rows 0-1 once more, step 2 rows 2-3.
    np.testing.assert_array_equal(shown, [[0, 1, 1, 1, 0, 1], [0, 0, 1, 1, 1, 1]])


def test_stimulus_is_the_models_own() -> None:
    model = awake_ssr(SsrConfig(items=30, positions=8, features=6))
    sequences = torch.randint(0, 31, (5, 8))
    own = model.stimulus(sequences).permute(1, 2, 0, 3).detach().numpy()
    table = item_table(model, 1.0, ())
    np.testing.assert_array_equal(table.stimulus(sequences.numpy()), own)


def test_packed_bits_unpack_to_the_codes() -> None:
    table = ItemTable(CODES, np.zeros(2, np.int64), ("a", "b"))
    np.testing.assert_array_equal(np.unpackbits(table.packed, axis=1)[:, :2], [[1, 0], [1, 1]])


def test_equal_scores_are_ranked_by_row() -> None:
    np.testing.assert_array_equal(top(np.array([[1, 5, 5, 0]]), k=3), [[1, 2, 0]])


@pytest.mark.parametrize("kind", [np.int64, np.float32])
def test_the_best_are_those_of_a_whole_stable_order(kind: type) -> None:
    rng = np.random.default_rng(0)
    scores = rng.integers(-3, 4, (20, 50)).astype(kind)
    order = [sorted(range(50), key=lambda i, s=s: (-s[i], i))[:7] for s in scores.tolist()]
    np.testing.assert_array_equal(top(scores, 7), order)
    assert top(scores, 99).shape == (20, 50)


def test_agreement_counts_shared_items() -> None:
    found = agreement(np.array([[1, 2], [3, 4]]), np.array([[2, 1], [3, 9]]))
    assert (found.overlap, found.same_set, found.same_first) == (0.75, 0.5, 0.5)
