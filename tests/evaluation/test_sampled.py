"""Ranking among sampled items: which are drawn, and that figures of a sample stand apart."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trained import DATASET, saved_ssr
from typer.testing import CliRunner

from ssr_neuro.cli import app
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.sampled import Sample, ranks_among

ROWS, TARGETS = np.array([3, 8]), np.array([2, 5])
SEEN = (np.array([0, 0, 1]), np.array([1, 2, 4]))


@given(st.integers(1, 4), st.integers(0, 5))
def test_drawn_items_are_each_once_and_none_that_the_user_had(negatives: int, seed: int) -> None:
    drawn = Sample(negatives, seed).draw(ROWS, TARGETS, SEEN, items=6)
    for items, excluded in zip(drawn, ({1, 2}, {4, 5}), strict=True):
        assert len(set(items)) == negatives
        assert set(items) <= {1, 2, 3, 4, 5, 6} - excluded


def test_every_item_that_is_left_is_drawn_alike() -> None:
    counts = np.zeros(7)
    for row in range(3000):
        seen = (np.array([0, 0]), np.array([1, 4]))
        counts[Sample(2).draw(np.array([row]), np.array([6]), seen, items=6)] += 1
    assert counts[[0, 1, 4, 6]].sum() == 0
    assert counts[[2, 3, 5]] == pytest.approx(2000, rel=0.1)


def test_what_is_drawn_follows_from_seed_and_sequence_alone() -> None:
    both = Sample(3).draw(ROWS, TARGETS, SEEN, items=9)
    second = Sample(3).draw(ROWS[1:], TARGETS[1:], (np.array([0]), np.array([4])), items=9)
    assert np.array_equal(both[1:], second)
    assert not np.array_equal(both, Sample(3, seed=1).draw(ROWS, TARGETS, SEEN, items=9))


def test_ranks_are_among_the_drawn_items_and_ties_stand_in_their_middle() -> None:
    scores = np.array([[-np.inf, 0.9, 0.5, 0.5, 0.7, 0.1]])
    targets = np.array([2])
    assert ranks_among(scores, targets, np.array([[5]])) == [1]
    assert ranks_among(scores, targets, np.array([[1, 4, 5]])) == [3]
    assert ranks_among(scores, targets, np.array([[3, 1]])) == [2.5]


@pytest.mark.parametrize("negatives", [0, 5])
def test_more_than_there_are_is_refused(negatives: int) -> None:
    with pytest.raises(BadInput, match=f"--sampled {negatives}: "):
        Sample(negatives).draw(ROWS, TARGETS, SEEN, items=6)


def test_the_command_names_the_sample_and_keeps_its_figures_apart(tmp_path: Path) -> None:
    path = saved_ssr(tmp_path)
    arguments = ["evaluate", str(path), "--data", "generated", "--json"]
    plain = CliRunner().invoke(app, arguments)
    done = CliRunner().invoke(app, [*arguments, "--sampled", "20", "--seed", "7"])
    assert done.exit_code == 0, done.output
    (alone,), (found,) = (json.loads(one.stdout)["models"].values() for one in (plain, done))
    sampled = found.pop("sampled")
    assert found == alone
    assert (sampled["negatives"], sampled["seed"]) == (20, 7)
    assert sampled["hr@10"] > found["hr@10"]
    assert sampled["sequences"] == found["sequences"]
    assert DATASET.n_items > 21
    shown = CliRunner().invoke(app, [*arguments[:-1], "--sampled", "20"])
    assert "20 sampled items" in shown.output
    assert CliRunner().invoke(app, [*arguments, "--seed", "1"]).exit_code != 0
