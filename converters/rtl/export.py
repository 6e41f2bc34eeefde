"""The folder `rtl/` of a program: written, run under Verilator, described."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from converters.rtl import verilator
from converters.rtl.addresses import check_addresses
from converters.rtl.check import check_counts
from converters.rtl.document import DOCUMENT, describe
from converters.rtl.folder import write_network, write_sources
from converters.rtl.golden import GoldenWords, golden_words
from converters.rtl.readme import readme
from converters.rtl.synthesis import ecp5
from converters.rtl.synthesis import liberty as liberty_file
from converters.rtl.synthesis.measure import measure
from converters.rtl.synthesis.yosys import Yosys
from converters.rtl.tables import Tables, check_lanes, tables
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.trace import Trace
from ssr_neuro.stopwatch import Stopwatch

DEFAULT_LANES = 8
SYNTHESIS = "synthesis.json"
FPGA = "fpga.json"
ULX3S = "ulx3s"


def write_rtl(
    program: IntegerProgram,
    trace: Trace,
    folder: Path,
    lanes: int,
    watch: Stopwatch,
    *,
    items: ItemTable | None = None,
    liberty: Path | None = None,
    fpga: str | None = None,
) -> Mapping[str, Any]:
    """Fill `folder`, and run its bench on every sample of the trace: what was found, plain data.

    items: of a recommender, to be scored by the core as well. liberty: cells in which the core is
    synthesised, run gate by gate on the first sample, and priced. fpga: ecp5 to count what it takes
    of one as well, ulx3s to place and route it for that board, too.

    Raises BackendFailed where Verilator is missing, BadInput or DoesNotFit where the core cannot
    hold the program, Mismatch where a spike, a readout or a counter differs.
    """
    _check_tools(lanes, liberty, fpga)
    with watch.step(f"write the tables of the core, {lanes} lanes"):
        made = tables(program, lanes, items)
        check_addresses(made)
        golden = golden_words(made, trace)
        check_counts(program, trace, golden)
        write_sources(folder)
        write_network(folder, made, golden)
        document = describe(made, golden)
        (folder / DOCUMENT).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    with watch.step(f"build the core with Verilator and run {trace.samples} samples"):
        run = verilator.run_bench(folder)
    priced = _price(made, golden, folder, liberty, watch) if liberty is not None else {}
    placed = build_for_fpga(folder, fpga, watch) if fpga else {}
    (folder / "README.md").write_text(readme(made, document, priced, placed), encoding="utf-8")
    return {
        "lanes": lanes,
        "commands": len(made.commands),
        "bytes of memory": sum(memory["bytes"] for memory in document["memories"]),
        **bench_rows(run, golden),
        **priced_rows(priced),
        **fpga_rows(placed),
    }


def _check_tools(lanes: int, liberty: Path | None, fpga: str | None) -> None:
    """What can be refused before any work."""
    check_lanes(lanes)
    verilator.command()
    if liberty is not None:
        Yosys.find()
        liberty_file.check(liberty)
    if fpga:
        ecp5.tool_path(placing=fpga == ULX3S)


def _price(
    made: Tables, golden: GoldenWords, folder: Path, liberty: Path, watch: Stopwatch
) -> Mapping[str, Any]:
    """`synthesis.json` in `folder`: what was found in the cells of a library."""
    with watch.step(f"synthesise the core in the cells of {liberty.name}, run its gates"):
        found = measure(made, golden, folder / "verilog", liberty)
    (folder / SYNTHESIS).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return found


def bench_rows(run: verilator.BenchRun, golden: GoldenWords) -> dict[str, Any]:
    """What the bench compared, and cycles, under one name each."""
    cycles = golden.counters[:, -1]
    return {
        "samples": run.number("samples"),
        "spikes compared": run.number("spikes compared"),
        "fired": run.number("fired"),
        "readouts compared": run.number("readouts compared"),
        "places of top tens compared": run.number("places compared"),
        "mismatches": run.number("mismatches"),
        "cycles a sample, mean": float(cycles.mean()),
        "cycles a sample, most": int(cycles.max()),
    }


def build_for_fpga(folder: Path, fpga: str, watch: Stopwatch) -> Mapping[str, Any]:
    """`fpga.json` in `folder`, and for a board its bitstream: what was counted and reached."""
    board = fpga == ULX3S
    work = "synthesise, place and route" if board else "synthesise"
    with watch.step(f"{work} the core for an ECP5"):
        found = ecp5.count(folder, board=board)
    (folder / FPGA).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return found


def fpga_rows(found: Mapping[str, Any]) -> dict[str, Any]:
    """What was found on an FPGA, under one name each."""
    if not found:
        return {}
    return {
        "FPGA": found["device"],
        "LUTs": found["luts"],
        "flip-flops": found["flip_flops"],
        "block RAMs": found["block_rams"],
        "multipliers": found["multipliers"],
        **({"MHz reached": found["reached_mhz"]} if "reached_mhz" in found else {}),
    }


def priced_rows(priced: Mapping[str, Any]) -> dict[str, Any]:
    """What was found in the cells of a library, under one name each."""
    if not priced:
        return {}
    logic = {
        f"nJ a sample, {unit}": _nanojoules(joules) for unit, joules in priced["joules"].items()
    }
    memories, path = priced["memory_joules"], "critical_path_ns"
    return {
        "library": priced["library"],
        "cells": sum(priced["cells"].values()),
        "um2 without memories": priced["total_area_um2"],
        **({"ns of the longest path": priced[path]} if path in priced else {}),
        **logic,
        "nJ a sample, clock": _nanojoules(priced["clock_joules"]),
        "nJ a sample, memories": _nanojoules(memories and sum(memories.values())),
        "nJ a sample": _nanojoules(priced["total_joules"]),
    }


def _nanojoules(joules: float | None) -> float | None:
    """None where the library's process has no figure for its memories."""
    return None if joules is None else 1e9 * joules
