"""`ssr-compile NET.net`, and the exporter with the reference in the place of lava-dl."""

import json
from pathlib import Path
from typing import Any, cast

import netx_files
import numpy as np
import pytest
from small_programs import random_inputs, skip_program

from converters.export_lava_dl import EXPORTER
from simulators.lava_runtime import lava_dl
from simulators.lava_runtime.lava_dl import NetxRun
from simulators.reference import SIMULATOR as REFERENCE
from ssr_neuro import registry
from ssr_neuro.cli import compile_app
from ssr_neuro.errors import BackendFailed, BadInput, Mismatch
from ssr_neuro.exporter import Deployed, Job
from ssr_neuro.files import npz
from ssr_neuro.stopwatch import Stopwatch


def compile_net(*arguments: object) -> None:
    compile_app([str(a) for a in arguments], standalone_mode=False)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    spikes = (np.random.default_rng(0).random((3, 4, 2, 5, 4)) < 0.4).astype(np.uint8)
    npz.write(tmp_path / "in.npz", {"inputs": spikes})
    return netx_files.tiny(tmp_path / "tiny.net"), tmp_path / "in.npz"


def test_outputs_are_the_spikes_of_the_last_layer(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    net, inputs = files
    options = ("--target", "program", "--inputs", inputs, "--trace", "--json")
    compile_net(net, *options, "--out", tmp_path / "out")
    said = json.loads(capsys.readouterr().out)
    assert said["program"]["populations"] == 2
    assert [c["mismatches"] for c in said["comparisons"]] == [0]
    found = npz.read(tmp_path / "out" / "outputs.npz")
    np.testing.assert_array_equal(found["outputs"], found["layer_3"])
    answer = netx_files.answered(net, npz.read(inputs)["inputs"], ())
    np.testing.assert_array_equal(found["layer_1"], answer.spikes[0])
    assert 0 < found["outputs"].mean() < 1


def test_the_table_and_where_things_are(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    net, inputs = files
    compile_net(net, "--target", "program", "--inputs", inputs, "--out", tmp_path / "out")
    said = capsys.readouterr().out
    assert "reference == fast" in said
    assert "outputs.npz" in said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--target", "program"), "needs --inputs FILE.npz with `inputs`"),
        (("--target", "onnx"), "can be compiled for lava-sim, program, c.*; not for onnx"),
        (
            ("--target", "program", "--weight-bits", "4", "--fires", "at"),
            "--weight-bits, --fires have no meaning for a .net file, whose integers",
        ),
    ],
)
def test_wishes_that_cannot_be_met(
    options: tuple[str, ...], message: str, files: tuple[Path, Path], tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=message):
        compile_net(files[0], *options, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def job() -> Job:
    program = skip_program(3)
    trace = REFERENCE.run(program, random_inputs(program, 5, 3))
    deployed = Deployed(program, cast(Any, None), trace)
    absent = cast(Any, None)
    return Job(Path("m.pt"), absent, absent, None, "", "compact", Stopwatch(), lambda: deployed)


def test_the_exporter_leaves_the_file_its_legend_and_golden_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(net: Path, spikes: Any, interval: int, *, membranes: Any, **_: Any) -> NetxRun:
        assert interval == 4
        return netx_files.answered(net, spikes, membranes)

    monkeypatch.setattr(lava_dl, "run", run)
    found = EXPORTER.export(job(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"model.net", "neurons.json", "golden.npz"}
    assert found["mismatches"] == 0
    assert found["neurons of the program"] == 12 + 12 + 8 + 3
    assert found["readouts compared"] == 5 * 4 * 3
    golden = npz.read(tmp_path / "golden.npz")
    layers = json.loads((tmp_path / "neurons.json").read_text())["layers"]
    assert [f"layer_{i}" in golden for i in range(len(layers))] == [True] * len(layers)
    assert f"membrane_{len(layers) - 1}" in golden


def test_an_answer_that_differs_is_a_mismatch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(net: Path, spikes: Any, interval: int, *, membranes: Any, **_: Any) -> NetxRun:
        found = netx_files.answered(net, spikes, membranes)
        found.spikes[0][1, 2, 0] ^= 1
        return found

    monkeypatch.setattr(lava_dl, "run", run)
    with pytest.raises(Mismatch, match=r"differ in 1 of .* layer 0, .* sample 1, step 3"):
        EXPORTER.export(job(), tmp_path)


def test_lava_dl_is_a_target() -> None:
    assert "lava-dl" in registry.targets()
    assert registry.exporter("lava-dl").name == "lava-dl"


def test_a_worker_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'no module named lava' >&2\nexit 9\n")
    python.chmod(0o755)
    monkeypatch.setattr("simulators.lava_runtime.lava_dl_environment.ensure", lambda notice: python)
    with pytest.raises(BackendFailed, match=r"lava-dl 0\.6\.0 failed on .*status 9") as caught:
        lava_dl.run(tmp_path / "x.net", np.zeros((1, 1, 1), np.uint8), 1)
    assert "Give fewer samples, or write the program with --target program" in str(caught.value)
    assert "no module named lava" in str(caught.value)
    python.write_text("#!/bin/sh\nexec sleep 30\n")
    with pytest.raises(BackendFailed, match=r"did not finish .*x\.net within 0\.3 s"):
        lava_dl.run(tmp_path / "x.net", np.zeros((1, 1, 1), np.uint8), 1, timeout_s=0.3)


def test_the_time_limit_grows_with_the_network() -> None:
    assert (
        lava_dl.time_limit_s(10) < lava_dl.time_limit_s(10, 10**8) < lava_dl.time_limit_s(50, 10**8)
    )
