"""Programs on disk: what is read is what was written, damage is named."""

import json
from pathlib import Path

import numpy as np
import pytest
from small_programs import random_inputs, skip_program

from simulators.reference import SIMULATOR
from ssr_neuro import program_file
from ssr_neuro.errors import BadInput
from ssr_neuro.trace import compare


def test_what_is_read_runs_as_what_was_written(tmp_path: Path) -> None:
    program = skip_program(1)
    program_file.save(program, tmp_path)
    again = program_file.load(tmp_path)
    inputs = random_inputs(program, 4, 1)
    runs = [SIMULATOR.run(p, inputs) for p in (program, again)]
    assert compare(*runs, ("written", "read")).equal
    assert again.summary() == program.summary()


def test_weights_are_plain_small_integers(tmp_path: Path) -> None:
    program_file.save(skip_program(1), tmp_path)
    with np.load(tmp_path / "weights.npz", allow_pickle=False) as stored:
        assert stored["input_a.left"].dtype == np.int8


def test_another_version_is_refused(tmp_path: Path) -> None:
    program_file.save(skip_program(1), tmp_path)
    document = json.loads((tmp_path / "program.json").read_text())
    (tmp_path / "program.json").write_text(json.dumps(document | {"version": 9}))
    with pytest.raises(
        BadInput, match="version 9; this release reads 'ssr-neuro-program' version 1"
    ):
        program_file.load(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "holds a list, not a program"),
        ('{"format": "ssr-neuro-program", "version": 1}', "'inputs' is missing|is missing"),
        ('{"format": "ssr-neuro-program", "version": 1, "name": 1, "steps": 4, "inputs": 3}',
         "a value has the wrong type"),
    ],
)  # fmt: skip
def test_another_document_is_refused(tmp_path: Path, text: str, message: str) -> None:
    program_file.save(skip_program(1), tmp_path)
    (tmp_path / "program.json").write_text(text)
    with pytest.raises(BadInput, match=message):
        program_file.load(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": "4"}, "'4' is not a whole number"),
        ({"name": 1}, "1 is not a text"),
        ({"inputs": [{"name": "input", "shape": 4}]}, "4 is not a list of sizes"),
        ({"readouts": [{"name": "out", "shape": [3], "bias": "out.bias", "depth": 4, "unit": "1"}]},
         "unit '1' is not a number"),
        ({"populations": ["a"]}, "a value has the wrong type"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused_where_it_is_read(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    program_file.save(skip_program(1), tmp_path)
    file = tmp_path / "program.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(BadInput, match=message) as caught:
        program_file.load(tmp_path)
    assert str(file) in str(caught.value)


def test_weights_that_are_no_archive_are_refused(tmp_path: Path) -> None:
    program_file.save(skip_program(1), tmp_path)
    with (tmp_path / "weights.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(BadInput, match=r"cannot read program\.json and weights\.npz"):
        program_file.load(tmp_path)
    (tmp_path / "weights.npz").write_bytes(b"")
    with pytest.raises(BadInput, match=r"cannot read program\.json and weights\.npz"):
        program_file.load(tmp_path)


@pytest.mark.parametrize("name", ["program.json", "weights.npz"])
def test_a_damaged_or_missing_file_is_named(tmp_path: Path, name: str) -> None:
    program_file.save(skip_program(1), tmp_path)
    (tmp_path / name).write_bytes(b"half")
    with pytest.raises(BadInput, match=r"cannot read program\.json and weights\.npz"):
        program_file.load(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(BadInput, match="name a folder made by ssr-compile"):
        program_file.load(tmp_path)
