"""`ssr place` as a user meets it: tables, a document, exit codes, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import run
from small_programs import random_inputs, skip_program
from trained import saved_ssr

from simulators.reference import Reference
from ssr_neuro.chip import load_chip
from ssr_neuro.placement import as_json, place
from ssr_neuro.program import program_file

Printed = pytest.CaptureFixture[str]


def saved(folder: Path) -> Path:
    program_file.save(skip_program(0), folder)
    return folder


def test_cores_messages_and_times_are_printed(tmp_path: Path, capsys: Printed) -> None:
    assert run("ssr", "place", saved(tmp_path), "--chip", "loihi1", "--mesh", "8x4x4") == 0
    printed = capsys.readouterr().out
    assert "skip-0 on Intel Loihi 1: cores 1 of 128, chips 1" in printed
    assert "Messages per sample, every neuron once" in printed
    assert "0.0 east-west, 0.0 north-south on 8x4x4 (as given)" in printed
    row = next(line.split() for line in printed.splitlines() if "as published" in line)
    assert row[-5:] == ["1", "ms", "8", "ms", "250"]
    assert "busiest core, synaptic operations: no trace of spikes was given" in printed


def test_the_document_is_that_of_the_library(tmp_path: Path, capsys: Printed) -> None:
    program = skip_program(0)
    spikes = random_inputs(program, 3, seed=1)
    np.savez(tmp_path / "spikes.npz", inputs=spikes["input"])
    given = ("--chip", "loihi1", "--inputs", tmp_path / "spikes.npz", "--json")
    assert run("ssr", "place", saved(tmp_path), *given) == 0
    trace = Reference().run(program, spikes)
    ours = as_json(place(program, load_chip("loihi1"), trace))
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(ours))
    assert ours["traffic"]["samples"] == 3


def test_a_bundle_and_its_model_are_placed_alike(tmp_path: Path, capsys: Printed) -> None:
    model, out = saved_ssr(tmp_path), tmp_path / "out"
    arguments = ("--target", "program", "--samples", "4", "--out", out)
    assert run("ssr-compile", model, *arguments) == 0
    capsys.readouterr()
    cores = []
    for path in (out, model):
        assert run("ssr", "place", path, "--chip", "loihi1", "--json") == 0
        cores.append(json.loads(capsys.readouterr().out))
    assert cores[0]["slices"] == cores[1]["slices"]
    assert [found["traffic"]["samples"] for found in cores] == [4, 16]


def test_what_does_not_fit_ends_with_code_three(tmp_path: Path, capsys: Printed) -> None:
    assert run("ssr", "place", saved(tmp_path), "--chip", "truenorth") == 3
    said = capsys.readouterr().err
    assert "program 'skip-0' does not fit IBM TrueNorth:" in said
    assert "every population needs 24 membrane bits; truenorth has 20" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("nowhere", "--chip", "loihi1"),
            "nowhere: no such file; name a folder made by ssr-compile",
        ),
        ((".", "--chip", "loihi9"), "no chip is named 'loihi9'; there are "),
        ((".", "--chip", "loihi1", "--mesh", "8"), "a mesh is COLUMNSxROWS"),
        ((".", "--chip", "h200"), "h200 is of kind gpu"),
    ],
)
def test_wrong_arguments(
    tmp_path: Path,
    capsys: Printed,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(saved(tmp_path))
    assert run("ssr", "place", *arguments) == 2
    assert message in capsys.readouterr().err
