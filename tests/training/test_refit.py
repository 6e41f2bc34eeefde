"""A refit: the validation's sequences train too, nothing is validated, the last weights stay."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from training_runs import CONFIG, DATA, SETTINGS, SPLIT, Killed, kill_at

from ssr_neuro import checkpoint
from ssr_neuro.data import split
from ssr_neuro.errors import BadInput
from ssr_neuro.model import build
from ssr_neuro.training import Teacher, parts_of, record, train, tune

REFIT = replace(SETTINGS, refit=True)
PARTS = parts_of(DATA, "ssr", "ratio", CONFIG, refit=True)


@pytest.mark.parametrize("protocol", ["ratio", "leave-one-out"])
@pytest.mark.parametrize("windows", ["every", "apart"])
def test_the_validation_trains_and_the_test_stays(protocol: str, windows: str) -> None:
    apart = split(DATA, positions=4, protocol=protocol, windows=windows)
    together = split(DATA, positions=4, protocol=protocol, windows=windows, refit=True)
    assert len(together.valid) == 0
    np.testing.assert_array_equal(together.test.targets_at, apart.test.targets_at)
    assert set(apart.valid.targets_at) & set(together.train.targets_at)
    if windows == "every":
        expected = sorted([*apart.train.targets_at, *apart.valid.targets_at])
        assert list(together.train.targets_at) == expected


def test_every_window_apart_ends_just_before_the_test() -> None:
    together = split(DATA, positions=4, windows="apart", refit=True)
    first_tested = {
        s: together.test.targets_at[together.test.starts == s].min() for s in together.test.starts
    }
    last_trained = {
        s: together.train.targets_at[together.train.starts == s].max()
        for s in together.train.starts
    }
    assert {s: t + 1 for s, t in last_trained.items()} == first_tested


def test_the_last_weights_are_kept_and_nothing_is_validated(tmp_path: Path) -> None:
    result = train(DATA, PARTS, "ssr", CONFIG, REFIT, tmp_path / "m.pt")
    assert (result.steps, result.best_step, result.curve, result.valid) == (12, 12, [], {})
    saved = checkpoint.load(tmp_path / "m.pt")
    assert saved.training["settings"]["refit"] is True
    assert saved.training["test"]["sequences"] == len(SPLIT.test)


def test_how_often_one_would_validate_has_no_effect(tmp_path: Path) -> None:
    train(DATA, PARTS, "ssr", CONFIG, REFIT, tmp_path / "whole.pt")
    hasty = replace(REFIT, eval_every=1)
    train(DATA, PARTS, "ssr", CONFIG, hasty, tmp_path / "hasty.pt")
    whole, other = (checkpoint.load(tmp_path / f"{n}.pt").state for n in ("whole", "hasty"))
    assert all(torch.equal(x, other[name]) for name, x in whole.items())


def test_a_killed_refit_leaves_no_model(tmp_path: Path) -> None:
    with pytest.raises(Killed):
        train(DATA, PARTS, "ssr", CONFIG, REFIT, tmp_path / "m.pt", on_step=kill_at(7))
    assert not (tmp_path / "m.pt").exists()


def test_tuning_by_validation_refuses_a_refit() -> None:
    with pytest.raises(BadInput, match="refit leaves no sequences to validate, by which this tun"):
        tune(DATA, PARTS, "ssr", CONFIG, REFIT)


def test_without_refit_an_empty_validation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="circle has 0 validation sequences; at least 2"):
        train(DATA, PARTS, "ssr", CONFIG, SETTINGS, tmp_path / "m.pt")


def test_refit_is_true_or_false() -> None:
    with pytest.raises(BadInput, match="refit is 'yes'; it must be True or False"):
        replace(SETTINGS, refit="yes")  # type: ignore[arg-type]


def checkpoint_of(**training: object) -> checkpoint.Checkpoint:
    none = torch.zeros(0, dtype=torch.int64)
    return checkpoint.Checkpoint("ssr", CONFIG, {}, (), none, none, dict(training))


def test_who_knows_the_validation_is_told_by_the_whole_ancestry() -> None:
    plain, refit = {"settings": {"refit": False}}, {"settings": {"refit": True}}
    assert checkpoint_of(**plain).knows_validation is False
    assert checkpoint_of(**refit, knows_validation=False).knows_validation is True
    # An older release did not record it: a model trained alone is clear, others are not.
    assert checkpoint_of(**plain, start="0f3a").knows_validation is None
    assert checkpoint_of(**plain, teacher=[{"kind": "ssr"}]).knows_validation is None
    for recorded in (True, False, None):
        found = checkpoint_of(**plain, start="0f3a", knows_validation=recorded)
        assert found.knows_validation is recorded
    assert checkpoint.any_knows_validation([False, None, True]) is True
    assert checkpoint.any_knows_validation([False, None]) is None
    assert checkpoint.any_knows_validation([False, False]) is False


def test_what_starts_from_a_model_that_knows_cannot_be_chosen_by_validation() -> None:
    inherited = checkpoint_of(settings={"refit": False}, start="0f3a", knows_validation=True)
    with pytest.raises(
        BadInput, match="started or learnt from a model that was trained with --refit and knows the"
    ):
        checkpoint.check_refit(inherited, Path("m.pt"), refit=False)
    checkpoint.check_refit(inherited, Path("m.pt"), refit=True)


def test_a_run_records_what_it_was_trained_from(tmp_path: Path) -> None:
    train(DATA, SPLIT, "ssr", CONFIG, SETTINGS, tmp_path / "first.pt")
    first = checkpoint.load(tmp_path / "first.pt")
    assert first.knows_validation is False
    for known in (True, False, None):
        train(
            DATA,
            SPLIT,
            "ssr",
            CONFIG,
            SETTINGS,
            tmp_path / "next.pt",
            start=first.state,
            start_knows_validation=known,
        )
        assert checkpoint.load(tmp_path / "next.pt").training["knows_validation"] is known
        taught = replace(first, training={**first.training, "knows_validation": known})
        train(
            DATA, SPLIT, "ssr", CONFIG, SETTINGS, tmp_path / "taught.pt", teacher=Teacher((taught,))
        )
        assert checkpoint.load(tmp_path / "taught.pt").training["knows_validation"] is known


def test_the_state_of_an_interrupted_run_tells_it_too(tmp_path: Path) -> None:
    with pytest.raises(Killed):
        train(
            DATA,
            SPLIT,
            "ssr",
            CONFIG,
            SETTINGS,
            tmp_path / "m.pt",
            start=build("ssr", CONFIG).state_dict(),
            start_knows_validation=True,
            on_step=kill_at(8),
        )
    assert record.load_interrupted(tmp_path / "m.pt.state").knows_validation is True
