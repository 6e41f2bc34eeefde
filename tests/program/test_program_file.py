"""Programs on disk: what is read is what was written, damage is named."""

import json
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from small_programs import random_inputs, skip_program
from stored_programs import float_program

from simulators.reference import SIMULATOR
from ssr_neuro.errors import BadInput
from ssr_neuro.files import npz
from ssr_neuro.lower import Lowering, lower, pass_names
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import Affine
from ssr_neuro.program.trace import compare

HEAD = '{"format": "ssr-neuro-program", "version": 2'


def test_what_is_read_runs_as_what_was_written(tmp_path: Path) -> None:
    program = skip_program(1)
    program_file.save(program, tmp_path)
    again = program_file.load(tmp_path)
    inputs = random_inputs(program, 4, 1)
    runs = [SIMULATOR.run(p, inputs) for p in (program, again)]
    assert compare(*runs, ("written", "read")).equal
    assert again.summary() == program.summary()


def same(left: Any, right: Any) -> bool:
    """Equal in every field, arrays by type and value."""
    if is_dataclass(left):
        return type(left) is type(right) and same(vars(left), vars(right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    if isinstance(left, tuple | list):
        return len(left) == len(right) and all(map(same, left, right))
    if sp.issparse(left):
        return same(left.toarray(), right.toarray())
    if isinstance(left, np.ndarray):
        return left.dtype == right.dtype and np.array_equal(left, right)
    return bool(left == right)


@pytest.mark.parametrize("name", pass_names())
def test_a_program_comes_back_equal_at_every_stage(tmp_path: Path, name: str) -> None:
    program = lower(float_program(), Lowering(optimise=True), until=name)
    program_file.save(program, tmp_path)
    again = program_file.load(tmp_path)
    assert same(vars(program), vars(again))
    assert not same(vars(program), vars(float_program()))
    assert program_file.fingerprint(again) == program_file.fingerprint(program)


def test_one_weight_changes_the_fingerprint() -> None:
    """And so does a name."""
    first, other = skip_program(1), skip_program(2)
    assert [p.name for p in first.populations] == [p.name for p in other.populations]
    named = replace(first, name="other")
    assert len({program_file.fingerprint(p) for p in (first, other, named)}) == 3


def test_equal_programs_give_equal_bytes_and_equal_arrays_are_kept_once(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        program_file.save(lower(float_program()), tmp_path / folder)
    for name in ("program.json", "weights.npz"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    with np.load(tmp_path / "a" / "weights.npz") as stored:
        contents = [(x.dtype, x.shape, x.tobytes()) for x in (stored[k] for k in stored.files)]
    assert len(contents) == len(set(contents))


def test_a_sparse_map_whose_parts_do_not_fit_is_refused(tmp_path: Path) -> None:
    program_file.save(lower(float_program()), tmp_path)
    file = tmp_path / "program.json"
    document = json.loads(file.read_text())
    spec = next(s["map"] for s in document["synapses"] if s["map"]["kind"] == "sparse")
    spec["indptr"] = spec["data"]
    file.write_text(json.dumps(document))
    with pytest.raises(BadInput, match="of a sparse map"):
        program_file.load(tmp_path)


def test_two_weights_between_the_same_neurons_are_refused(tmp_path: Path) -> None:
    """Each is within the limit of a weight, their sum, which a simulator may store, is not."""
    program_file.save(lower(float_program()), tmp_path)
    spec = json.loads((tmp_path / "program.json").read_text())["synapses"]
    part = next(s["map"] for s in spec if s["map"]["kind"] == "sparse")
    arrays = npz.read(tmp_path / "weights.npz")
    pointers, columns = arrays[part["indptr"]], arrays[part["indices"]]
    row = int(np.diff(pointers).argmax())
    columns[pointers[row] + 1] = columns[pointers[row]]
    npz.write(tmp_path / "weights.npz", arrays, overwrite=True)
    with pytest.raises(BadInput, match="two weights between the same two neurons; write their sum"):
        program_file.load(tmp_path)


def test_a_sparse_map_whose_rows_go_back_is_refused(tmp_path: Path) -> None:
    """The last pointer is 0: to scipy there is no entry to be checked, and it reads on after it."""
    program_file.save(lower(float_program()), tmp_path)
    spec = json.loads((tmp_path / "program.json").read_text())["synapses"]
    key = next(s["map"]["indptr"] for s in spec if s["map"]["kind"] == "sparse")
    arrays = npz.read(tmp_path / "weights.npz")
    arrays[key] = np.array([0, *[10**6] * (len(arrays[key]) - 2), 0])
    npz.write(tmp_path / "weights.npz", arrays, overwrite=True)
    with pytest.raises(BadInput, match="indptr of a sparse map goes down; each row ends where"):
        program_file.load(tmp_path)


def test_a_bias_after_whole_weights_is_kept(tmp_path: Path) -> None:
    program = skip_program(1)
    first = program.synapses[0]
    biased = replace(first, chain=(Affine(first.map, np.full((1, 3), 0.5)),))
    program_file.save(replace(program, synapses=(biased, *program.synapses[1:])), tmp_path)
    assert same(program_file.load(tmp_path).synapses[0], biased)


def test_an_integer_neuron_with_fractions_is_refused(tmp_path: Path) -> None:
    program = skip_program(1)
    a = program.population("a")
    broken = replace(a, neuron=replace(a.neuron, vth=np.full(a.shape, 0.5)))
    with pytest.raises(BadInput, match=r"a\.vth holds fractions; quantise the program before"):
        program_file.save(replace(program, populations=(broken,)), tmp_path)


def test_weights_are_plain_small_integers(tmp_path: Path) -> None:
    program_file.save(skip_program(1), tmp_path)
    with np.load(tmp_path / "weights.npz", allow_pickle=False) as stored:
        assert stored["input_a.left"].dtype == np.int8


def test_another_version_is_refused(tmp_path: Path) -> None:
    program_file.save(skip_program(1), tmp_path)
    document = json.loads((tmp_path / "program.json").read_text())
    (tmp_path / "program.json").write_text(json.dumps(document | {"version": 9}))
    with pytest.raises(
        BadInput, match="version 9; this release reads 'ssr-neuro-program' version 2"
    ):
        program_file.load(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", r"program\.json: holds a list, not a program; name a folder made by ssr-compile"),
        (
            "half",
            r"program\.json: cannot be read as JSON \(.*\); name a folder",
        ),
        ("[" * 100_000, r"program\.json: cannot be read as JSON \(nested too deep"),
        (HEAD + "}", "'name' is missing; compile the model again"),
        (HEAD + ', "name": 1}', "name: 1 is not a text; compile the model again"),
    ],
    ids=["list", "no JSON", "nested too deep", "head alone", "wrong type"],
)
def test_another_document_is_refused(tmp_path: Path, text: str, message: str) -> None:
    program_file.save(skip_program(1), tmp_path)
    (tmp_path / "program.json").write_text(text)
    with pytest.raises(BadInput, match=message):
        program_file.load(tmp_path)


def readout(**change: Any) -> dict[str, Any]:
    part = {"name": "out", "shape": [3], "bias": "out.bias", "depth": 4, "unit": 1.0}
    return {"readouts": [{**part, "neuron": None, **change}]}


def synapse(**change: Any) -> dict[str, Any]:
    source = {"name": "input", "delay": 1, "lag": 0}
    return {
        "synapses": [{"name": "s", "target": "a", "exponent": 0, "sources": [source], **change}]
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": "4"}, "steps: '4' is not a whole number"),
        ({"steps": 0}, "steps: 0 is below 1"),
        ({"steps": 10**40}, "steps: 10+.* is above 1048576"),
        ({"gap": 10**6}, "a gap of 1000000 steps; delays among 5 nodes lead to 310 at most"),
        (
            {"inputs": [{"name": f"i{n}", "shape": [1]} for n in range(5000)]},
            "inputs: .* has 5,000 parts; 4,096 are read",
        ),
        ({"gap": -2}, "gap: -2 is below 0"),
        ({"name": 1}, "name: 1 is not a text"),
        ({"extra": 1}, "'extra' is not known"),
        ({"notes": {"extra": 1}}, "notes: 'extra' is not known"),
        ({"populations": ["a"]}, r"populations\[0\]: 'a' is not an object"),
        ({"inputs": [{"name": "input", "shape": 4}]}, r"inputs\[0\]\.shape: 4 is not a list"),
        ({"semantics": {"fires": "never"}}, r"semantics\.fires: 'never' is not 'above' or 'at'"),
        (readout(unit=[1]), r"\.unit: \[1\] is neither a number nor the name of an array"),
        (readout(bias="bias"), "array 'bias' is missing"),
        (readout(shape=[2]), r"an array of \(3,\) does not fit a node of \(2,\)"),
        (readout(neuron={"dv": 1}), r"readouts\[0\]\.neuron: 'du' is missing"),
        (synapse(sources=[{"name": "x", "delay": 0, "lag": 0}]), "delay: 0 is below 1"),
        (synapse(), "needs either 'map' or 'chain'"),
        (synapse(map={"kind": "full"}), "is of kind 'full'; there are 'kron', 'dense', 'sparse'"),
        (synapse(map={}), "has no 'kind'"),
    ],
)
def test_a_value_of_another_type_is_refused_where_it_is_read(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    program_file.save(skip_program(1), tmp_path)
    file = tmp_path / "program.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(BadInput, match=message) as caught:
        program_file.load(tmp_path)
    assert str(file) in str(caught.value)
    assert str(caught.value).endswith("; compile the model again")


@pytest.mark.parametrize(
    ("change", "word"),
    [({"gap": float("nan")}, "NaN"), ({"notes": {"dt_s": float("inf")}}, "Infinity")],
)
def test_what_is_no_number_of_json_is_refused(
    tmp_path: Path, change: dict[str, object], word: str
) -> None:
    program_file.save(skip_program(1), tmp_path)
    file = tmp_path / "program.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(BadInput, match=rf"program\.json: .*\({word} is no number of JSON\); name"):
        program_file.load(tmp_path)


def test_a_delay_that_no_depth_explains_is_refused(tmp_path: Path) -> None:
    """What is read obeys the rules that hold after every pass."""
    program_file.save(skip_program(1), tmp_path)
    file = tmp_path / "program.json"
    document = json.loads(file.read_text())
    document["synapses"][0]["sources"][0]["delay"] = 1000
    file.write_text(json.dumps(document))
    with pytest.raises(BadInput, match="by 1000 steps; depths and lag ask for 1"):
        program_file.load(tmp_path)


def test_weights_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    program_file.save(skip_program(1), tmp_path)
    with np.load(tmp_path / "weights.npz") as stored:
        arrays = {key: stored[key] for key in stored.files}
    arrays["out.bias"] = np.array([1.0, np.nan, 2.0])
    np.savez(tmp_path / "weights.npz", **arrays)
    with pytest.raises(BadInput, match=r"array 'out\.bias' holds NaN or infinity"):
        program_file.load(tmp_path)


def test_a_folder_may_be_given_as_text(tmp_path: Path) -> None:
    program_file.save(skip_program(1), str(tmp_path))
    assert same(vars(program_file.load(str(tmp_path))), vars(program_file.load(tmp_path)))
    with pytest.raises(BadInput, match=r"no/folder/program\.json: cannot be read"):
        program_file.load("no/folder")


def test_weights_that_are_no_archive_are_refused(tmp_path: Path) -> None:
    program_file.save(skip_program(1), tmp_path)
    with (tmp_path / "weights.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(
        BadInput, match=r"weights\.npz: cannot be read as .npz \(it is no archive of arrays"
    ):
        program_file.load(tmp_path)


@pytest.mark.parametrize("name", ["program.json", "weights.npz"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    program_file.save(skip_program(1), tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(
        BadInput, match=r"cannot be read .*; name a folder made by ssr-compile"
    ) as why:
        program_file.load(tmp_path)
    assert str(tmp_path / name) in str(why.value)
