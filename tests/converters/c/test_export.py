"""`ssr-compile --target c` as its user and its receiver meet it."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nir
import numpy as np
import pytest
from command_line import run
from nir_graphs import ends, graph, lif
from trained import saved_ssr

import ssr_neuro as sn
from converters.c import toolchain
from simulators.fast import Fast
from ssr_neuro.compiler.options import CompileOptions
from ssr_neuro.errors import DoesNotFit, Mismatch
from ssr_neuro.files import manifest
from ssr_neuro.library.export import _job
from ssr_neuro.ranking import PackedItems
from ssr_neuro.stopwatch import Stopwatch

needs_compiler = pytest.mark.skipif(
    toolchain.here() is None, reason="no C compiler is installed (apt install gcc libc6-dev)"
)
WRITTEN = {
    "MANIFEST.json",
    "Makefile",
    "README.md",
    "golden.c",
    "golden.h",
    "main.c",
    "model.c",
    "model.h",
    "report.json",
    "runtime.c",
    "runtime.h",
    "test.c",
}


@pytest.fixture(scope="module", autouse=True)
def _no_arm() -> Iterator[None]:
    """The build for ARM is tested with test_programs.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(toolchain, "arm", lambda: None)
        yield


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved_ssr(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def folder(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("exported") / "c"
    sn.export(model, place, target="c", samples=3)
    return place


def make(folder: Path, place: Path, *targets: str) -> str:
    """Run make in a copy, so that the folder stays as it was made."""
    place.mkdir(exist_ok=True)
    for path in folder.iterdir():
        (place / path.name).write_bytes(path.read_bytes())
    return make_again(place, *targets)


def make_again(place: Path, *targets: str) -> str:
    done = subprocess.run(["make", "-s", "-C", place, *targets], capture_output=True, text=True)
    return done.stdout + done.stderr


@needs_compiler
def test_the_folder_holds_what_was_checked(folder: Path) -> None:
    assert {p.name for p in folder.iterdir()} == WRITTEN | {"ids.h", "ids.c"}
    assert manifest.check(folder) == (13, [])
    found = json.loads((folder / "report.json").read_text())
    assert found["checked"]["this machine"].startswith("PASS: ")
    assert found["checked"]["this machine"].endswith(" of 3 samples are equal")
    readme = (folder / "README.md").read_text()
    for n in (*found["flash_bytes"].values(), *found["ram_bytes"].values()):
        assert f"| {n:,} |" in readme


@needs_compiler
def test_a_history_in_the_ten_best_items_out(folder: Path, model: Path, tmp_path: Path) -> None:
    assert make(folder, tmp_path / "c") == ""
    job = _job(sn.load(model), model, CompileOptions(target="c", samples=3), Stopwatch())
    deployed, positions = job.integer(), job.saved.config.positions
    items, (node,) = deployed.items, deployed.program.inputs
    for history in ([3], [1, 2, 3, 4, 5], list(range(1, 30))):
        padded = np.zeros((1, positions), np.int64)
        padded[0, -len(history) :] = history[-positions:]
        trace = Fast().run(deployed.program, {node.name: items.stimulus(padded)})
        (readouts,) = trace.readouts.values()
        best = PackedItems.of(items.codes, items.bias).top(readouts, 10)
        want = [items.ids[row] for row in best.rows[0]]
        words = [items.ids[i - 1] for i in history]
        done = subprocess.run([tmp_path / "c" / "main", *words], capture_output=True, text=True)
        assert [line.split()[1] for line in done.stdout.splitlines()] == want
    wrong = subprocess.run([tmp_path / "c" / "main", "nobody"], capture_output=True, text=True)
    assert (wrong.returncode, wrong.stderr) == (2, "item nobody is not known to this model\n")


@needs_compiler
def test_the_receiver_checks_all_samples_or_a_few(folder: Path, tmp_path: Path) -> None:
    assert "of 3 samples are equal" in make(folder, tmp_path / "c", "check")
    few = make(folder, tmp_path / "few", "check", "CFLAGS=-DGOLDEN_SAMPLES=1")
    assert "of 1 samples are equal" in few
    for wrong in (0, 9):
        said = make(folder, tmp_path / f"{wrong}", "check", f"CFLAGS=-DGOLDEN_SAMPLES={wrong}")
        assert "GOLDEN_SAMPLES: golden.c holds 3 samples" in said
        assert "PASS" not in said


@needs_compiler
def test_a_second_check_is_built_as_it_is_told(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "c"
    assert "of 3 samples are equal" in make(folder, place, "check")
    few = make_again(place, "check", "CFLAGS=-DGOLDEN_SAMPLES=1")
    assert "of 1 samples are equal" in few
    assert "PASS" not in make_again(place, "check", "CC=/bin/false")


@needs_compiler
def test_the_same_command_writes_the_same_bytes(folder: Path, model: Path, tmp_path: Path) -> None:
    sn.export(model, tmp_path / "again", target="c", samples=3)
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


@needs_compiler
def test_a_graph_gives_a_folder_without_items(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spikes = np.array([[[1, 0], [1, 1], [0, 1]], [[0, 0], [1, 0], [1, 1]]], np.uint8)
    np.savez(tmp_path / "x.npz", inputs=spikes)
    net = graph("x>w>a>y", **ends((2,)), w=nir.Linear(np.eye(2) * 0.7), a=lif((2,)))
    nir.write(tmp_path / "g.nir", net)
    words = [str(tmp_path / "g.nir"), "--target", "c", "--inputs", str(tmp_path / "x.npz")]
    assert run("ssr-compile", *words, "--out", str(tmp_path / "c")) == 0
    assert "flash: constants, bytes" in capsys.readouterr().out
    assert {p.name for p in (tmp_path / "c").iterdir()} == WRITTEN
    assert make(tmp_path / "c", tmp_path / "made") == ""
    outputs = sn.compile(tmp_path / "g.nir", inputs=spikes, target="program").proof.trace.readouts
    for sample, shown in enumerate(spikes):
        text = "\n".join(" ".join(map(str, step)) for step in shown)
        done = subprocess.run(
            [tmp_path / "made" / "main"], input=text, capture_output=True, text=True
        )
        want = next(iter(outputs.values()))[sample]
        assert [
            [int(x) for x in line.split()] for line in done.stdout.splitlines()
        ] == want.tolist()
    short = subprocess.run(
        [tmp_path / "made" / "main"], input="1 0 1", capture_output=True, text=True
    )
    assert (short.returncode, short.stderr) == (2, "the input ends in step 2 of 3\n")


def test_without_a_compiler_it_is_written_and_said_to_be_unverified(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toolchain, "here", lambda: None)
    found = sn.export(model, tmp_path / "c", target="c", samples=2)
    assert found["this machine"].startswith("not built, there is no C compiler here; install one")
    assert "RAM: static, bytes" in found
    assert "not built, there is no C compiler" in (tmp_path / "c" / "README.md").read_text()


def test_a_difference_ends_the_command_and_leaves_nothing(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Wrong(toolchain.Toolchain):
        def check(self, folder: Path, *options: str, tested: object = ()) -> str:
            raise Mismatch("this machine: population encoder, neuron 0, sample 0, step 1: ...")

    monkeypatch.setattr(toolchain, "here", lambda: Wrong("this machine", ("cc",)))
    words = [str(model), "--target", "c", "--samples", "2", "--out", str(tmp_path / "c")]
    assert run("ssr-compile", *words) == 4
    assert list(tmp_path.iterdir()) == []


def test_what_has_no_meaning_or_does_not_fit_is_refused(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(sn.BadInput, match="--lanes has no meaning without --target lava-sim"):
        sn.export(model, tmp_path / "c", target="c", lanes=2)
    monkeypatch.setattr("converters.c.pools.MOST_BYTES", 1000)
    with pytest.raises(DoesNotFit, match=r"synapse '.*': model_weights would take .* 1,000"):
        sn.export(model, tmp_path / "c", target="c", samples=2)
    assert list(tmp_path.iterdir()) == []
