"""Cells of a Liberty file: area, capacitance, energy and delay of an edge. Nothing is copied."""

import re
from dataclasses import dataclass
from math import isfinite, prod
from pathlib import Path

import numpy as np

from converters.rtl.synthesis.liberty_text import KIND, REMEDY, LibertyGroup, parse, text_of
from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate

SLEW_NS = 0.02  # of the edges that arrive, where a table asks for it
CAPACITANCE = {"ff": 1e-15, "pf": 1e-12}
ENERGY_TABLES = ("rise_power", "fall_power", "power")
DELAY_TABLES = ("cell_rise", "cell_fall")
TIME_NS = {"1ns": 1.0, "100ps": 0.1, "10ps": 0.01, "1ps": 0.001}


@dataclass(frozen=True)
class LibertyTable:
    """Of an edge, by slew (ns) and load (F), axes it does not have are empty: joules, or delay in

    nanoseconds.
    """

    slews: tuple[float, ...]
    loads: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, load_f: float) -> float:
        grid = np.array(self.values)
        if self.slews and self.loads:
            grid = grid.reshape(len(self.slews), len(self.loads))
            column = [np.interp(load_f, self.loads, row) for row in grid]
            return float(np.interp(SLEW_NS, self.slews, column))
        axis, value = (self.slews, SLEW_NS) if self.slews else (self.loads, load_f)
        return float(np.interp(value, axis, grid)) if axis else float(grid[0])


@dataclass(frozen=True)
class Pin:
    """capacitance_f: of an input. edges: tables of what an edge here costs inside the cell.

    delays: tables of how long an edge takes to come here. function: of an output, in the pins'
    names or the flip-flop's variables.
    """

    output: bool
    clock: bool
    capacitance_f: float
    edges: tuple[LibertyTable, ...]
    function: str = ""
    delays: tuple[LibertyTable, ...] = ()

    def delay_ns(self, load_f: float) -> float:
        """Of the slowest edge, pin and condition; 0 where the file has no delays."""
        return max((table.at(load_f) for table in self.delays), default=0.0)

    def edge_j(self, load_f: float = 0.0) -> float:
        """Of one edge, on the mean of rise and fall, of the pins that cause it, and conditions."""
        return float(np.mean([table.at(load_f) for table in self.edges])) if self.edges else 0.0


@dataclass(frozen=True)
class LibertyCell:
    """area: as the file states it, um2. flip_flop: None for a gate."""

    area: float
    pins: dict[str, Pin]
    flip_flop: "FlipFlop | None" = None


@dataclass(frozen=True)
class FlipFlop:
    """state, inverse: the names of its variables. next_state: what the clock edge takes over."""

    state: str
    inverse: str
    next_state: str
    clocked_on: str


@dataclass(frozen=True)
class Liberty:
    """voltage_v: nominal. cells: by name."""

    name: str
    voltage_v: float
    cells: dict[str, LibertyCell]


def read(path: Path) -> Liberty:
    """A .lib file, or one packed as .gz. Raises BadInput where it is none."""
    library = parse(text_of(path), path)
    with gate.reading(path, KIND, REMEDY):
        units = _Units.of(library)
        kinds = ("power_lut_template", "lu_table_template")
        templates = {group.name: group for kind in kinds for group in library.of(kind)}
        cells = {cell.name: _cell(cell, units, templates) for cell in library.of("cell")}
        voltage = _finite(library.attributes.get("nom_voltage", "1"))
    if not cells:
        raise BadInput(f"{path}: no cell in it; give a Liberty file of standard cells")
    return Liberty(library.name.strip('" '), voltage, cells)


def check(path: Path) -> None:
    """Raises BadInput, before any work, where the file is no library that a core can be made of."""
    cells = read(path).cells.values()
    lacking = [
        name
        for name, there in (
            ("flip-flop (a cell with `ff`)", any(cell.flip_flop for cell in cells)),
            ("gate of two inputs", any(_joins(cell) for cell in cells)),
        )
        if not there
    ]
    if lacking:
        raise BadInput(
            f"{path}: has no {' and no '.join(lacking)} among its cells ({len(cells)}); give a "
            "Liberty file of standard cells"
        )


def _joins(cell: LibertyCell) -> bool:
    """Whether it is a gate whose output depends on two inputs."""
    return cell.flip_flop is None and any(
        len(set(re.findall(r"[A-Za-z_]\w*", pin.function)) & set(cell.pins)) > 1
        for pin in cell.pins.values()
        if pin.output
    )


@dataclass(frozen=True)
class _Units:
    """capacitance_f: of one unit of the file. energy_j: one unit of capacitance at one volt.

    time_ns: of one unit.
    """

    capacitance_f: float
    energy_j: float
    time_ns: float

    @classmethod
    def of(cls, library: LibertyGroup) -> "_Units":
        scale, unit = library.attributes.get("capacitive_load_unit", "1,pf").split(",")
        capacitance = _finite(scale) * CAPACITANCE[unit.strip().strip('"').lower()]
        time = library.attributes.get("time_unit", "1ns").strip().lower()
        return cls(capacitance, capacitance, TIME_NS[time])


def _cell(cell: LibertyGroup, units: _Units, templates: dict[str, LibertyGroup]) -> LibertyCell:
    pins = {pin.name: _pin(pin, units, templates) for pin in cell.of("pin")}
    flip_flop = next((_flip_flop(group) for group in cell.of("ff")), None)
    return LibertyCell(_finite(cell.attributes.get("area", "0")), pins, flip_flop)


def _flip_flop(group: LibertyGroup) -> FlipFlop:
    state, inverse = re.findall(r"\w+", group.name)
    asked = group.attributes
    return FlipFlop(state, inverse, asked.get("next_state", ""), asked.get("clocked_on", ""))


def _pin(pin: LibertyGroup, units: _Units, templates: dict[str, LibertyGroup]) -> Pin:
    edges = _tables(pin, "internal_power", ENERGY_TABLES, units, templates)
    delays = _tables(pin, "timing", DELAY_TABLES, units, templates)
    return Pin(
        output=pin.attributes.get("direction") == "output",
        clock=pin.attributes.get("clock") == "true",
        capacitance_f=_finite(pin.attributes.get("capacitance", "0")) * units.capacitance_f,
        edges=edges,
        delays=delays,
        function=pin.attributes.get("function", ""),
    )


def _tables(
    pin: LibertyGroup,
    group: str,
    kinds: tuple[str, ...],
    units: _Units,
    templates: dict[str, LibertyGroup],
) -> tuple[LibertyTable, ...]:
    """Those of some kinds in all groups of one kind of a pin."""
    found = (table for one in pin.of(group) for table in one.groups if table.kind in kinds)
    return tuple(_table(table, units, templates) for table in found)


def _table(table: LibertyGroup, units: _Units, templates: dict[str, LibertyGroup]) -> LibertyTable:
    """Axes by what the template says they are: a slew, or a load."""
    template = templates.get(table.name, table).attributes
    axes: dict[str, tuple[float, ...]] = {"slews": (), "loads": ()}
    for i in ("1", "2"):
        meaning = template.get(f"variable_{i}", "")
        text = table.attributes.get(f"index_{i}", template.get(f"index_{i}", ""))
        if not meaning or not text:
            continue
        load = "capacitance" in meaning
        scale = units.capacitance_f if load else 1.0
        axes["loads" if load else "slews"] = tuple(x * scale for x in _numbers(text))
    unit = units.time_ns if table.kind in DELAY_TABLES else units.energy_j
    values = tuple(x * unit for x in _numbers(table.attributes.get("values", "0")))
    if len(values) != prod(len(axis) or 1 for axis in axes.values()):
        raise ValueError(
            f"a {table.kind} of {table.name!r} has {len(values)} values for {len(axes['slews'])} "
            f"slews and {len(axes['loads'])} loads"
        )
    return LibertyTable(axes["slews"], axes["loads"], values)


def _numbers(text: str) -> list[float]:
    return [_finite(x) for x in re.findall(r"[-+.\deE]+", text)]


def _finite(text: str) -> float:
    """The number. Raises ValueError where it is none, or not finite."""
    if not isfinite(value := float(text.strip('" '))):
        raise ValueError(f"the number {text} is not finite")
    return value
