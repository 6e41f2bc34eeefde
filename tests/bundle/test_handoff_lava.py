"""run_lava.py: a bundle alone, in a Python that has Lava and nothing of ours."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from command_line import run
from handed_over import compiled, hand_over
from lava_support import left_behind, one_layer, shared_memory, soon
from trained import saved_ssr

from simulators.lava_runtime import environment
from ssr_neuro.bundle.handoff import run_lava as script
from ssr_neuro.files import manifest, npz

ROOT = Path(__file__).parents[2]
Printed = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def lava() -> Path:
    """The Python 3.10 that holds Lava. It does not hold this project."""
    python = environment.ensure()
    ask = "from importlib.util import find_spec as f; print(f('ssr_neuro'), f('simulators'))"
    answer = subprocess.run([python, "-I", "-c", ask], capture_output=True, text=True)
    assert answer.stdout == "None None\n"
    return python


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    out = folder / "out"
    arguments = ("--target", "program", "--samples", "5", "--out", out)
    assert run("ssr-compile", saved_ssr(folder), *arguments) == 0
    return out


@pytest.fixture
def moved(made: Path, tmp_path: Path) -> Path:
    """A bundle in a folder where nothing else is."""
    return shutil.copytree(made, tmp_path / "moved")


def on_lava(python: Path, folder: Path, *options: str) -> tuple[int, str, str]:
    """Exit status, output and last line of the errors of run_lava.py."""
    command = [str(python), "-I", str(folder / "run_lava.py"), *options]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=folder.parent)
    return ended.returncode, ended.stdout, (ended.stderr.strip().splitlines() or [""])[-1]


def change(folder: Path, name: str, edit: Callable[[dict], object]) -> None:
    path = folder / name
    document = json.loads(path.read_text())
    edit(document)
    path.write_text(json.dumps(document))


@pytest.mark.lava
def test_a_recommender_passes_away_from_home(lava: Path, moved: Path) -> None:
    status, said, error = on_lava(lava, moved, "--lanes", "2")
    assert (status, error, said.splitlines()[-1]) == (0, "", "PASS")
    assert said.startswith("Lava 0.10.0, Loihi2SimCfg, 5 samples\n")
    populations = len(json.loads((moved / "program.json").read_text())["populations"])
    assert f"{populations} LIFReset on PyLifResetModelBitAcc (CPU)" in said
    assert manifest.check(moved)[1] == []  # nothing was left in the bundle


@pytest.mark.lava
def test_readouts_alone_are_enough_for_a_board(lava: Path, moved: Path) -> None:
    status, said, _ = on_lava(lava, moved, "--readouts", "--samples", "2")
    size = npz.read(moved / "golden" / "readouts.npz")["output"][:2].size
    assert (status, said.splitlines()[-2]) == (0, f"{size:,} readouts are the golden ones")


@pytest.mark.lava
@pytest.mark.parametrize("name", ["recurrent", "integrator", "delay", "CubaLIF"])
def test_networks_with_gaps_integrators_and_currents_pass(
    name: str, lava: Path, tmp_path: Path
) -> None:
    folder = hand_over(compiled(name), tmp_path / "moved")
    status, said, error = on_lava(lava, folder, "--membranes", "--run-config", "Loihi1SimCfg")
    assert (status, error, said.splitlines()[-1]) == (0, "", "PASS")
    assert "spikes, readouts, membranes are the golden ones" in said
    assert "ProbedLif on ProbedLifModel (CPU)" in said


@pytest.mark.lava
def test_the_first_difference_is_told(lava: Path, moved: Path) -> None:
    path = moved / "golden" / "spikes.npz"
    spikes = npz.read(path)
    spikes["block0_ffn_out"][0, 2] ^= 1
    at = tuple(int(i) for i in np.argwhere(spikes["encoder"][2, 1])[0])
    spikes["encoder"][(2, 1, *at)] = 0
    npz.write(path, spikes, overwrite=True)
    assert on_lava(lava, moved, "--samples", "3")[::2] == (
        4,
        f"FAIL  spikes of 'encoder', sample 2, step 2, neuron {at}: golden 0, Lava 1",
    )


@pytest.mark.lava
def test_a_number_that_lava_would_wrap_is_refused(lava: Path, tmp_path: Path) -> None:
    bias = np.full((3, 2), 20_000)
    folder = hand_over(one_layer(np.eye(6, dtype=np.int64), bias=bias), tmp_path / "moved")
    weights = npz.read(folder / "weights.npz")
    npz.write(folder / "weights.npz", weights | {"a.bias_mant": 2 * bias}, overwrite=True)
    status, _, error = on_lava(lava, folder)
    assert status == 3
    assert error.startswith("FAIL  Lava: population 'a' has a bias_mant outside [-32768, 32767]")


@pytest.mark.lava
def test_a_run_that_takes_too_long_is_ended(lava: Path, moved: Path) -> None:
    before, began = shared_memory(), time.monotonic()
    assert on_lava(lava, moved)[0] == 0
    # Machines differ: a limit written here would be too long for one and too short for another.
    part_s = f"{round((time.monotonic() - began) / 5, 1):g}"
    assert on_lava(lava, moved, "--timeout-s", part_s)[::2] == (
        5,
        f"FAIL  Lava did not finish within {part_s} s; raise --timeout-s",
    )
    assert soon(lambda: not left_behind(moved, before))


@pytest.mark.lava
def test_a_run_configuration_of_ones_own(lava: Path, tmp_path: Path) -> None:
    folder = hand_over(compiled("CubaLIF"), tmp_path / "moved")
    (folder / "ours.py").write_text(
        "from lava.magma.core.run_configs import Loihi2SimCfg\n"
        "def config():\n    return Loihi2SimCfg(select_tag='fixed_pt')\n"
    )
    status, said, _ = on_lava(lava, folder, "--run-config", "ours:config")
    assert status == 0
    assert "NOTE  nothing ran on a neuromorphic core: Lava found models for the CPU alone" in said


@pytest.mark.lava
@pytest.mark.parametrize(
    ("config", "status", "said"),
    [
        ("absent:config", 2, "absent:config: there is no module 'absent'; put the module beside"),
        ("ours:absent", 2, "ours:absent: there is no 'absent' in .*ours.py; put the module beside"),
        ("theirs:config", 5, "ModuleNotFoundError: No module named 'absent'"),
    ],
)
def test_a_run_configuration_that_is_not_there(
    config: str, status: int, said: str, lava: Path, tmp_path: Path
) -> None:
    folder = hand_over(compiled("integrator"), tmp_path / "moved")
    (folder / "ours.py").write_text("")
    (folder / "theirs.py").write_text("import absent\n")
    command = [lava, "-I", folder / "run_lava.py", "--run-config", config]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == status
    start = "FAIL  --run-config " if status == 2 else "FAIL  Lava: "
    assert re.match(f"{start}{said}", ended.stderr.splitlines()[-1])
    assert ("Traceback" in ended.stderr) == (status == 5)


@pytest.mark.lava
def test_a_board_needs_more_than_what_is_public(lava: Path, moved: Path) -> None:
    assert on_lava(lava, moved, "--run-config", "Loihi2HwCfg")[::2] == (
        2,
        "FAIL  Loihi2HwCfg needs Intel's Lava extension for Loihi beside lava-nc: ask the INRC",
    )


def test_another_python_is_told_what_to_install(moved: Path) -> None:
    status, said, error = on_lava(Path(sys.executable), moved)
    needed = moved / "lava_worker" / "requirements.txt"
    assert (status, said) == (2, "")
    assert error.startswith("FAIL  Lava 0.10.0 needs Python 3.10, this is 3.")
    assert error.endswith(f": python3.10 -m pip install -r {needed}")


@pytest.mark.parametrize(("found", "has"), [([], "no lava-nc"), (["0.9.0"], "lava-nc 0.9.0")])
def test_lava_that_is_missing_or_another_is_told(
    found: list[str], has: str, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    class Installed:
        def __init__(self, version: str) -> None:
            self.version = version

    monkeypatch.setattr(script.sys, "version_info", (3, 10, 13))
    monkeypatch.setattr(script.metadata, "distributions", lambda name: map(Installed, found))
    with pytest.raises(SystemExit, match="2"):
        script.check_python("Loihi2SimCfg")
    said = capsys.readouterr().err
    assert f" has {has}, this script needs 0.10.0 and NumPy: python3.10 -m pip install -r" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--run-config", "Loihi3"), "--run-config is Loihi1SimCfg, Loihi2SimCfg, Loihi1HwCfg, "),
        (("--lanes", "0"), "--lanes and --samples are 1 or more"),
    ],
)
def test_options_that_cannot_be(moved: Path, options: tuple[str, ...], said: str) -> None:
    status, _, error = on_lava(Path(sys.executable), moved, *options)
    assert status == 2
    assert said in error


@pytest.mark.lava
def test_a_folder_that_is_no_bundle_is_told(lava: Path, moved: Path, tmp_path: Path) -> None:
    status, _, error = on_lava(lava, moved, str(tmp_path))
    assert status == 2
    assert error.startswith(f"FAIL  {tmp_path} is no whole bundle: FileNotFoundError: ")


def test_the_worker_is_the_one_that_the_compiler_uses(moved: Path) -> None:
    ours = ROOT / "simulators" / "lava_worker"
    sources = [p for p in ours.rglob("*") if p.suffix in (".py", ".txt")]
    copies = [p for p in (moved / "lava_worker").rglob("*") if p.is_file()]
    assert len(sources) == len(copies) == 12
    for path in sources:
        assert (moved / "lava_worker" / path.relative_to(ours)).read_bytes() == path.read_bytes()
