"""Paired differences of two models, against sums worked by hand."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import run
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_rel
from trained import DATASET, saved_ssr

import ssr_neuro as sn
from ssr_neuro.data import split
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.paired import difference, differences
from ssr_neuro.evaluation.ranks import Ranks

FIRST = Ranks(np.array([1.0, 3.0, 40.0, 11.0]), np.array([1.0, 1.0, 20.0, 3.0]))
SECOND = Ranks(np.array([1.0, 11.0, 7.0, 1.0]), np.array([1.0, 3.0, 1.0, 1.0]))


def test_differences_of_four_sequences_worked_by_hand() -> None:
    found = differences(FIRST, SECOND, np.array([0, 0, 7, 7]))
    # HR@10: 0, -1, +1, +1; the users sum to -1 and +2, the mean is 1/4.
    hits = found["hr@10"]
    assert hits.mean == pytest.approx(1 / 4)
    assert hits.error == pytest.approx(np.sqrt((1 / 16 + 25 / 16 + 9 / 16 + 9 / 16) / 3 / 4))
    assert hits.user_error == pytest.approx(np.sqrt((1.5**2 + 1.5**2) * 2) / 4)
    # NDCG@10 with the window left out: 0, 1/log2(4) - 1, 1, 1 - 1/log2(4).
    assert found["ndcg@10_window_left_out"].mean == pytest.approx((0 - 0.5 + 1 + 0.5) / 4)
    assert set(found) == {
        "hr@10",
        "ndcg@10",
        "hr@10_window_left_out",
        "ndcg@10_window_left_out",
    }


@given(st.integers(0, 1000))
def test_with_one_sequence_a_user_it_is_the_paired_t_test(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before, after = rng.normal(size=9), rng.normal(size=9)
    found = difference(after - before, np.arange(9))
    expected = ttest_rel(after, before)
    assert found.user_error == pytest.approx(found.error)
    assert found.mean / found.error == pytest.approx(expected.statistic)
    assert found.p == pytest.approx(expected.pvalue)


def test_equal_models_do_not_differ_and_a_constant_difference_is_sure() -> None:
    same = differences(FIRST, FIRST, np.arange(4))
    assert all((one.mean, one.error, one.p) == (0, 0, 1) for one in same.values())
    assert difference(np.ones(3), np.arange(3)).p == 0


def test_what_makes_no_pairs_is_refused() -> None:
    with pytest.raises(BadInput, match="4 and 2 sequences make no pairs"):
        differences(FIRST, SECOND.take(np.arange(2)), np.arange(4))
    with pytest.raises(BadInput, match="needs the sequences of two users"):
        differences(FIRST, SECOND, np.zeros(4, np.int64))


def test_the_command_compares_with_the_first_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    first, second = saved_ssr(tmp_path / "a"), saved_ssr(tmp_path / "b", features=16)
    common = ("--data", "generated", "--device", "cpu")
    assert run("ssr", "evaluate", first, second, *common, "--paired", "--json") == 0
    document = json.loads(capsys.readouterr().out)["models"]
    found = document[str(second)]["paired"]
    assert found["against"] == str(first)
    assert "paired" not in document[str(first)]
    for key in ("hr@10", "ndcg@10", "hr@10_window_left_out", "ndcg@10_window_left_out"):
        expected = document[str(second)][key] - document[str(first)][key]
        assert found[key]["mean"] == pytest.approx(expected)
    assert run("ssr", "evaluate", first, second, *common, "--paired") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"Difference from a/{first.name}, sequence by sequence" in shown
    assert run("ssr", "evaluate", first, *common, "--paired") == 2
    assert "--paired needs two models or more" in capsys.readouterr().err


def test_other_protocols_make_no_pairs(tmp_path: Path) -> None:
    (one,) = sn.evaluate(saved_ssr(tmp_path), DATASET, device="cpu")
    loo = split(DATASET, protocol="leave-one-out").test
    other = replace(one, name="b", protocol="leave-one-out", sequences=loo)
    with pytest.raises(BadInput, match=r"\(ratio\) and b \(leave-one-out\) rank other sequences"):
        sn.compare_paired([one, other])


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"source": "games", "fingerprint": "1", "ties": None}},
        {"data": {**DATASET.identity(), "source": "games", "ties": "other"}},
        {"part": "validation"},
    ],
)
def test_other_items_at_the_same_places_make_no_pairs(change: Any, tmp_path: Path) -> None:
    (one,) = sn.evaluate(saved_ssr(tmp_path), DATASET, device="cpu")
    assert sn.compare_paired([one, replace(one, name="b")])
    with pytest.raises(BadInput, match=r"b by the .* set of .*, which holds other items"):
        sn.compare_paired([one, replace(one, name="b", **change)])
