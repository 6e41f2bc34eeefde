"""program-format.md names every field that is written, and shows a file as it is written."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from docs_pages import DOCS, fences
from handed_over import GRAPHS, compiled
from stored_programs import float_program

from ssr_neuro.lower import lower
from ssr_neuro.program import program_file
from ssr_neuro.program.file_schema import FORMAT, VERSION
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    Lif,
    Population,
    Program,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Dense

PAGE = (DOCS / "reference" / "program-format.md").read_text(encoding="utf-8")
# Below these stand names of nodes and passes, each with fields of its own.
BY_NAME = {"quantisation", "kept", "saved", "inexact"}


def fields(document: Any, *, named: bool = False) -> Iterator[str]:
    """Every key of a JSON document that is a field, not the name of a node or pass."""
    if isinstance(document, list):
        document = dict(enumerate(document))
        named = True
    if isinstance(document, dict):
        for key, value in document.items():
            yield from () if named else (key,)
            yield from fields(value, named=key in BY_NAME)


def written(program: Program, folder: Path) -> dict[str, Any]:
    program_file.save(program, folder)
    document: dict[str, Any] = json.loads((folder / "program.json").read_text())
    return document


def test_every_field_of_a_float_program_is_in_the_page(tmp_path: Path) -> None:
    found = set(fields(written(float_program(), tmp_path)))
    assert {"tau_syn_steps", "current_bias", "chain", "lag", "fires", "indptr"} <= found
    assert [name for name in sorted(found) if f"`{name}`" not in PAGE] == []


@pytest.mark.parametrize("name", GRAPHS)
def test_every_field_of_a_lowered_program_is_in_the_page(tmp_path: Path, name: str) -> None:
    found = set(fields(written(compiled(name, optimise=True), tmp_path)))
    assert {"du", "bias_mant", "exponent", "unit", "weight_bits", "held", "saved"} <= found
    assert [name for name in sorted(found) if f"`{name}`" not in PAGE] == []


def test_every_kind_of_map_and_the_version_are_in_the_page(tmp_path: Path) -> None:
    text = json.dumps(written(float_program(), tmp_path))
    kinds = set(re.findall(r'"kind": "(\w+)"', text))
    assert kinds == {"kron", "dense", "sparse"}
    assert all(f"| `{kind}` |" in PAGE for kind in kinds)
    assert f'| `format` | `"{FORMAT}"` |\n| `version` | `{VERSION}` |' in PAGE


def example() -> Program:
    """The network that the page shows."""
    weight = np.array([[0.5, -0.25], [0.25, 0.5]])
    one = Affine(Dense(weight, (2,), (2,)), np.zeros(1))
    two = Affine(Dense(np.array([[1.0, -1.0]]), (2,), (1,)), np.zeros(1))
    synapses = (
        Synapse("x_to_a", (Source("x"),), "a", (one,)),
        Synapse("both_to_y", (Source("x"), Source("a")), "y", (two,)),
    )
    cells = (Population("a", (2,), Lif(2.0, 0.5, np.zeros(2))),)
    readouts = (Readout("y", (1,), np.zeros(1)),)
    return lower(FloatProgram("example", 4, (Input("x", (2,)),), cells, synapses, readouts))


def test_the_file_shown_is_the_one_written(tmp_path: Path) -> None:
    (shown,) = (json.loads(f.text) for f in fences(PAGE) if f.info == "json")
    assert rounded(shown) == rounded(written(example(), tmp_path))
    with np.load(tmp_path / "weights.npz") as arrays:
        held = {key: json.dumps(arrays[key].tolist()) for key in arrays.files}
    assert dict(re.findall(r"^\| `([\w.]+)` \| `(\[.*\])` \|$", PAGE, re.MULTILINE)) == held


def rounded(document: Any) -> Any:
    """Scales and errors as told by any machine."""
    return json.loads(json.dumps(document), parse_float=lambda x: round(float(x), 12))
