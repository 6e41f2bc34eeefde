"""Ranking without the items a user has already had, and what `ssr evaluate` says of it."""

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import run
from history_data import Histories, dataset_of, histories
from hypothesis import given, settings
from hypothesis import strategies as st
from trained import saved_ssr

from ssr_neuro.data import split
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import evaluate, hiding
from ssr_neuro.evaluation.metrics import ranks


@settings(deadline=None)
@given(histories, st.integers(1, 6))
def test_what_was_seen_is_the_history_before_the_target(
    histories: Histories, positions: int
) -> None:
    test = split(dataset_of(histories), protocol="leave-one-out", positions=positions).test
    long = [history for history in histories if len(history) >= 3]
    for window in (False, True):
        rows = np.arange(len(test))[::-1]
        places, items = test.seen(rows, window=window)
        expected = [h[:-1][-positions:] if window else h[:-1] for h in long][::-1]
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
    test = split(dataset_of([[1, 2, 3, 4, 5, 6], [2, 4, 6, 8, 9]]), protocol="leave-one-out",
                 positions=2).test  # fmt: skip

    def past_first(inputs: np.ndarray) -> np.ndarray:
        return np.tile(-np.arange(10.0), (len(inputs), 1))  # item 1 is the best, item 9 the last

    def reciprocal_rank(what: str | None) -> float:
        return evaluate(past_first, test, seen=hiding(what)(test)).mrr[10]

    assert reciprocal_rank(None) == pytest.approx((1 / 6 + 1 / 9) / 2)
    assert reciprocal_rank("window") == pytest.approx((1 / 4 + 1 / 7) / 2)
    assert reciprocal_rank("history") == pytest.approx((1 / 1 + 1 / 5) / 2)


def test_unknown_ways_to_hide_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = saved_ssr(tmp_path)
    assert run("ssr", "evaluate", model, "--data", "generated", "--hide-seen", "some") == 2
    assert "'some' is not one of" in capsys.readouterr().err
    assert run("ssr", "evaluate", model, "--data", "generated", "--device", "gpu") == 2
    assert "'gpu' is not one of" in capsys.readouterr().err


def test_evaluate_says_what_was_hidden_and_what_is_not_comparable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ratio, loo = saved_ssr(tmp_path), tmp_path / "loo.pt"
    small = ("--features", "8", "--blocks", "1", "--max-steps", "1", "--eval-every", "1")
    made = ("--protocol", "leave-one-out", "--positions", "8", "--out", loo, *small)
    assert run("ssr", "train", *made) == 0
    capsys.readouterr()
    common = ("--data", "generated", "--hide-seen", "window")
    assert run("ssr", "evaluate", ratio, loo, *common) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "seen items (window) hidden" in printed
    assert "leave-one-out and ratio test on other sequences: compare models of one" in printed
    assert run("ssr", "evaluate", loo, *common, "--json") == 0
    found = json.loads(capsys.readouterr().out)[str(loo)]
    assert (found["protocol"], found["positions"], found["hidden"]) == (
        "leave-one-out",
        8,
        "window",
    )
