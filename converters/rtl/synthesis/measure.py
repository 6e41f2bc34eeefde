"""The core of one network in the cells of a library: area, a sample gate by gate, its energy."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from converters.rtl.counters import COUNTERS, cycle_limit
from converters.rtl.golden import GoldenWords
from converters.rtl.synthesis import liberty as liberty_file
from converters.rtl.synthesis import liberty_text
from converters.rtl.synthesis.energy import SynthesisEnergy, price
from converters.rtl.synthesis.gates import Switching, run
from converters.rtl.synthesis.liberty import Liberty
from converters.rtl.synthesis.netlist import Netlist, read_netlist
from converters.rtl.synthesis.timing import critical_path
from converters.rtl.synthesis.yosys import NETLIST, Yosys, copy_sources, to_cells
from converters.rtl.tables import Tables
from ssr_neuro.errors import Mismatch
from ssr_neuro.files.hashes import sha256_of_file
from ssr_neuro.program.linear_maps import Array

# Image -> the memory that holds it.
PATHS = {
    "weights": "weight_memory",
    "biases": "bias_memory",
    "neurons": "each.neuron_memory",
    "commands": "command_memory",
    "lists": "list_memory",
    "codes": "scored.scores.code_memory",
    "item_biases": "scored.scores.score_bias_memory",
}


def measure(
    tables: Tables, golden: GoldenWords, verilog: Path, liberty: Path, sample: int = 0
) -> Mapping[str, Any]:
    """Area by unit and joules of one sample, plain data.

    Raises BackendFailed where Yosys is missing or fails, Mismatch where the netlist differs from
    the golden vectors in a spike, a readout, a best item or a counter.
    """
    library = liberty_file.read(liberty)
    netlist = synthesise(tables.parameters, verilog, liberty, library)
    limit = cycle_limit(golden.counters)
    switching = run(netlist, contents(tables, golden, sample), limit)
    check(tables, golden, sample, netlist, switching)
    found = price(netlist, switching, library)
    priced = document(library.name, liberty, netlist, switching, found)
    return {**priced, **critical_path(netlist, library)}


def synthesise(
    parameters: dict[str, int], verilog: Path, liberty: Path, library: Liberty
) -> Netlist:
    """The module `core` of a folder of sources in the cells of a library."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "library.lib").write_text(liberty_text.text_of(liberty), encoding="utf-8")
        to_cells(Yosys.find(), folder, copy_sources(verilog, folder), parameters)
        return read_netlist(folder / NETLIST, "core", library)


def contents(tables: Tables, golden: GoldenWords, sample: int) -> dict[str, Array]:
    """Of every memory that the host fills: bits (words, width), lowest first."""
    found = {
        PATHS[image.name]: bits_of(image.words, image.bits)
        for image in tables.images
        if image.name != "neurons" or tables.widths.own
    }
    inputs = tables.program.inputs
    shown = np.zeros_like(golden.spikes[sample])
    for node in (tables.layouts.nodes[one.name] for one in inputs):
        part = slice(node.base, node.base + node.words)
        shown[:, part] = golden.spikes[sample][:, part]
    return found | {"spike_memory": bits_of(shown.reshape(-1, tables.lanes), 1)}


def bits_of(words: Array, bits: int) -> Array:
    """(words, numbers) of `bits` bits each -> uint8 (words, numbers x bits)."""
    shifts = np.arange(bits).astype(object if bits > 62 else np.int64)
    apart = words[..., None] >> shifts & 1
    bits_apart: Array = apart.astype(np.uint8).reshape(len(words), -1)
    return bits_apart


def check(
    tables: Tables, golden: GoldenWords, sample: int, netlist: Netlist, found: Switching
) -> None:
    """Raises Mismatch where the gates computed something else than the program."""
    lanes = tables.lanes
    spikes = found.contents["spike_memory"].reshape(tables.program.steps, -1, lanes)
    demand(spikes, golden.spikes[sample], "spikes")
    shifts = 1 << np.arange(32, dtype=np.int64)
    words = found.contents["readout_memory"].reshape(-1, lanes, 32) @ shifts
    answers = golden.readouts[sample].reshape(-1, lanes) & 0xFFFFFFFF
    demand(words[: len(answers)], answers, "readouts")
    counted = np.array([found.number(netlist.ports[name]) for name in COUNTERS])
    demand(counted, golden.counters[sample], "counters")
    places = [
        found.ask(netlist, "top_place", place, ("top_item", "top_score"))
        for place in range(golden.best.shape[1])
    ]
    best = np.array(places, np.int64).reshape(-1, 2)
    demand(best, golden.best[sample] & 0xFFFFFFFF, "best items")


def demand(ours: Array, golden: Array, what: str) -> None:
    """Raises Mismatch where the netlist has something else than the golden words."""
    if (wrong := np.argwhere(ours != golden)).size:
        at = tuple(int(i) for i in wrong[0])
        raise Mismatch(
            f"the netlist differs from the program in {len(wrong)} {what}, first at {at}: it has "
            f"{ours[at]}, golden is {golden[at]}"
        )


def document(
    name: str, liberty: Path, netlist: Netlist, switching: Switching, found: SynthesisEnergy
) -> Mapping[str, Any]:
    """What `synthesis.json` holds of one library."""
    logic = sum(found.logic_j.values()) + found.clock_j
    return {
        "library": name,
        "liberty_sha256": sha256_of_file(liberty),
        "cells": dict(sorted(found.cells.items())),
        "area_um2": dict(sorted(found.area.items())),
        "total_area_um2": sum(found.area.values()),
        "flip_flops": len(netlist.clocked),
        "cycles": switching.cycles,
        "joules": dict(sorted(found.logic_j.items())),
        "clock_joules": found.clock_j,
        "logic_joules": logic,
        "memory_joules": None if found.memories_j is None else _by_kind(found.memories_j),
        "small_memory_joules": found.small_j,
        "sram": found.sram,
        "total_joules": found.total_j,
        "accesses": _by_kind(
            {path: switching.reads[path] + switching.writes[path] for path in switching.reads}
        ),
    }


def _by_kind(values: Mapping[str, float]) -> dict[str, float]:
    """Memories by name; those of lanes together."""
    found: dict[str, float] = {}
    for path, value in values.items():
        name = path.rpartition(".")[2].removesuffix("_memory")
        found[name] = found.get(name, 0) + value
    return dict(sorted(found.items()))
