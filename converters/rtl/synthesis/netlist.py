"""A netlist of library cells as arrays: gates in order, flip-flops, memories, ports."""

import json
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import numpy as np

from converters.rtl.synthesis.boolean_function import PINS, truth_table
from converters.rtl.synthesis.liberty import Liberty, LibertyCell
from ssr_neuro.errors import BackendFailed
from ssr_neuro.program.arrays import Ints


@dataclass(frozen=True)
class Driver:
    """Who drives a net: the path of the cell, its kind, and the pin."""

    path: str
    kind: str
    pin: str


@dataclass(frozen=True, eq=False)
class MemoryCell:
    """Nets of the ports of one memory. reads, address ...: lowest bit first."""

    path: str
    width: int
    depth: int
    ports: dict[str, Ints]


@dataclass(frozen=True, eq=False)
class Netlist:
    """Nets are numbered; 0 and 1 are the constants. inputs: (gates, PINS), 0 where there is none.

    tables: truth table of a gate by the bits of its inputs. clocked: path and kind of flip-flops.
    loads_f: capacitance of the pins that a net drives.
    """

    nets: int
    inputs: Ints
    outputs: Ints
    tables: Any
    drivers: dict[int, Driver]
    d: Ints
    q: Ints
    inverted: Ints
    clocked: tuple[tuple[str, str], ...]
    memories: tuple[MemoryCell, ...]
    ports: dict[str, Ints]
    loads_f: Any
    cells: tuple[tuple[str, str], ...]


def read_netlist(path: Path, top: str, liberty: Liberty) -> Netlist:
    """What Yosys wrote as JSON, one flat module `top`.

    Raises BackendFailed on a cell that is neither of the library nor a memory, or a flip-flop with
    more than a clock and data.
    """
    module = json.loads(path.read_text(encoding="utf-8"))["modules"][top]
    return _Reader(module, liberty).netlist()


class _Reader:
    def __init__(self, module: dict[str, Any], liberty: Liberty) -> None:
        self.module, self.liberty = module, liberty
        self.numbers: dict[object, int] = {"0": 0, "1": 1, "x": 0, "z": 0}
        self.drivers: dict[int, Driver] = {}
        self.loads: dict[int, float] = {}
        self.gates: list[tuple[list[int], int, int]] = []
        self.flip_flops: list[tuple[int, int, bool, str, str]] = []
        self.memories: list[MemoryCell] = []

    def netlist(self) -> Netlist:
        for port in self.module["ports"].values():
            self._nets(port["bits"])
        for path, cell in self.module["cells"].items():
            self._cell(path, cell)
        gates = self._ordered()
        inputs = np.zeros((len(gates), PINS), np.int64)
        for i, (pins, _, _) in enumerate(gates):
            inputs[i, : len(pins)] = pins
        loads = np.zeros(len(self.numbers))
        for net, load in self.loads.items():
            loads[net] = load
        ports = self.module["ports"].items()
        cells = ((path, cell["type"]) for path, cell in self.module["cells"].items())
        return Netlist(
            nets=len(self.numbers),
            inputs=inputs,
            outputs=np.array([out for _, out, _ in gates], np.int64),
            tables=np.array([table for _, _, table in gates], np.uint64),
            drivers=self.drivers,
            d=np.array([f[0] for f in self.flip_flops], np.int64),
            q=np.array([f[1] for f in self.flip_flops], np.int64),
            inverted=np.array([f[2] for f in self.flip_flops], np.int64),
            clocked=tuple(dict.fromkeys((f[3], f[4]) for f in self.flip_flops)),
            memories=tuple(self.memories),
            ports={name: self._nets(port["bits"]) for name, port in ports},
            loads_f=loads,
            cells=tuple((path, kind) for path, kind in cells if kind in self.liberty.cells),
        )

    def _nets(self, bits: list[object]) -> Ints:
        return np.array([self.numbers.setdefault(b, len(self.numbers)) for b in bits], np.int64)

    def _cell(self, path: str, cell: dict[str, Any]) -> None:
        kind = cell["type"]
        nets = {pin: self._nets(bits) for pin, bits in cell["connections"].items()}
        if kind.startswith("memory"):
            given = {k: int(v, 2) for k, v in cell["parameters"].items() if k != "IMAGE"}
            self.memories.append(MemoryCell(path, given["WIDTH"], given["DEPTH"], nets))
            for net in nets["read_data"].tolist():
                self.drivers[net] = Driver(path, kind, "read_data")
            return
        if kind not in self.liberty.cells:
            raise BackendFailed(f"cell {path!r} is a {kind!r}, which the library has not")
        model, one = self.liberty.cells[kind], {pin: int(x[0]) for pin, x in nets.items() if len(x)}
        for pin, net in one.items():
            if not model.pins[pin].output:
                self.loads[net] = self.loads.get(net, 0.0) + model.pins[pin].capacitance_f
        if model.flip_flop:
            self._flip_flop(path, kind, model, one)
        else:
            self._gate(path, kind, model, one)

    def _flip_flop(self, path: str, kind: str, model: LibertyCell, nets: dict[str, int]) -> None:
        law = model.flip_flop
        if law is None or law.next_state not in nets or law.clocked_on not in nets:
            raise BackendFailed(f"flip-flop {kind!r} does more than take over one pin at a clock")
        for pin, net in nets.items():
            if model.pins[pin].output:
                inverted = model.pins[pin].function == law.inverse
                self.flip_flops.append((nets[law.next_state], net, inverted, path, kind))
                self.drivers[net] = Driver(path, kind, pin)

    def _gate(self, path: str, kind: str, model: LibertyCell, nets: dict[str, int]) -> None:
        for pin, net in nets.items():
            if model.pins[pin].output:
                names, table = truth_table(model.pins[pin].function)
                self.gates.append(([nets[name] for name in names], net, table))
                self.drivers[net] = Driver(path, kind, pin)

    def _ordered(self) -> list[tuple[list[int], int, int]]:
        """Each gate after those that drive it."""
        driven = {out: i for i, (_, out, _) in enumerate(self.gates)}
        before = {
            i: [driven[net] for net in pins if net in driven]
            for i, (pins, _, _) in enumerate(self.gates)
        }
        return [self.gates[i] for i in TopologicalSorter(before).static_order()]
