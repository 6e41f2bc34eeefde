"""A library of cells, netlists of it, and what a run of one costs: small ones, by hand."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from converters.rtl.synthesis import gates
from converters.rtl.synthesis.boolean_function import truth_table
from converters.rtl.synthesis.energy import price, unit_of
from converters.rtl.synthesis.gates import run
from converters.rtl.synthesis.liberty import check, read
from converters.rtl.synthesis.measure import bits_of
from converters.rtl.synthesis.netlist import Netlist, read_netlist
from converters.rtl.synthesis.sram import sram_of
from converters.rtl.synthesis.timing import critical_path
from ssr_neuro.chip import Figure, load_chip
from ssr_neuro.errors import BackendFailed, BadInput, Mismatch

LIBRARY = """
/* two cells */
library (tiny) {
  nom_voltage : 2.0;
  capacitive_load_unit (1,ff);
  time_unit : "1ps";
  power_lut_template (by_slew_and_load) {
    variable_1 : input_transition_time; variable_2 : total_output_net_capacitance;
    index_1 ("0.01,0.03"); index_2 ("0,10");
  }
  lu_table_template (late) {
    variable_1 : input_net_transition; variable_2 : total_output_net_capacitance;
    index_1 ("0.01,0.03"); index_2 ("0,10");
  }
  cell (INV) {
    area : 2;
    pin (A) { direction : input; capacitance : 3; }
    pin (Z) {
      direction : output; function : "!A";
      internal_power () {
        related_pin : "A";
        rise_power (by_slew_and_load) { values ("1, 3", "1, 3"); }
        fall_power (by_slew_and_load) { values ("0, 0", \\
                                               "2, 2"); }
      }
      timing () {
        related_pin : "A";
        cell_rise (late) { values ("100, 300", "300, 500"); }
        cell_fall (late) { values ("10, 10", "10, 10"); }
      }
    }
  }
  cell (FLOP) {
    area : 5;
    ff (IQ, IQN) { next_state : "D"; clocked_on : "C"; }
    pin (D) { direction : input; capacitance : 1; }
    pin (C) {
      direction : input; clock : true; capacitance : 4;
      internal_power () {
        rise_power (scalar) { values ("6"); }
        fall_power (scalar) { values ("2"); }
      }
    }
    pin (Q) {
      direction : output; function : "IQ";
      timing () { related_pin : "C"; cell_rise (scalar) { values ("70"); } }
    }
  }
}
"""


@pytest.fixture(autouse=True)
def _interpreted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling the kernels takes longer than these few gates."""
    for name in ("_cycles", "_settle", "_clock", "_number", "_show"):
        monkeypatch.setattr(gates, name, getattr(gates, name).py_func)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.lib.gz"
    path.write_bytes(gzip.compress(LIBRARY.encode()))
    return path


def netlist_of(tmp_path: Path, library: Path, cells: dict[str, Any]) -> Netlist:
    """Ports: clk 2, reset 3, start 4, busy 5."""
    names = ("clk", "reset", "start", "busy")
    ports = {name: {"bits": [2 + i]} for i, name in enumerate(names)}
    path = tmp_path / "netlist.json"
    path.write_text(json.dumps({"modules": {"top": {"ports": ports, "cells": cells}}}))
    return read_netlist(path, "top", read(library))


def flop(d: int, q: int) -> dict[str, Any]:
    return {"type": "FLOP", "connections": {"D": [d], "C": [2], "Q": [q]}}


def inverter(a: int | str, z: int) -> dict[str, Any]:
    return {"type": "INV", "connections": {"A": [a], "Z": [z]}}


def test_a_library_in_farads_and_joules(library: Path) -> None:
    found = read(library)
    assert (found.name, found.voltage_v) == ("tiny", 2.0)
    inverter, flip_flop = found.cells["INV"], found.cells["FLOP"]
    assert inverter.area == 2
    assert inverter.pins["A"].capacitance_f == pytest.approx(3e-15)
    # Half way between the slews: rise 1 + 2 load / 10 fF, fall 1; their mean at 5 fF.
    assert inverter.pins["Z"].edge_j(5e-15) == pytest.approx((2 + 1) / 2 * 1e-15)
    assert flip_flop.pins["C"].edge_j() == pytest.approx(4e-15)
    # The slower edge, half way between the slews: 200 ps, and 20 ps more for each fF.
    assert inverter.pins["Z"].delay_ns(5e-15) == pytest.approx(0.3)
    assert inverter.pins["A"].delay_ns(5e-15) == 0
    assert flip_flop.flip_flop is not None
    assert flip_flop.flip_flop.next_state == "D"


def test_the_longest_path_from_clock_to_clock(tmp_path: Path, library: Path) -> None:
    cells = {
        "control.first": flop(9, 6),
        "lane[0].law.a": inverter(6, 7),
        "lane[0].law.b": inverter(7, 8),
        "counted.last": flop(8, 9),
        "counted.short": flop(6, 10),
    }
    found = critical_path(netlist_of(tmp_path, library, cells), read(library))
    # Clock to output; an inverter that drives one, 3 fF; one that drives a flip-flop, 1 fF.
    assert found["critical_path_ns"] == pytest.approx(0.070 + 0.260 + 0.220)
    assert found["critical_path_cells"] == 3
    assert found["critical_path_units"] == ["sequencer", "neurons"]


def test_a_library_without_delays_has_no_path(tmp_path: Path) -> None:
    path = tmp_path / "still.lib"
    path.write_text(re.sub(r"cell_(rise|fall)", "retaining", LIBRARY))
    found = critical_path(
        netlist_of(tmp_path, path, {"a": flop(7, 6), "b": inverter(6, 7)}), read(path)
    )
    assert found == {}


def test_no_library(tmp_path: Path) -> None:
    path = tmp_path / "a.lib"
    path.write_text("nothing")
    with pytest.raises(BadInput, match=r"a\.lib: no `library` in it; give a Liberty file"):
        read(path)
    with pytest.raises(BadInput, match=r"b\.lib: cannot be read .*; give a Liberty file"):
        read(tmp_path / "b.lib")


@pytest.mark.parametrize("text", ["a" * 400_000, "/*" * 200_000, "a(" * 200_000, 'a("' * 200_000])
def test_the_time_does_not_grow_with_the_square_of_the_text(text: str, tmp_path: Path) -> None:
    """It would take hours, and the test be ended."""
    path = tmp_path / "a.lib"
    path.write_text(LIBRARY + text)
    assert set(read(path).cells) == {"FLOP", "INV"}


NAND = """cell (NAND) {
  pin (A) { } pin (B) { } pin (Z) { direction : output; function : "!(A B)"; }
}"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            LIBRARY.rstrip().removesuffix("}\n}"),
            r"ends inside of `cell \(FLOP\)`: its end is missing; give a Liberty file",
        ),
        (LIBRARY, r"has no gate of two inputs among its cells \(2\); give a Liberty file of"),
        (
            LIBRARY.replace("ff (", "latch ("),
            r"has no flip-flop \(a cell with `ff`\) and no gate of two inputs",
        ),
    ],
)
def test_a_library_that_no_core_can_be_made_of(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "a.lib"
    path.write_text(text)
    with pytest.raises(BadInput, match=rf"a\.lib: {told}"):
        check(path)


def test_a_library_of_a_flip_flop_and_a_gate(tmp_path: Path) -> None:
    path = tmp_path / "a.lib"
    path.write_text(f"{LIBRARY.rstrip().removesuffix('}')}{NAND}}}")
    check(path)


@pytest.mark.parametrize(
    ("function", "names", "ones"),
    [
        ("!(A & B)", ("A", "B"), {0, 1, 2}),
        ("(!A&B_N)", ("A", "B_N"), {2}),
        ("A ^ B", ("A", "B"), {1, 2}),
        ("A' + B*C", ("A", "B", "C"), {0, 2, 4, 6, 7}),
        ("(S & A) | (I0 !S)", ("S", "A", "I0"), {3, 4, 6, 7}),
        ("A & B ^ C", ("A", "B", "C"), {3, 5}),  # Liberty's ^ binds before its &
        ("(A B)'", ("A", "B"), {0, 1, 2}),
        ("1", (), {0}),
    ],
)
def test_truth_tables(function: str, names: tuple[str, ...], ones: set[int]) -> None:
    found, table = truth_table(function)
    assert found == names
    assert {i for i in range(1 << len(names)) if table >> i & 1} == ones


def test_areas_by_unit_and_no_total_without_a_price_of_memories(
    tmp_path: Path, library: Path
) -> None:
    cells = {"control.first": flop(4, 5), "lane[0].law.gate": inverter(5, 7)}
    netlist = netlist_of(tmp_path, library, cells)
    found = price(netlist, run(netlist, {}, 9), read(library))
    assert dict(found.area) == {"sequencer": 5, "neurons": 2}
    assert dict(found.cells) == {"sequencer": 1, "neurons": 1}
    # 2 V is no library of the SRAM's process.
    assert found.memories_j is None
    assert found.total_j is None


def test_a_netlist_that_never_ends(tmp_path: Path, library: Path) -> None:
    netlist = netlist_of(tmp_path, library, {"busy": inverter("0", 5)})
    with pytest.raises(Mismatch, match="the netlist is not done after 9 cycles"):
        run(netlist, {}, 9)


def test_clock_and_edges_by_hand(tmp_path: Path, library: Path) -> None:
    netlist = netlist_of(tmp_path, library, {"a": flop(4, 5), "lane[1].adder.b": inverter(5, 7)})
    switching = run(netlist, {}, 9)
    found = price(netlist, switching, read(library))
    # One flip-flop: two edges of 4 fJ, and 4 fF at 2 V, in each cycle.
    assert found.clock_j == pytest.approx(switching.cycles * (2 * 4 + 4 * 4) * 1e-15)
    busy, out = (int(switching.edges[netlist.ports["busy"][0]]), 2)
    # busy rises and falls: each edge half of 3 fF at 2 V squared. The inverter drives nothing and
    # costs 1 fJ an edge.
    assert busy == 2
    assert found.logic_j["lanes"] == pytest.approx(busy * 3 / 2 * 4 * 1e-15)
    assert found.logic_j["synapses"] == pytest.approx(out * 1e-15)


def test_a_memory_reads_where_its_address_changes(tmp_path: Path, library: Path) -> None:
    memory = {
        "type": "memory",
        "parameters": {"WIDTH": "10", "DEPTH": "10", "IMAGE": ""},
        "connections": {
            "clk": [2],
            "read_address": [4],
            "read_data": [8, 9],
            "write": ["0"],
            "write_address": ["0"],
            "write_data": ["0", "0"],
        },
    }
    netlist = netlist_of(tmp_path, library, {"words": memory, "a": flop(4, 5)})
    found = run(netlist, {"words": bits_of(np.array([[2], [1]]), 2)}, 9)
    assert found.reads["words"] == 2  # with start, and after it
    assert found.writes["words"] == 0
    assert found.number(np.array([netlist.memories[0].ports["read_data"]]).ravel()) == 2


def test_a_foreign_cell(tmp_path: Path, library: Path) -> None:
    with pytest.raises(BackendFailed, match="cell 'x' is a 'OTHER', which the library has not"):
        netlist_of(tmp_path, library, {"x": {"type": "OTHER", "connections": {}}})


def test_units_by_path() -> None:
    assert unit_of("$flatten\\control.\\walk.$abc$1") == "sequencer"
    assert unit_of("$flatten\\lane[3].law.x") == "neurons"
    assert unit_of("$abc$4") == "lanes"
    assert unit_of("scored.best.x") == "scoring"


def test_the_price_of_a_bit_by_the_size_of_the_memory() -> None:
    model = sram_of(1.1)
    assert model is not None
    assert model.bit_j(8 << 10) == pytest.approx(10e-12 / 64)
    assert model.bit_j(100) == model.bit_j(8 << 10)
    assert model.bit_j(16 << 10) == pytest.approx(15e-12 / 64)  # between 8 and 32 KiB


def test_memories_at_130_nm_are_banks_of_4_kib() -> None:
    model = sram_of(1.8)
    assert model is not None
    assert model.bit_j(1 << 10) == model.bit_j(4) == pytest.approx(13.82e-12 / 32)
    assert model.bit_j(80 << 10) == model.bit_j(4 << 10) == pytest.approx(21.93e-12 / 32)
    assert sram_of(5) is None


def test_prices_at_130_nm_are_power_times_cycle() -> None:
    for _, figure in load_chip("openram-sky130").prices.items():
        if figure.known:
            milliwatts, nanoseconds = re.findall(r"([\d.]+) mW x ([\d.]+) ns", figure.at)[0]
            assert isinstance(figure, Figure)
            assert figure.value == pytest.approx(float(milliwatts) * float(nanoseconds), abs=0.01)


@pytest.mark.parametrize("function", ["__import__('os')", "A &", "(A", "A.b", "A 2"])
def test_what_is_no_function_is_refused_and_never_run(function: str) -> None:
    with pytest.raises(BackendFailed, match="of a cell cannot be read at"):
        truth_table(function)
