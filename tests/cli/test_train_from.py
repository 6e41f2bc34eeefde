"""`ssr train --from`, as a user types it."""

import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from trained import DATASET, saved_ssr

from ssr_neuro import checkpoint
from ssr_neuro.cli import main
from ssr_neuro.data import split
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training import train
from ssr_neuro.training.start import build_first_model, fingerprint


def run(*arguments: object) -> int:
    """Exit code of `ssr` with these arguments."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["ssr", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
    return int(end.value.code or 0)


def test_a_trained_model_goes_on_with_the_weights_of_a_chip(tmp_path: Path) -> None:
    start, out = saved_ssr(tmp_path), tmp_path / "four.pt"
    few = ("--max-steps", 2, "--batch-size", 16)
    assert run("train", "--from", start, "--weight-bits", 4, "--out", out, *few) == 0
    found = checkpoint.load(out)
    assert (found.weight_bits, found.config.features) == (4, 8)
    assert found.training["settings"]["lr"] == 1e-3
    assert found.training["settings"]["table_lr"] == 3e-3


def test_half_the_spectrum_and_fewer_spikes_are_options(tmp_path: Path) -> None:
    out = tmp_path / "half.pt"
    few = ("--features", 8, "--blocks", 1, "--max-steps", 2, "--batch-size", 16)
    asked = ("--spectrum", "half", "--rate-penalty", 0.5)
    assert run("train", "--out", out, *few, *asked) == 0
    found = checkpoint.load(out)
    assert found.config.spectrum == "half"
    assert found.training["settings"]["rate_penalty"] == 0.5
    assert found.training["settings"]["lr"] == 3e-3


def test_options_that_contradict_the_model_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = saved_ssr(tmp_path)
    same = ("--features", 8, "--protocol", "ratio")
    other = ("--time-steps", 2, "--spectrum", "half", "--model", "ssr-ann")
    assert run("train", "--from", start, "--out", tmp_path / "x.pt", *same, *other) == 2
    said = capsys.readouterr().err
    assert "--model ssr-ann, --time-steps 2, --spectrum half: " in said
    assert "has ssr, 4, full, and a model keeps its shape" in said
    assert "--features" not in said
    assert not (tmp_path / "x.pt").exists()


@pytest.mark.parametrize("option", ["feature_gains", "readout_skip"])
def test_a_trained_model_gets_gains_and_keeps_what_it_computes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    start, out = saved_ssr(tmp_path), tmp_path / "gains.pt"
    few = ("--max-steps", 1, "--batch-size", 16, "--eval-every", 1, "--set", f"{option}=true")
    assert run("train", "--from", start, "--out", out, *few) == 0
    before, found = checkpoint.load(start), checkpoint.load(out)
    assert found.config == replace(before.config, **{option: True})
    model = build_first_model("ssr", found.config, TrainSettings(), before.state).eval()
    with torch.no_grad():
        assert torch.equal(model(before.inputs), before.model()(before.inputs))
    capsys.readouterr()
    less = ("--set", f"{option}=false", "--out", tmp_path / "x.pt")
    assert run("train", "--from", out, *less) == 2
    assert f"--set {option}=false: " in (said := capsys.readouterr().err)
    assert "has true, and a model keeps its shape" in said


@pytest.mark.parametrize("option", ["feature_gains", "readout_skip"])
def test_gains_are_not_trained_on_a_chip_s_weights(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    start = saved_ssr(tmp_path, **{option: True})
    assert run("train", "--from", start, "--weight-bits", 4, "--out", tmp_path / "x.pt") == 2
    assert f"this model has {option}; compile it with --weight-bits" in capsys.readouterr().err


def test_other_data_than_the_model_s_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = saved_ssr(tmp_path)
    other = ("--duplicates", "first", "--out", tmp_path / "x.pt")
    assert run("train", "--from", start, *other) == 2
    assert "was trained on generated" in capsys.readouterr().err


def test_a_refit_model_goes_on_as_a_refit_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start, out = tmp_path / "refit.pt", tmp_path / "x.pt"
    few = ("--max-steps", 1, "--batch-size", 16)
    assert run("train", "--out", start, "--features", 8, "--blocks", 1, "--refit", *few) == 0
    assert run("train", "--from", start, "--out", out, *few) == 2
    assert "was trained with --refit and knows the validation items" in capsys.readouterr().err
    assert not out.exists()
    assert run("train", "--from", start, "--out", out, *few, "--set", "refit=true") == 0


def test_few_bits_without_a_model_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("train", "--weight-bits", 4, "--out", tmp_path / "x.pt") == 2
    assert "weight_bits needs a trained model to start from" in capsys.readouterr().err


def interrupted(folder: Path, kind: str = "ssr", **settings: object) -> Path:
    """The state of a run that was stopped after its second step."""
    start, out = checkpoint.load(saved_ssr(folder)), folder / "stopped.pt"
    chosen = TrainSettings.from_dict({"max_steps": 5, "batch_size": 16, **settings})

    def stop(step: int, loss: float) -> None:
        if step == 2:
            signal.raise_signal(signal.SIGINT)

    parts = split(DATASET)
    with pytest.raises(KeyboardInterrupt):
        train(DATASET, parts, kind, start.config, chosen, out, start=start.state, on_step=stop)
    return out.with_name("stopped.pt.state")


def test_an_interrupted_run_s_weights_go_on_with_other_settings(tmp_path: Path) -> None:
    state, out = interrupted(tmp_path), tmp_path / "x.pt"
    kept = checkpoint.read(state)
    few = ("--max-steps", 1, "--batch-size", 16, "--lr", 1e-9, "--table-lr", 1e-9)
    assert run("train", "--from", state, "--out", out, *few) == 0
    found = checkpoint.load(out)
    assert found.training["start"] == fingerprint(kept["model"])
    assert (found.config.features, found.training["steps"]) == (8, 1)
    torch.testing.assert_close(found.state["table.weight"], kept["model"]["table.weight"])
    assert checkpoint.read(state)["history"]["step"] == 2


def test_what_no_run_can_start_from_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bits = interrupted(tmp_path, weight_bits=4)
    assert run("train", "--from", bits, "--out", tmp_path / "x.pt") == 2
    assert "was training for 4 bits; --resume it, or start from its model" in (
        " ".join(capsys.readouterr().err.split())
    )
    other = tmp_path / "model.state"
    saved_ssr(tmp_path).rename(other)
    assert run("train", "--from", other, "--out", tmp_path / "x.pt") == 2
    assert "not the state of a training run; name a model.pt, or the state of an" in (
        " ".join(capsys.readouterr().err.split())
    )
