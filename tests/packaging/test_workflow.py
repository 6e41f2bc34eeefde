"""What CI runs is there and tries something, and what the Makefile writes is whole."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
needs_make = pytest.mark.skipif(
    shutil.which("make") is None, reason="make is not installed (apt install make)"
)


def commands() -> list[str]:
    """Every command of CI."""
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "checks.yml").read_text())["jobs"]
    return [c for job in jobs.values() for c in job["strategy"]["matrix"]["command"]]


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The Makefile in that folder, as if the environment were there."""
    command = ["make", "-f", str(ROOT / "Makefile"), "-o", ".venv/installed-dev", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def fuzz_options(*variables: str) -> dict[str, str]:
    """What `make fuzz` gives to `python -m fuzz`."""
    told = make(ROOT, "--dry-run", "fuzz", *variables)
    assert told.returncode == 0, told.stderr
    (line,) = [x for x in told.stdout.replace("\\\n", " ").splitlines() if "-m fuzz" in x]
    words = shlex.split(line.partition("-m fuzz")[2])
    return dict(zip(words[::2], words[1::2], strict=True))


def test_ci_runs_targets_that_the_makefile_has() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "checks.yml").read_text())["jobs"]
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {c.split()[1] for c in commands()} <= set(targets)
    assert "make same-bytes" in commands()
    for job in jobs.values():
        assert job["steps"][-1]["run"] == "${{ matrix.command }}"


@needs_make
def test_each_night_changes_files_by_a_seed_of_its_own_and_counts_from_nothing() -> None:
    (command,) = [c for c in commands() if c.startswith("make fuzz")]
    nights = [command.replace("${{ github.run_id }}", number) for number in ("101", "102")]
    first, second = (fuzz_options(*shlex.split(night)[2:]) for night in nights)
    assert (first["--seed"], second["--seed"]) == ("101", "102")
    assert (first["--out"], second["--out"]) == ("build/fuzz-101.json", "build/fuzz-102.json")


@needs_make
def test_the_published_counts_of_changed_files_are_gone_on_with_only_where_they_are_named() -> None:
    published = "benchmarks/results/fuzz.json"
    assert fuzz_options("FUZZ_INPUTS=2000")["--out"] == "build/fuzz-1.json"
    assert fuzz_options(f"FUZZ_OUT={published}")["--out"] == published


def lock(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """`make lock` in a new clone with two locks, by this program in place of uv."""
    (folder / "locks").mkdir()
    for name in ("requirements", "lava"):
        (folder / "locks" / f"{name}.txt").write_text("# one\n# two\nold==1\n")
    uv = folder / "uv"
    uv.write_text(f"#!/bin/sh\n{program}\n")
    uv.chmod(0o755)
    return make(folder, "lock", f"LOCK={uv}")


@needs_make
def test_locks_are_written_anew_below_their_two_lines_of_comment(tmp_path: Path) -> None:
    assert lock(tmp_path, "echo 'new==2 '").returncode == 0
    for path in (tmp_path / "locks").iterdir():
        assert path.read_text() == "# one\n# two\nnew==2\n"


@needs_make
def test_locks_stay_as_they_are_where_uv_fails(tmp_path: Path) -> None:
    assert lock(tmp_path, "echo half; exit 1").returncode != 0
    for path in (tmp_path / "locks").iterdir():
        assert path.read_text() == "# one\n# two\nold==1\n"
