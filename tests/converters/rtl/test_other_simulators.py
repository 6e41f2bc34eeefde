"""The folder under Icarus, and the core as Yosys' gates under Verilator: one sample of each.

`make test-rtl` runs both on the demo; `make test` runs Icarus on a small program.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from command_line import run
from rtl_bench import BenchTotals, Record, needs_verilator
from rtl_netlist import gates_of_folder, needs_yosys
from rtl_programs import random_program

from converters.rtl.folder import write_network, write_sources
from converters.rtl.golden import golden_words
from converters.rtl.tables import tables
from converters.rtl.verilator import BenchRun
from simulators.fast import Fast

DEMO = os.environ.get("SSR_RTL_DEMO")
LIMIT_S = 900
SEED = 2  # of the small program
needs_icarus = pytest.mark.skipif(
    shutil.which("iverilog") is None,
    reason="Icarus is not installed; on Debian: apt-get install iverilog",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's `rtl/`; without the demo that of a small program, which costs no build."""
    place = tmp_path_factory.mktemp("demo")
    if DEMO:
        asked = ("--target", "rtl", "--samples", "2", "--lanes", "8")
        assert run("ssr-compile", DEMO, *asked, "--out", str(place / "out")) == 0
        return place / "out" / "rtl"
    program, inputs = random_program(SEED)
    made = tables(program, 4)
    write_sources(place)
    write_network(place, made, golden_words(made, Fast().run(program, inputs)))
    return place


def parameters(folder: Path) -> list[str]:
    """As options of Icarus for the top `bench`."""
    files = (folder / "parameters.txt", folder / "sizes.txt")
    return [
        line.replace("-G", "-Pbench.") for file in files for line in file.read_text().splitlines()
    ]


def icarus(folder: Path, place: Path) -> str:
    """What the bench in plain Verilog prints of the first sample."""
    sources = [*sorted((folder / "verilog").glob("*.v")), folder / "bench" / "bench.v"]
    built = str(place / "bench.vvp")
    command = ["iverilog", "-g2005", "-s", "bench", "-o", built, *parameters(folder)]
    subprocess.run([*command, *map(str, sources)], check=True, timeout=LIMIT_S)
    done = subprocess.run(
        ["vvp", "-N", built, "+samples=1"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
    )
    return done.stdout


@needs_icarus
def test_the_plain_bench_under_icarus(
    folder: Path, tmp_path: Path, record_property: Record
) -> None:
    text = icarus(folder, tmp_path)
    assert text.rstrip().endswith("PASS"), text
    assert "mismatches 0" in text
    record_property("words compared", BenchRun(text).number("words compared"))


@needs_icarus
def test_icarus_sees_a_changed_weight(folder: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "rtl"
    shutil.copytree(folder, wrong)
    path = wrong / "images" / "weights.hex"
    lines = path.read_text().splitlines()
    lines = [f"{int(line, 16) ^ 1 << 6:0{len(line)}x}" for line in lines]
    path.write_text("\n".join(lines) + "\n")
    text = icarus(wrong, tmp_path)
    assert "FAIL: sample 0, step" in text
    assert "PASS" not in text


@pytest.mark.skipif(DEMO is None, reason="minutes of Yosys and Verilator: `make test-rtl` runs it")
@needs_verilator
@needs_yosys
def test_the_gates_of_the_core_pass_the_same_bench(
    folder: Path, tmp_path: Path, record_property: Record
) -> None:
    gates = gates_of_folder(folder, tmp_path / "gates")
    done = subprocess.run([str(gates), str(folder), "1"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.rstrip().endswith("PASS")
    totals = BenchTotals()
    totals.add(BenchRun(done.stdout))
    assert totals.compared["mismatches"] == 0
    totals.record(record_property)
