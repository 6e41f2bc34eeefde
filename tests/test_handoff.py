"""check.py: needs nothing of ours, passes on what was made, names what was changed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from test_cli import run
from trained import saved_ssr

from ssr_neuro import bundle


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    model, out = saved_ssr(folder, blocks=2), folder / "bundle"
    assert run("ssr-compile", model, "--target", "program", "--samples", "8", "--out", out) == 0
    return out


def check(folder: Path) -> tuple[int, str]:
    """Exit status and output of check.py, isolated from this project."""
    script = "import sys; sys.modules['ssr_neuro'] = None; import runpy; sys.argv = ['check.py']"
    start = f"{script}; runpy.run_path({str(folder / 'check.py')!r}, run_name='__main__')"
    ended = subprocess.run([sys.executable, "-I", "-c", start], capture_output=True, text=True)
    return ended.returncode, ended.stdout + ended.stderr


def rehash(folder: Path) -> None:
    """As if the changed file had been made so."""
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    manifest["files"] = bundle.hashes(folder)
    (folder / "MANIFEST.json").write_text(json.dumps(manifest))


def test_a_bundle_passes_away_from_home(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "moved")
    status, said = check(tmp_path / "moved")
    assert (status, said.splitlines()[-1]) == (0, "PASS")
    assert "spikes of 13 populations are the golden ones" in said


def test_a_flipped_bit_is_found_by_its_file(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "moved")
    path = tmp_path / "moved" / "items.npz"
    content = bytearray(path.read_bytes())
    content[200] ^= 1
    path.write_bytes(content)
    assert check(path.parent) == (
        1, "FAIL  items.npz is not the file that was made: its SHA-256 differs\n"
    )  # fmt: skip


def test_a_changed_spike_is_located(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "moved")
    path = tmp_path / "moved" / "golden" / "spikes.npz"
    with np.load(path) as stored:
        spikes = dict(stored)
    spikes["block1_filter"][3, 1, 4, 2] ^= 1
    np.savez_compressed(path, **spikes)
    rehash(path.parents[1])
    status, said = check(path.parents[1])
    assert status == 1
    assert "population 'block1_filter': 1 of" in said
    assert "first at sample 3, step 2, neuron (4, 2)" in said


def test_a_missing_file_is_named(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "moved")
    (tmp_path / "moved" / "weights.npz").unlink()
    assert check(tmp_path / "moved") == (1, "FAIL  weights.npz is missing\n")
