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
from ssr_neuro.training import parts_of, train, tune

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
    first_tested = {s: together.test.targets_at[together.test.starts == s].min()
                    for s in together.test.starts}  # fmt: skip
    last_trained = {s: together.train.targets_at[together.train.starts == s].max()
                    for s in together.train.starts}  # fmt: skip
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
