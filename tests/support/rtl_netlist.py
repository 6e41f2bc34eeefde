"""The core of a folder as gates that Yosys made, its memories beside it, built by Verilator."""

import shlex
import subprocess
from pathlib import Path
from shutil import copyfile

import pytest

from converters.rtl import verilator
from converters.rtl.synthesis.yosys import Yosys, copy_sources
from ssr_neuro.errors import BackendFailed

LIMIT_S = 1800


def _missing() -> str | None:
    try:
        Yosys.find()
    except BackendFailed as error:
        return str(error)
    return None


needs_yosys = pytest.mark.skipif(_missing() is not None, reason=_missing() or "")


def gates_of_folder(folder: Path, place: Path) -> Path:
    """The bench of `folder`, an `rtl/`, built in `place` around gates instead of sources."""
    place.mkdir()
    sources = copy_sources(folder / "verilog", place)
    asked = [line.removeprefix("-G") for line in (folder / "parameters.txt").read_text().split()]
    chosen = " ".join(f"-set {one.replace('=', ' ')}" for one in asked)
    Yosys.find().run(
        place,
        f"""read_verilog {" ".join(sources)}
chparam {chosen} core
hierarchy -check -top core
synth -flatten -top core
write_verilog -noattr netlist.v
""",
    )
    copyfile(folder / "verilog" / "memory.v", place / "memory.v")
    flags = (
        "--cc --exe --build -j 1 -O3 -Wno-fatal -Wno-lint --x-assign fast --x-initial fast "
        # One file: for several Verilator's makefile precompiles a header that -O0 never finds.
        "--output-split 0 --top-module core "
        "-MAKEFLAGS 'OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O1 PYTHON3=python3'"
    )
    files = (place / "netlist.v", place / "memory.v", (folder / "bench" / "bench.cpp").resolve())
    named = " ".join(shlex.quote(str(one)) for one in files)
    built = place / "build"
    subprocess.run(
        f"{verilator.command()} {flags} --Mdir {shlex.quote(str(built))} {named}",
        shell=True,
        check=True,
        capture_output=True,
        timeout=LIMIT_S,
    )
    return built / "Vcore"
