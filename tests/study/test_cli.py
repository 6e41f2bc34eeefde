"""`ssr study` as a user meets it: what it leaves, what it prints, what it refuses."""

import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from command_line import run, show_help_without_torch
from trained import saved_ssr

from ssr_neuro.files import manifest
from ssr_neuro.study import document


@pytest.mark.parametrize(
    "study", ["anytime", "item-table", "noise", "lengths", "steps", "tau", "memory"]
)
def test_help_is_quick(study: str) -> None:
    show_help_without_torch(["study", study, "--help"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["noise", "--levels", "0,20"],
        ["lengths", "--limits", "25"],
        ["memory", "--features", "8,64"],
    ],
)
def test_a_study_leaves_numbers_and_a_figure_and_prints_the_same(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study, *options = arguments
    out = tmp_path / "out"
    asked = ("study", study, saved_ssr(tmp_path), *options, "--sequences", "200")
    assert run("ssr", *map(str, asked), "--data", "generated", "--out", str(out), "--json") == 0
    printed = capsys.readouterr().out
    written = (out / f"{study}.json").read_text(encoding="utf-8")
    assert json.loads(printed) == json.loads(written)
    assert str(tmp_path) not in written
    assert json.loads(written)["data"]["fingerprint"]
    svg = (out / f"{study}.svg").read_text(encoding="utf-8")
    ET.fromstring(svg)
    assert {path.name for path in out.iterdir()} == {
        "MANIFEST.json",
        f"{study}.json",
        f"{study}.svg",
    }
    again = (*map(str, asked), "--data", "generated", "--out", str(out))
    assert run("ssr", *again) == 2
    assert "exists, made by `ssr study`; --overwrite replaces" in capsys.readouterr().err
    assert run("ssr", *again, "--overwrite") == 0
    assert "HR@10" in capsys.readouterr().out
    assert (out / f"{study}.svg").read_text(encoding="utf-8") == svg


def test_a_sweep_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    code = run(
        *"ssr study tau --data generated --out".split(),
        str(out),
        *"--max-steps 2 --values 0.5,0.9 --features 8 --blocks 1 --batch-size".split(),
        *"32 --seeds 0,1 --json".split(),
    )
    assert code == 0
    found = json.loads(capsys.readouterr().out)
    assert [point["tau"] for point in found["points"]] == [0.5, 0.9]
    assert [r["seed"] for r in found["points"][0]["runs"]] == [0, 1]
    assert manifest.check(out) == (2, [])
    assert len(list((tmp_path / "out-trainings" / "tau").iterdir())) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["noise", "m.pt", "--levels", "5,10"], "give percentages that rise from 0 to at most 100"),
        (["noise", "m.pt", "--levels", "0,x"], "--levels '0,x': give numbers with commas between"),
        (["noise", "m.pt", "--max-steps", "9"], "--max-steps has no meaning without --retrain"),
        (["noise", "m.pt", "--seed", "-1"], "--seed -1: it must be at least 0"),
        (["lengths", "m.pt", "--limits", "2.5"], "--limits '2.5': give whole numbers with commas"),
        (["lengths", "absent.pt"], "absent.pt: no such file"),
        (["memory", "--features", "0"], "give whole numbers from 1 on, every D once"),
        (["steps", "--max-steps", "0"], "--max-steps 0: a training takes at least 1 step"),
        (["steps", "--max-steps", "9", "--values", "7"], "divisible by --time-steps (7)"),
    ],
)
def test_wrong_input_says_what_and_leaves_nothing(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "m.pt").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    assert run("ssr", "study", *arguments, "--data", "generated", "--out", "out") == 2
    assert message in capsys.readouterr().err.replace("\n", " ")
    assert [path.name for path in tmp_path.iterdir()] == ["m.pt"]


def test_a_folder_of_other_files_is_refused_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.md").write_text("mine")
    said = ("study", "memory", "--data", "generated", "--out", str(tmp_path), "--overwrite")
    assert run("ssr", *said) == 2
    assert "it holds notes.md. Name another folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.md"]


@pytest.mark.parametrize("study", [("memory",), ("tau", "--max-steps", "2")])
def test_a_dry_run_writes_nothing(
    study: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run("ssr", "study", *study, "--data", "generated", "--out", str(out), "--dry-run") == 0
    said = capsys.readouterr().out
    assert f"would write {out}\n" in said
    assert (f"would write {tmp_path / 'out-trainings' / 'tau'}\n" in said) == (study[0] == "tau")
    assert list(tmp_path.iterdir()) == []


def test_commands_are_written_without_folders_of_a_machine() -> None:
    root = str(Path(sys.executable).anchor)
    said = ["ssr", f"{root}a/b/m.pt", f"--data={root}x/ml-1m.txt", "runs/m.pt", "--seed=1"]
    expected = ["ssr", "m.pt", "--data=ml-1m.txt", "runs/m.pt", "--seed=1"]
    assert document.strip_folders(said) == expected
