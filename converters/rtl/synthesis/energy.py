"""Joules of one run by unit: edges of nets and clocks in cells, accesses to memories."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from converters.rtl.synthesis.gates import Switching
from converters.rtl.synthesis.liberty import Liberty
from converters.rtl.synthesis.netlist import Netlist
from ssr_neuro.chip import load_chip

# Beginning of a cell's path in the core -> its unit.
UNITS = {
    "control": "sequencer",
    "counted": "counters",
    "scored": "scoring",
}
LANE_UNITS = {"adder": "synapses", "law": "neurons"}
SRAM_CHIP = "generic-45nm"
SRAM_BITS = 64
SRAM_SIZES = {"sram_8kb": 8 << 10, "sram_32kb": 32 << 10, "sram_1mb": 1 << 20}
SRAM_AT_MOST_V = 1.2  # a library of a higher voltage is of an older process than the SRAM's


def unit_of(path: str) -> str:
    """The unit of a cell by its path; "lanes" for what joins memories, adders and neurons."""
    plain = path.replace("$flatten", "").replace("\\", "")  # as Yosys names what it flattened
    first, _, rest = plain.partition(".")
    if first in UNITS:
        return UNITS[first]
    if first.startswith("lane["):
        return LANE_UNITS.get(rest.partition(".")[0], "lanes")
    return "lanes"


@dataclass(frozen=True)
class SynthesisEnergy:
    """Joules of one sample. logic_j, area: by unit; memories_j: by memory, None where no SRAM model

    is of that process; small_j: of those that are smaller than any of which a price is known, a
    bound from above. clock_j: of the clock pins of all flip-flops.
    """

    logic_j: Mapping[str, float]
    clock_j: float
    memories_j: Mapping[str, float] | None
    small_j: float | None
    area: Mapping[str, float]
    cells: Mapping[str, int]

    @property
    def total_j(self) -> float | None:
        """None where the memories are not priced."""
        if self.memories_j is None:
            return None
        return sum(self.logic_j.values()) + self.clock_j + sum(self.memories_j.values())


def price(
    netlist: Netlist,
    switching: Switching,
    liberty: Liberty,
    unit_of: Callable[[str], str] = unit_of,
) -> SynthesisEnergy:
    """An edge of a net costs the driving cell's internal energy at its load, and half of C V**2;

    loads are the pins that it drives, without wires. Hidden power of data pins, leakage and
    glitches are left out. unit_of: the unit of a cell by its path.
    """
    logic: dict[str, float] = defaultdict(float)
    squared = liberty.voltage_v**2
    for net, driver in netlist.drivers.items():
        edges, load = int(switching.edges[net]), float(netlist.loads_f[net])
        each = load * squared / 2
        if driver.pin == "read_data" and driver.kind not in liberty.cells:
            logic["lanes"] += edges * each
            continue
        pin = liberty.cells[driver.kind].pins[driver.pin]
        logic[unit_of(driver.path)] += edges * (pin.edge_j(load) + each)
    area, cells = _areas(netlist, liberty, unit_of)
    clock = switching.cycles * sum(_clock_j(liberty, kind) for _, kind in netlist.clocked)
    memories = _memories(netlist, switching, liberty)
    small = None if memories is None else sum(memories[path] for path in _small(netlist))
    return SynthesisEnergy(dict(logic), clock, memories, small, area, cells)


def _clock_j(liberty: Liberty, kind: str) -> float:
    """Of one cycle, two edges at the clock pin of one flip-flop."""
    pins = liberty.cells[kind].pins.values()
    return sum(
        2 * pin.edge_j() + pin.capacitance_f * liberty.voltage_v**2 for pin in pins if pin.clock
    )


def _areas(
    netlist: Netlist, liberty: Liberty, unit_of: Callable[[str], str]
) -> tuple[dict[str, float], dict[str, int]]:
    area: dict[str, float] = defaultdict(float)
    cells: dict[str, int] = defaultdict(int)
    for path, kind in netlist.cells:
        area[unit_of(path)] += liberty.cells[kind].area
        cells[unit_of(path)] += 1
    return dict(area), dict(cells)


def _memories(netlist: Netlist, switching: Switching, liberty: Liberty) -> dict[str, float] | None:
    if liberty.voltage_v > SRAM_AT_MOST_V:
        return None
    found = {}
    for memory in netlist.memories:
        accesses = switching.reads[memory.path] + switching.writes[memory.path]
        size = memory.depth * memory.width / 8
        found[memory.path] = accesses * memory.width * sram_bit_j(size)
    return found


def _small(netlist: Netlist) -> list[str]:
    """Memories below the smallest of which a price is known."""
    smallest = min(SRAM_SIZES.values())
    return [one.path for one in netlist.memories if one.depth * one.width / 8 < smallest]


def sram_bit_j(size_bytes: float) -> float:
    """Energy of a bit of an access, between the sizes of which a figure is known.

    A smaller memory is priced as the smallest, which is too much for it.
    """
    prices_of = load_chip(SRAM_CHIP).prices
    sizes = np.log2(list(SRAM_SIZES.values()))
    prices = [getattr(prices_of, name).value for name in SRAM_SIZES]
    return float(np.interp(np.log2(max(size_bytes, 1)), sizes, prices)) * 1e-12 / SRAM_BITS
