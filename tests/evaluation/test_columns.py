"""Columns of an evaluation: without the window's items, or all that a user has had."""

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import run
from history_data import Histories, dataset_of, histories
from hypothesis import given
from hypothesis import strategies as st
from trained import saved_ssr

from ssr_neuro.data import split
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import evaluate, rank_rows
from ssr_neuro.evaluation.ranks import ranks


@given(histories, st.integers(1, 6))
def test_what_was_seen_is_the_history_before_the_target(
    histories: Histories, positions: int
) -> None:
    test = split(dataset_of(histories), protocol="leave-one-out", positions=positions).test
    long = [history for history in histories if len(history) >= 3]
    rows = np.arange(len(test))[::-1]
    places, items = test.seen(rows)
    expected = [h[:-1] for h in long][::-1]
    assert [items[places == row].tolist() for row in range(len(long))] == expected


@given(st.integers(0, 10_000))
def test_hidden_items_are_neither_above_nor_tied_but_the_target_stays(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.choice([-np.inf, 0.0, 1.0, 2.0, np.inf], size=(6, 9))
    targets = rng.integers(1, 9, 6)
    rows, items = rng.integers(0, 6, 20), rng.integers(1, 9, 20)
    found = ranks(scores, targets, (rows, items))
    for row, target in enumerate(targets):
        gone = set(items[rows == row].tolist()) - {int(target)}
        others = [scores[row, i] for i in range(1, 9) if i not in gone and i != target]
        own = scores[row, target]
        expected = 1 + sum(s > own for s in others) + sum(s == own for s in others) / 2
        assert found[row] == expected


def test_hiding_nothing_changes_nothing() -> None:
    scores, none = np.random.default_rng(0).normal(size=(4, 9)), np.empty(0, np.int64)
    targets = np.array([1, 2, 8, 8])
    np.testing.assert_array_equal(ranks(scores, targets, (none, none)), ranks(scores, targets))


def test_a_hidden_item_without_a_score_is_refused() -> None:
    for item in (0, 4):
        with pytest.raises(BadInput, match=f"hidden item {item} has no score; .* items 1 to 3"):
            ranks(np.zeros((1, 4)), np.array([1]), (np.array([0]), np.array([item])))


def test_a_scorer_that_loves_the_past_gains_by_hiding_it() -> None:
    test = split(
        dataset_of([[1, 2, 3, 4, 5, 6], [2, 4, 6, 8, 9]]), protocol="leave-one-out", positions=2
    ).test

    def past_first(inputs: np.ndarray) -> np.ndarray:
        return np.tile(-np.arange(10.0), (len(inputs), 1))  # item 1 is the best, item 9 the last

    found = evaluate(past_first, test, history=test)
    assert found.window_left_out is not None
    assert found.history_left_out is not None
    assert found.mrr[10] == pytest.approx((1 / 6 + 1 / 9) / 2)
    assert found.window_left_out.mrr[10] == pytest.approx((1 / 4 + 1 / 7) / 2)
    assert found.history_left_out.mrr[10] == pytest.approx((1 / 1 + 1 / 5) / 2)
    plain = found.to_dict()
    assert plain["mrr@10"] == found.mrr[10]
    assert plain["mrr@10_window_left_out"] == found.window_left_out.mrr[10]
    assert plain["mrr@10_history_left_out_error"] == found.history_left_out.mrr_error[10]
    assert evaluate(past_first, test).history_left_out is None


@given(histories, st.integers(1, 6), st.integers(0, 100))
def test_every_column_ranks_the_same_scores_without_its_items(
    histories: Histories, positions: int, seed: int
) -> None:
    test = split(dataset_of(histories), protocol="leave-one-out", positions=positions).test
    rows = np.arange(len(test))
    inputs, targets = test.batch(rows)
    items = max(max(h) for h in histories)
    scores = np.random.default_rng(seed).integers(0, 4, (len(rows), items + 1)).astype(float)
    asked = []

    def score(batch: np.ndarray) -> np.ndarray:
        asked.append(len(batch))
        return scores[sum(asked) - len(batch) : sum(asked)]

    found = rank_rows(score, test, rows, 2, history=test)
    assert sum(asked) == len(rows)  # one pass for all columns
    window = np.nonzero(inputs)[0], inputs[inputs > 0]
    np.testing.assert_array_equal(found.all_items, ranks(scores, targets))
    np.testing.assert_array_equal(found.window_left_out, ranks(scores, targets, window))
    assert found.history_left_out is not None
    np.testing.assert_array_equal(found.history_left_out, ranks(scores, targets, test.seen(rows)))


def test_a_window_with_times_is_its_items() -> None:
    scores, targets = np.array([[0.0, 3.0, 2.0, 1.0]]), np.array([3])

    class Timed:
        def __len__(self) -> int:
            return 1

        def batch(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return np.array([[[0, 2], [1, 2]]]), targets  # seconds are no items

    found = rank_rows(lambda inputs: scores, Timed(), np.arange(1), 8)
    assert (found.all_items.tolist(), found.window_left_out.tolist()) == ([3.0], [2.0])


def test_unknown_devices_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = saved_ssr(tmp_path)
    assert run("ssr", "evaluate", model, "--data", "generated", "--device", "gpu") == 2
    assert "'gpu' is not one of" in capsys.readouterr().err


def test_evaluate_shows_every_column_and_what_is_not_comparable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # short names, which leave the table its width
    ratio, loo = saved_ssr(tmp_path).name, "loo.pt"
    small = ("--features", "8", "--blocks", "1", "--max-steps", "1", "--eval-every", "1")
    made = ("--protocol", "leave-one-out", "--positions", "8", "--out", loo, *small)
    assert run("ssr", "train", *made) == 0
    capsys.readouterr()
    common = ("--data", "generated", "--history-left-out")
    assert run("ssr", "evaluate", ratio, loo, *common) == 0
    printed = " ".join(capsys.readouterr().out.split())
    for candidates in ("all items", "window left", "history left"):
        assert printed.count(candidates) == 2
    assert "leave-one-out and ratio test on other sequences: compare models of one" in printed
    assert run("ssr", "evaluate", loo, *common, "--json") == 0
    found = json.loads(capsys.readouterr().out)["models"][str(loo)]
    assert (found["protocol"], found["positions"]) == ("leave-one-out", 8)
    assert found["ndcg@10_window_left_out"] >= found["ndcg@10"]
    assert found["ndcg@10_history_left_out"] >= found["ndcg@10_window_left_out"]
