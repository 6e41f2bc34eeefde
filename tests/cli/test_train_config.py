"""`ssr train --config` and `--write-config`: a run in one file."""

import tomllib
from pathlib import Path

import pytest
from command_line import run
from trained import saved_ssr

from ssr_neuro import checkpoint

SMALL = """\
model = "ssr"
features = 8
blocks = 1
max-steps = 2
eval_every = 1
batch-size = 32
encoder_skip = true
steps = 2
"""
Printed = pytest.CaptureFixture[str]


def config(folder: Path, text: str = SMALL) -> Path:
    path = folder / "run.toml"
    path.write_text(text)
    return path


def trained(path: Path) -> tuple[object, dict[str, object]]:
    saved = checkpoint.load(path)
    return saved.config, saved.training["settings"]


def test_options_and_fields_of_the_file_hold(tmp_path: Path) -> None:
    out = tmp_path / "m.pt"
    assert run("ssr", "train", "--config", config(tmp_path), "--out", out) == 0
    saved = checkpoint.load(out)
    shape = (saved.config.features, saved.config.blocks, saved.config.steps)
    assert (*shape, saved.config.encoder_skip) == (8, 1, 2, True)
    settings = saved.training["settings"]
    assert (settings["max_steps"], settings["eval_every"], settings["batch_size"]) == (2, 1, 32)


def test_what_is_typed_wins_over_the_file(tmp_path: Path) -> None:
    out = tmp_path / "m.pt"
    typed = ("--features", "16", "--time-steps", "4", "--set", "encoder_skip=false")
    assert run("ssr", "train", "--config", config(tmp_path), "--out", out, *typed) == 0
    saved = checkpoint.load(out)
    found = (saved.config.features, saved.config.steps, saved.config.encoder_skip)
    assert found == (16, 4, False)
    assert saved.config.blocks == 1


def test_set_wins_over_an_option_in_the_file(tmp_path: Path) -> None:
    out = tmp_path / "m.pt"
    typed = ("--set", "features=16", "--set", "lr=0.25")
    path = config(tmp_path, f"{SMALL}lr = 0.5\n")
    assert run("ssr", "train", "--config", path, "--out", out, *typed) == 0
    saved = checkpoint.load(out)
    assert (saved.config.features, saved.training["settings"]["lr"]) == (16, 0.25)


@pytest.mark.parametrize(
    "typed",
    [
        ("--features", "8", "--max-steps", "2", "--patience", "0", "--seed", "3"),
        ("--model", "sasrec", "--max-steps", "1", "--set", "dropout=0.25", "--lr", "1e-05"),
        ("--protocol", "leave-one-out", "--core", "none", "--epochs", "3", "--refit"),
        ("--model", "caser", "--set", "order=none"),
        ("--model", "lrurec", "--set", "source=program", "--set", "max_grad_norm=none"),
    ],
)
def test_a_written_file_makes_the_same_run(tmp_path: Path, typed: tuple[str, ...]) -> None:
    """Written again from itself it is the same, and it says all fields."""
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    out = ("--out", tmp_path / "m.pt")
    assert run("ssr", "train", *typed, *out, "--write-config", first) == 0
    assert run("ssr", "train", "--config", first, "--write-config", second) == 0
    assert first.read_text() == second.read_text()
    said = tomllib.loads(first.read_text())
    assert {"model", "data", "out", "positions", "lr", "final-lr", "stored"} <= said.keys()
    assert [path.name for path in tmp_path.glob("*.pt")] == []


def test_a_field_of_none_stands_in_the_written_file(tmp_path: Path) -> None:
    """Its default is another, and so is what the source sets."""
    order, norm, table = tmp_path / "order.toml", tmp_path / "norm.toml", tmp_path / "😀.csv"
    table.write_text("user,item\n1,2\n")
    caser = ("--model", "caser", "--set", "order=none", "--data", table)
    assert run("ssr", "train", *caser, "--write-config", order) == 0
    lrurec = ("--model", "lrurec", "--set", "source=program", "--set", "max_grad_norm=none")
    assert run("ssr", "train", *lrurec, "--write-config", norm) == 0
    assert tomllib.loads(order.read_text(encoding="utf-8"))["order"] == "none"
    assert tomllib.loads(order.read_text(encoding="utf-8"))["data"] == str(table)
    assert tomllib.loads(norm.read_text(encoding="utf-8"))["max_grad_norm"] == "none"


def test_a_written_file_trains_the_same_model(tmp_path: Path) -> None:
    path, written = config(tmp_path), tmp_path / "all.toml"
    a, b = tmp_path / "a.pt", tmp_path / "b.pt"
    assert run("ssr", "train", "--config", path, "--out", a) == 0
    assert run("ssr", "train", "--config", path, "--write-config", written) == 0
    assert run("ssr", "train", "--config", written, "--out", b) == 0
    assert trained(a) == trained(b)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "max_step = 5",
            "max_step is no option of `ssr train` and no field of ssr or of training; "
            "did you mean max_steps?",
        ),
        ("encoder_skp = true", "did you mean encoder_skip?"),
        ("q = 1", "`ssr models ssr` lists the fields"),
        ("max_steps = 2.5", "max_steps is 2.5; it must be a whole number"),
        ("seed = true", "seed is True; it must be a whole number"),
        ("lr = 'fast'", "lr is 'fast'; it must be a finite number"),
        ("refit = 1", "refit is 1; it must be true or false"),
        ("readout_skip = 3", "readout_skip is 3; it must be true or false"),
        ("[training]\nlr = 1.0", "training is no option of `ssr train`"),
        ("teacher = [3]", "teacher is 3; it must be a word"),
        ("overwrite = true", "overwrite is not of a run; type --overwrite"),
        ("set = 'lr=1'", "write a field of --set by its own name, as in lr = 0.01"),
        ("lr = = 1", "cannot be read as TOML"),
        ("data = 'gone.csv'", "gone.csv: no such file"),
    ],
)
def test_a_file_that_is_wrong_is_refused(
    tmp_path: Path, capsys: Printed, text: str, message: str
) -> None:
    assert run("ssr", "train", "--config", config(tmp_path, text), "--out", tmp_path / "m.pt") == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["run.toml"]


def test_a_model_goes_on_with_the_fields_of_its_kind(tmp_path: Path, capsys: Printed) -> None:
    saved_ssr(tmp_path)
    path = config(tmp_path, f"from = '{tmp_path / 'model.pt'}'\nmax-steps = 1\nnegatives = 50\n")
    out = tmp_path / "next.pt"
    assert run("ssr", "train", "--config", path, "--out", out, "--batch-size", "32") == 0
    assert checkpoint.load(out).training["settings"]["negatives"] == 50


def test_a_written_file_replaces_nothing_unasked(tmp_path: Path, capsys: Printed) -> None:
    path = config(tmp_path, "mine = 1")
    assert run("ssr", "train", "--write-config", path) == 2
    assert "run.toml exists; --overwrite replaces it, or name another with --write-config" in (
        capsys.readouterr().err
    )
    assert path.read_text() == "mine = 1"


def test_a_dry_run_trains_nothing(tmp_path: Path, capsys: Printed) -> None:
    out = tmp_path / "m.pt"
    assert run("ssr", "train", "--out", out, "--dry-run") == 0
    assert f"would write {out}\n" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_what_a_run_starts_from_is_not_replaced(tmp_path: Path, capsys: Printed) -> None:
    model = saved_ssr(tmp_path)
    before = model.read_bytes()
    link = tmp_path / "link.pt"
    link.symlink_to(model)
    for out in (model, link):
        for option in ("--from", "--teacher"):
            given = (option, model, "--out", out, "--overwrite", "--max-steps", "1")
            assert run("ssr", "train", *given) == 2
            assert "is read by this run, which would replace it" in capsys.readouterr().err
    assert model.read_bytes() == before


@pytest.mark.parametrize(
    "pair", [("time-steps = 2", "steps = 4"), ("max_steps = 2", "max-steps = 3")]
)
def test_a_setting_that_a_file_has_twice_is_refused(
    tmp_path: Path, capsys: Printed, pair: tuple[str, str]
) -> None:
    path = config(tmp_path, "\n".join(pair) + "\n")
    assert run("ssr", "train", "--config", path, "--out", tmp_path / "m.pt", "--dry-run") == 2
    first, second = (one.partition(" ")[0] for one in pair)
    said = f"run.toml: {first} and {second} are the same; keep one of the two"
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_shape_that_cannot_be_is_refused_by_a_dry_run(tmp_path: Path, capsys: Printed) -> None:
    asked = ("--model", "sasrec", "--features", "7", "--out", tmp_path / "m.pt", "--dry-run")
    assert run("ssr", "train", *asked) == 2
    assert "--features is 7; it must be" in " ".join(capsys.readouterr().err.split())
