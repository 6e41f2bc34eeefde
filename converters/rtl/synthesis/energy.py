"""Joules of one run by unit: edges of nets and clocks in cells, accesses to memories."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from converters.rtl.synthesis.gates import Switching
from converters.rtl.synthesis.liberty import Liberty
from converters.rtl.synthesis.netlist import Netlist
from converters.rtl.synthesis.sram import SramModel, sram_of

# Beginning of a cell's path in the core -> its unit.
UNITS = {
    "control": "sequencer",
    "counted": "counters",
    "scored": "scoring",
}
LANE_UNITS = {"adder": "synapses", "law": "neurons"}


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
    bound from above; sram: the name of the model. clock_j: of the clock pins of all flip-flops.
    """

    logic_j: Mapping[str, float]
    clock_j: float
    memories_j: Mapping[str, float] | None
    small_j: float | None
    sram: str | None
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
    memories = small = None
    if model := sram_of(liberty.voltage_v):
        memories = _memories(netlist, switching, model)
        small = sum(memories[path] for path in _small(netlist, model))
    chip = model.chip if model else None
    return SynthesisEnergy(dict(logic), clock, memories, small, chip, area, cells)


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


def _memories(netlist: Netlist, switching: Switching, model: SramModel) -> dict[str, float]:
    found = {}
    for memory in netlist.memories:
        accesses = switching.reads[memory.path] + switching.writes[memory.path]
        size = memory.depth * memory.width / 8
        found[memory.path] = accesses * memory.width * model.bit_j(size)
    return found


def _small(netlist: Netlist, model: SramModel) -> list[str]:
    """Memories below the smallest of which a price is known."""
    smallest = min(model.sizes.values())
    return [one.path for one in netlist.memories if one.depth * one.width / 8 < smallest]
