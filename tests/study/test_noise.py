"""The noise study: what is replaced, what stays, and how values with and without compare."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trained import DATASET, saved_ssr

from ssr_neuro import data
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import evaluate, model_scores
from ssr_neuro.evaluation.metrics import gains
from ssr_neuro.library.study_noise import check_levels
from ssr_neuro.study.noise import add_fakes, at_test, corrupt_windows, fake_share
from ssr_neuro.study.rank_gains import ratio
from ssr_neuro.study.retrained import Retraining, retrain_at_levels
from ssr_neuro.study.selected_models import load_judged, sample_rows

ROWS = np.arange(500)


def told(said: str) -> None:
    """Progress that nobody reads."""


@pytest.mark.parametrize("kind", [np.int64, np.float32])
def test_levels_may_be_numbers_of_numpy(kind: type) -> None:
    assert check_levels([kind(level) for level in (0, 5, 10)]) == pytest.approx((0, 0.05, 0.1))


def test_exactly_that_share_is_replaced_by_other_known_items() -> None:
    noisy = add_fakes(DATASET, 0.15, seed=3)
    changed = noisy.items != DATASET.items
    assert changed.sum() == round(0.15 * DATASET.n_interactions)
    assert 1 <= noisy.items.min() <= noisy.items.max() <= DATASET.n_items
    assert noisy.items.dtype == DATASET.items.dtype
    fakes = np.bincount(noisy.items[changed], minlength=DATASET.n_items + 1)[1:]
    assert (fakes > 0).mean() > 0.95  # any item can be a fake


def test_noise_is_its_seeds_and_more_noise_adds_to_less() -> None:
    five, ten = (add_fakes(DATASET, share, seed=0) for share in (0.05, 0.1))
    again, other = add_fakes(DATASET, 0.05, seed=0), add_fakes(DATASET, 0.05, seed=1)
    assert np.array_equal(five.items, again.items)
    assert not np.array_equal(five.items, other.items)
    changed = five.items != DATASET.items
    assert np.array_equal(five.items[changed], ten.items[changed])
    prints = {DATASET.fingerprint, five.fingerprint, ten.fingerprint, other.fingerprint}
    assert len(prints) == 4
    assert five.source.endswith("5 % of the items replaced, seed 0")
    assert add_fakes(DATASET, 0.0, seed=0) is DATASET


@pytest.mark.parametrize("share", [-0.1, 1.5])
def test_an_impossible_share_is_refused(share: float) -> None:
    with pytest.raises(BadInput, match="the share of fake items lies between 0 and 1"):
        add_fakes(DATASET, share, seed=0)


def test_fakes_are_read_and_never_predicted() -> None:
    clean = data.split(DATASET)
    parts = corrupt_windows(data.split(add_fakes(DATASET, 0.2, seed=0)), clean)
    for noisy, true in ((parts.train, clean.train), (parts.test, clean.test)):
        windows, targets = noisy.batch(ROWS)
        before, expected = true.batch(ROWS)
        assert np.array_equal(targets, expected)
        assert np.array_equal(windows == 0, before == 0)
        assert len(noisy) == len(true)
    assert fake_share(parts.test, clean.test, np.arange(len(clean.test))) == pytest.approx(
        0.2, abs=0.02
    )


def test_without_noise_a_model_does_as_in_its_evaluation(tmp_path: Path) -> None:
    (model,) = load_judged([saved_ssr(tmp_path)], DATASET)
    clean, noisy = at_test(model, DATASET, (0.0, 0.2), at_most=None, seed=0, say=told)
    expected = evaluate(model_scores(model.saved.model()), data.split(DATASET).test).to_dict()
    assert {key: clean[key] for key in expected} == expected
    assert clean["relative"]["hr@10"] == {"mean": 1.0, "error": 0.0}
    assert clean["fakes_among_items_read"] == 0
    kept = noisy["relative"]["ndcg@10"]["mean"]
    assert kept == pytest.approx(noisy["ndcg@10"] / clean["ndcg@10"])


def test_the_error_of_a_ratio_is_that_of_pairs() -> None:
    rng = np.random.default_rng(0)
    before = gains(rng.integers(1, 30, 400).astype(float), "ndcg", 10)
    assert ratio(0.5 * before, before) == pytest.approx((0.5, 0.0))
    after = np.where(rng.random(400) < 0.7, before, 0.0)
    found = ratio(after, before)
    draws = rng.integers(0, 400, (2000, 400))
    bootstrap = (after[draws].sum(1) / before[draws].sum(1)).std()
    assert found is not None
    assert found.error == pytest.approx(bootstrap, rel=0.1)
    assert ratio(after, np.zeros(400)) is None


def test_retraining_trains_once_for_each_level_and_finds_it_again(tmp_path: Path) -> None:
    (model,) = load_judged([saved_ssr(tmp_path)], DATASET)
    model.saved.training["settings"] = {"batch_size": 32, "eval_every": 2}
    how = Retraining(model, tmp_path / "noise", max_steps=2)
    first, again = (
        retrain_at_levels(how, DATASET, (0.0, 0.2), at_most=200, seed=0, say=told) for _ in range(2)
    )
    assert first == again
    assert [point["sequences"] for point in first] == [200, 200]
    names = sorted(path.name for path in (tmp_path / "noise").iterdir())
    assert names == ["model-noise-0-seed-0.pt", "model-noise-20-seed-0.pt"]


def test_a_model_trained_from_another_or_taught_by_one_cannot_be_retrained(tmp_path: Path) -> None:
    (model,) = load_judged([saved_ssr(tmp_path)], DATASET)
    model.saved.training["start"] = "0f3a"
    with pytest.raises(BadInput, match=r"model was trained from another model \(--from\), so its"):
        Retraining(model, tmp_path)
    model.saved.training["start"] = None
    model.saved.training["teacher"] = [{"sha256": "0f3a"}]
    said = (
        r"model was trained by a teacher \(--teacher\), so its settings alone do not lead to it; "
        "name one trained without, or leave out --retrain"
    )
    with pytest.raises(BadInput, match=said):
        Retraining(model, tmp_path)
    model.saved.training["teacher"] = None
    with pytest.raises(BadInput, match="--max-steps 0: a training takes at least 1 step"):
        Retraining(model, tmp_path, max_steps=0)


def test_models_of_one_figure_are_told_apart(tmp_path: Path) -> None:
    path = saved_ssr(tmp_path)
    with pytest.raises(BadInput, match=r"model\.pt is given twice; name each model once"):
        load_judged([path, path], DATASET)
    with pytest.raises(BadInput, match="9 models; a figure tells 8 apart"):
        load_judged([path] * 9, DATASET)
    (tmp_path / "b").mkdir()
    other = tmp_path / "b" / "model.pt"
    other.write_bytes(path.read_bytes())
    names = [model.name for model in load_judged([path, other], DATASET)]
    assert names == [f"{tmp_path.name}/model", "b/model"]


def test_a_sample_is_its_seeds_and_holds_no_row_twice() -> None:
    drawn = sample_rows(1000, 100, seed=0)
    assert np.array_equal(drawn, sample_rows(1000, 100, seed=0))
    assert len(np.unique(drawn)) == 100
    assert np.array_equal(sample_rows(50, 100, seed=0), np.arange(50))
    with pytest.raises(BadInput, match="--sequences 1: a standard error needs at least 2"):
        sample_rows(50, 1, seed=0)


def test_times_stay_with_windows_that_hold_fakes() -> None:
    timed = replace(DATASET, times_s=np.arange(DATASET.n_interactions, dtype=np.float64))
    clean = data.split(timed, timed=True)
    parts = corrupt_windows(data.split(add_fakes(timed, 0.3, seed=0), timed=True), clean)
    windows, before = parts.test.batch(ROWS)[0], clean.test.batch(ROWS)[0]
    assert np.array_equal(windows[..., 1], before[..., 1])
    assert not np.array_equal(windows[..., 0], before[..., 0])
    assert 0.25 < fake_share(parts.test, clean.test, ROWS) < 0.35
