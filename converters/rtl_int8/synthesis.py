"""The core of one network in the cells of a library: area, a sample gate by gate, its energy."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from converters.rtl.counters import cycle_limit
from converters.rtl.synthesis import liberty as liberty_file
from converters.rtl.synthesis.energy import price
from converters.rtl.synthesis.gates import Switching, run
from converters.rtl.synthesis.measure import bits_of, demand, document, synthesise
from converters.rtl.synthesis.netlist import Netlist
from converters.rtl.synthesis.timing import critical_path
from converters.rtl_int8.counters import COUNTERS
from converters.rtl_int8.golden import Int8GoldenWords
from converters.rtl_int8.tables import Int8Tables

# Image -> the memory that holds it.
PATHS = {
    "weights": "weight_memory",
    "parameters": "parameter_memory",
    "commands": "command_memory",
    "items": "item_memory",
    "item_biases": "score_bias_memory",
}
# Beginning of a cell's path in the core -> its unit.
UNITS = {
    "control": "sequencer",
    "counted": "counters",
    "best": "the ten best",
    "law": "requantiser",
}
MULTIPLIERS, BETWEEN = "multipliers and accumulators", "lanes"


def unit_of(path: str) -> str:
    """The unit of a cell by its path; "lanes" for what joins memories and multipliers."""
    plain = path.replace("$flatten", "").replace("\\", "")  # as Yosys names what it flattened
    first, _, rest = plain.partition(".")
    if first.startswith("lane[") and rest.partition(".")[0] == "mac":
        return MULTIPLIERS
    return UNITS.get(first, BETWEEN)


def measure(
    tables: Int8Tables, golden: Int8GoldenWords, verilog: Path, liberty: Path, sample: int = 0
) -> Mapping[str, Any]:
    """Area by unit and joules of one sample, plain data.

    Raises BackendFailed where Yosys is missing or fails, Mismatch where the netlist differs from
    the golden vectors in an activation that is left, a best item or a counter.
    """
    library = liberty_file.read(liberty)
    netlist = synthesise(tables.parameters, verilog, liberty, library)
    contents = {PATHS[image.name]: bits_of(image.words, image.bits) for image in tables.images}
    shown = np.zeros((tables.parameters["ACTIVATIONS"], tables.lanes), np.int64)
    shown[: golden.inputs.shape[1]] = golden.inputs[sample]
    contents["activation_memory"] = bits_of(shown & 255, 8)
    switching = run(netlist, contents, cycle_limit(golden.counters))
    check(golden, sample, netlist, switching, tables.lanes)
    found = price(netlist, switching, library, unit_of)
    priced = document(library.name, liberty, netlist, switching, found)
    return {**priced, **critical_path(netlist, library, unit_of)}


def check(
    golden: Int8GoldenWords, sample: int, netlist: Netlist, found: Switching, lanes: int
) -> None:
    """Raises Mismatch where the gates computed something else than the network."""
    left = {}  # what was written last
    for address, word in zip(golden.addresses.tolist(), golden.answers[sample], strict=True):
        left[address] = word
    shifts = 1 << np.arange(8, dtype=np.int64)
    stored = found.contents["activation_memory"].reshape(-1, lanes, 8) @ shifts
    demand(stored[list(left)], np.array(list(left.values())) & 255, "activations")
    counted = np.array([found.number(netlist.ports[name]) for name in COUNTERS])
    demand(counted, golden.counters[sample], "counters")
    places = [
        found.ask(netlist, "top_place", place, ("top_item", "top_score"))
        for place in range(golden.best.shape[1])
    ]
    demand(np.array(places), golden.best[sample] & 0xFFFFFFFF, "best items")
