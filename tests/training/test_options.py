"""`ssr train --set`, `ssr models` and `ssr search`, as a user types them."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from trained import saved_ssr

from ssr_neuro import checkpoint
from ssr_neuro.cli import main
from ssr_neuro.cli.models import description
from ssr_neuro.errors import BadInput
from ssr_neuro.model import kinds, model_type
from ssr_neuro.settings.fields import fields_of, to_option_text
from ssr_neuro.settings.models import config_type
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.settings.training import TrainSettings

FEW = ("--max-steps", 2, "--batch-size", 16, "--eval-every", 2)


def run(*arguments: object) -> int:
    """Exit code of `ssr` with these arguments."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["ssr", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
    return int(end.value.code or 0)


def test_any_field_of_config_and_training_is_set(tmp_path: Path) -> None:
    fields = ("features=8", "heads=1", "dropout=0", "final_lr=0.5", "patience=none")
    asked = [part for field in fields for part in ("--set", field)]
    assert run("train", "--model", "sasrec", "--out", tmp_path / "m.pt", *FEW, *asked) == 0
    found = checkpoint.load(tmp_path / "m.pt")
    config, settings = found.config, found.training["settings"]
    assert (config.features, config.heads, config.dropout) == (8, 1, 0.0)
    assert (settings["final_lr"], settings["patience"], settings["lr"]) == (0.5, None, 1e-3)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            ["drop=1"],
            "--set drop: neither ssr nor training knows it; ssr has positions, features, ",
        ),
        (
            ["dropout=1"],
            "encoder_skip, feature_gains, readout_skip, normalised; training has epochs, max_steps",
        ),
        (["tau_steps"], "--set tau_steps: no value; write --set KEY=VALUE"),
        (["tau_steps=two"], "--set tau_steps=two: tau_steps is 'two'; it must be a finite number"),
        (["tau_steps=nan"], "--set tau_steps=nan: tau_steps is nan; it must be a finite number"),
        (["steps=2.0"], "--set steps=2.0: steps is '2.0'; it must be a whole number"),
        (["normalised=1"], "--set normalised=1: normalised is '1'; it must be true or false"),
        (["patience=never"], "patience is 'never'; it must be a whole number, or none"),
        (["steps=2", "steps=4"], "--set steps is given twice; give it once"),
        (["items=9"], "--set items: the number of items is the data set's; leave it out"),
        (["batch_size=9"], "--batch-size and --set batch_size are the same; give one of the two"),
        (["threshold=-1"], "--set threshold is -1.0; it must be a finite number above 0"),
        (["epochs=0"], "--epochs is 0; it must be a whole number of at least 1"),
    ],
)
def test_bad_fields_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fields: list[str], message: str
) -> None:
    asked = [part for field in fields for part in ("--set", field)]
    assert run("train", "--out", tmp_path / "m.pt", *FEW, *asked) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_shape_set_twice_is_one_too_many(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--time-steps", 2, "--set", "steps=4")
    assert run("train", "--out", tmp_path / "m.pt", *FEW, *asked) == 2
    assert "--time-steps and --set steps are the same" in capsys.readouterr().err


def test_a_model_gone_on_with_keeps_its_shape(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start, out = saved_ssr(tmp_path), tmp_path / "m.pt"
    asked = ("--set", "features=16", "--set", "tau_steps=4", "--set", "blocks=1")
    assert run("train", "--from", start, "--out", out, *FEW, *asked) == 2
    said = capsys.readouterr().err
    assert "--set features=16, --set tau_steps=4.0: " in said
    assert "has 8, 2.0, and a model keeps its shape" in said
    same = ("--set", "features=8", "--set", "final_lr=0.1")
    assert run("train", "--from", start, "--out", out, *FEW, *same) == 0
    settings = checkpoint.load(out).training["settings"]
    assert (settings["final_lr"], settings["lr"]) == (0.1, 1e-3)


def test_the_learning_rate_is_the_kind_s_unless_asked(tmp_path: Path) -> None:
    assert {kind for kind in kinds() if model_type(kind).default_lr == 3e-3} == {"ssr", "ssr-ann"}
    for options, lr in (((), 1e-3), (("--lr", 0.5), 0.5), (("--set", "lr=0.25"), 0.25)):
        out = tmp_path / f"{lr}.pt"
        assert run("train", "--model", "fpmc", "--out", out, *FEW, *options) == 0
        assert checkpoint.load(out).training["settings"]["lr"] == lr


@pytest.mark.parametrize("kind", kinds())
def test_every_field_of_every_kind_can_be_typed(kind: str) -> None:
    for settings in (config_type(kind), TrainSettings):
        for name, field in fields_of(settings).items():
            if name != "items":
                assert field.parse(to_option_text(field.default)) == field.default


def test_plain_data_is_checked_as_text_is() -> None:
    fields = fields_of(TrainSettings)
    assert fields["patience"].checked("none") is None
    assert (fields["lr"].checked(1), type(fields["lr"].checked(1))) == (1.0, float)
    for name, value in (("seed", 1.0), ("seed", True), ("lr", float("inf")), ("device", 1)):
        with pytest.raises(BadInput, match=f"{name} is .*; it must be a"):
            fields[name].checked(value)
    assert fields_of(SsrConfig)["normalised"].checked(False) is False


def test_models_are_listed_with_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("models") == 0
    said = capsys.readouterr().out
    assert all(kind in said for kind in kinds())
    assert "Caser (Tang and Wang 2018): convolutions over the latest items" in said
    assert run("models", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {kind: description(kind) for kind in kinds()}


@pytest.mark.parametrize("arguments", [["search", "--help"], ["models"], ["models", "--help"]])
def test_help_and_the_list_import_neither_torch_nor_optuna(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom ssr_neuro.cli import main\n"
        f"sys.argv = ['ssr', *{arguments}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "heavy = {'torch', 'optuna', 'sqlalchemy', 'polars'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_a_model_s_fields_are_shown_with_type_and_default(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("models", "lrurec") == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "ffn_output str gelu" in lines
    assert "dropout float 0.2 0.0 to 0.6" in lines
    assert "lr float 0.001 0.0001 to 0.01, log" in lines
    assert "patience int or none 10" in lines
    assert run("models", "ssr", "--json") == 0
    config = json.loads(capsys.readouterr().out)["config"]
    assert {"name": "tau_steps", "type": "float", "default": "2.0", "searched": ""} in config
    assert run("models", "gpt") == 2
    assert "no model 'gpt'; known: bert4rec" in capsys.readouterr().err


SEARCH = ("search", "--model", "fpmc", "--data", "generated", "--max-steps", 4)
SHAPE = ("--set", "features=4", "--set", "batch_size=16")


def test_a_search_prints_the_command_that_trains_its_best(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "space.toml").write_text("[lr]\nlow = 1e-3\nhigh = 1e-1\nlog = true\n")
    asked = ("--space", "space.toml", "--storage", "s.log")
    assert run(*SEARCH, *SHAPE, *asked, "--trials", 2, "--out", "best.pt") == 0
    said = capsys.readouterr()
    assert "2 complete" in said.out
    assert "trial 0  validation" in said.err
    ssr, *command = shlex.split(next(x for x in said.out.splitlines() if x.startswith("ssr train")))
    assert (ssr, command[-2:]) == ("ssr", ["--out", "best.pt"])
    assert run(*command[:-1], "again.pt") == 0
    best, again = (checkpoint.load(tmp_path / f"{name}.pt") for name in ("best", "again"))
    for key in ("settings", "valid", "test"):
        assert best.training[key] == again.training[key]
    assert again.config == best.config


def test_a_search_goes_on_and_tells_machines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--storage", tmp_path / "s.db", "--study", "mine", "--json")
    assert run(*SEARCH, *SHAPE, *asked, "--trials", 1) == 0
    first = json.loads(capsys.readouterr().out)
    assert run(*SEARCH, *SHAPE, *asked, "--trials", 2) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["trials"][0] == first["trials"][0]
    assert [trial["state"] for trial in found["trials"]] == ["COMPLETE", "COMPLETE"]
    assert found["best"]["ndcg@10"] == max(trial["ndcg@10"] for trial in found["trials"])
    assert (found["study"], "test" in found) == ("mine", False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--set", "epochs=3"], "--set epochs: every trial trains from random weights for --max-s"),
        (["--set", "lr=1", "--set", "weight_decay=0"], "fpmc has nothing to search by itself; say"),
        (["--set", "lr=x"], "--set lr=x: lr is 'x'; it must be a finite number"),
        (["--data", "absent.inter"], "absent.inter"),
        (["--space", "absent.toml"], "absent.toml: no such file"),
        (["--out", "here.pt"], "here.pt exists; --overwrite replaces it"),
        (["--protocol", "half"], "protocol 'half'"),
        (["--model", "gpt"], "no model 'gpt'; known: bert4rec"),
    ],
)
def test_a_search_that_cannot_be_is_refused_before_it_begins(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.pt").write_text("")
    assert run(*SEARCH, *options) == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["here.pt"]


def test_a_search_is_no_matter_for_torchrun(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert run(*SEARCH, "--storage", tmp_path / "s.db") == 2
    assert "start it without torchrun, several times with the same" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_ctrl_c_said_is_heard(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt("stopped after step 7; resume to go on")

    monkeypatch.setattr("ssr_neuro.library.training.run", stopped)
    assert run("train", "--out", tmp_path / "m.pt") == 130
    assert "stopped after step 7; resume to go on" in capsys.readouterr().err
