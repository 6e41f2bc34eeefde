"""What holds for every command: the release, quiet runs, streams that end or know ASCII alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import run
from small_programs import skip_program

import ssr_neuro
from ssr_neuro.program import program_file
from ssr_neuro.progress import lines

MAIN = "from ssr_neuro.cli.process import ssr; ssr()"


def in_shell(text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`ssr ...` in bash; $SSR is the command."""
    command = f"{sys.executable} -c '{MAIN}'"
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {text}"],
        env={**os.environ, "SSR": command, **environment},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    program_file.save(skip_program(0), tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "line",
    [
        "ssr --version",
        "ssr-compile --version",
        "ssr --quiet --version",
        "ssr verify gone --version",
        "ssr-compile gone.pt --version",
    ],
)
def test_the_release_is_printed(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*line.split()) == 0
    assert capsys.readouterr().out == f"ssr-neuro {ssr_neuro.__version__}\n"


def test_a_closed_pipe_ends_quietly_with_its_code(folder: Path) -> None:
    ended = in_shell("eval $SSR chips | true; echo ${PIPESTATUS[0]}")
    assert ended.stdout.split()[-1] in ("0", "141")
    ended = in_shell("(sleep 2; eval $SSR chips) | (exec <&-; sleep 0.1)")
    assert (ended.returncode, ended.stderr) == (141, "")


def test_a_terminal_of_ascii_gets_ascii(folder: Path) -> None:
    ended = in_shell(f"eval $SSR show {folder} --out {folder}/g.svg", PYTHONIOENCODING="ascii")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.isascii()


def test_no_standard_output_is_no_fault(folder: Path) -> None:
    ended = in_shell(f"eval $SSR show {folder} --out {folder}/g.svg >&-")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_quiet_leaves_out_progress_and_keeps_errors(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--data", "generated", "--max-steps", "2", "--features", "8", "--blocks", "1")
    assert run("ssr", "train", *arguments, "--out", folder / "a.pt", "--quiet") == 0
    assert capsys.readouterr().err == ""
    assert run("ssr", "train", *arguments, "--out", folder / "a.pt", "--quiet") == 2
    assert "a.pt exists" in capsys.readouterr().err


@pytest.mark.parametrize("json", [(), ("--json",)])
def test_a_command_is_never_silent_for_long(
    json: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "EVERY_S", 0.001)
    assert run("ssr", "data", "stats", "generated", *json) == 0
    assert "ssr data stats: 0 s" in capsys.readouterr().err.splitlines()
    assert run("ssr", "data", "stats", "generated", *json, "--quiet") == 0
    assert capsys.readouterr().err == ""


def test_defaults_in_brackets_reach_the_help(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """rich takes brackets in a help text for its own marks, and leaves them out."""
    monkeypatch.setenv("COLUMNS", "200")
    assert run("ssr-compile", "--help") == 0
    shown = capsys.readouterr().out
    assert "folder for the result [default: (build/MODEL-TARGET)]" in shown
    assert "sequences to run on every stage [default: (64)]" in shown
