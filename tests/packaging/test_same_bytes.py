"""A bundle is the same bytes whatever the hash seed, the locale, the time zone and the threads."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import run
from handed_over import GRAPHS
from trained import saved_ssr

from ssr_neuro.files import manifest

ROOT = Path(__file__).parents[2]
OPTIONS = ("--target", "program", "--samples", "6", "--optimise", "--out", "bundle")
OTHER = {
    "PYTHONHASHSEED": "7",
    "LC_ALL": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "TZ": "Pacific/Auckland",
    "OMP_NUM_THREADS": "2",
    "NUMBA_NUM_THREADS": "2",
}


def elsewhere(folder: Path, *command: str | Path, **environment: str) -> str:
    """What a Python process with other settings prints."""
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.thorough
def test_a_model_gives_the_same_bundle_in_a_process_with_other_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
        saved_ssr(folder)
    monkeypatch.chdir(here)
    assert run("ssr-compile", "model.pt", *OPTIONS) == 0
    script = "import sys\nfrom ssr_neuro.cli import compile_main\nsys.argv[0] = 'ssr-compile'\n"
    elsewhere(there, "-c", f"{script}compile_main()", "model.pt", *OPTIONS, **OTHER)
    names = {path.relative_to(here) for path in (here / "bundle").rglob("*") if path.is_file()}
    assert len(names) > 20
    assert [n for n in names if (here / n).read_bytes() != (there / n).read_bytes()] == []


def test_graphs_give_the_same_bytes_in_processes_of_two_hash_seeds_and_locales(
    tmp_path: Path,
) -> None:
    script = ROOT / "benchmarks" / "compile_graphs.py"
    path = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests' / 'support'}"}
    utf8 = {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC", "OMP_NUM_THREADS": "1"}
    one = elsewhere(tmp_path, script, tmp_path / "one", **path, **utf8)
    other = elsewhere(tmp_path, script, tmp_path / "other", **path, **OTHER)
    assert one == other
    assert len(manifest.hashes(tmp_path / "one")) == 8 * len(GRAPHS)
