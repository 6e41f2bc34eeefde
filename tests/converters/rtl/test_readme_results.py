"""What a folder's README says of cells and of an FPGA."""

from converters.rtl.readme_results import cells_section, fpga_section

PRICED = {
    "library": "tiny",
    "cycles": 1200,
    "flip_flops": 7,
    "cells": {"neurons": 1000, "sequencer": 20},
    "area_um2": {"neurons": 30.4, "sequencer": 2.0},
    "total_area_um2": 32.4,
    "joules": {"neurons": 2e-9, "sequencer": 1e-9},
    "clock_joules": 4e-9,
    "memory_joules": {"weight": 5e-9, "sum": 6e-9},
    "total_joules": 18e-9,
}
COUNTED = {
    "device": "LFE5U-25F",
    "luts": 9079,
    "flip_flops": 3817,
    "block_rams": 49,
    "multipliers": 2,
    "of": {"luts": 24288, "block_rams": 56, "multipliers": 28},
}
PLACED = {"board": "ULX3S", "board_mhz": 25.0, "reached_mhz": 31.42, "bitstream": "fpga/ulx3s.bit"}


def test_cells_by_unit_and_together() -> None:
    text = cells_section(PRICED)
    assert "| neurons | 1,000 | 30 | 2.0 |" in text
    assert "| clock pins of 7 flip-flops | | | 4.0 |" in text
    assert "| memories | | | 11.0 |" in text
    assert "| all | 1,020 | 32 | 18.0 |" in text
    assert "longest path" not in text
    path = {"critical_path_ns": 3.14159, "critical_path_cells": 40}
    told = cells_section({**PRICED, **path, "critical_path_units": ["sequencer", "neurons"]})
    assert "The longest path takes 3.14 ns through 40 cells (sequencer, neurons)" in told


def test_memories_without_a_figure() -> None:
    text = cells_section({**PRICED, "memory_joules": None, "total_joules": None})
    assert "| memories | | | no figure |" in text
    assert "| all | 1,020 | 32 | no figure |" in text


def test_counts_of_an_fpga_and_the_clock_that_is_reached() -> None:
    counted = fpga_section(COUNTED)
    assert "9,079 of 24,288 LUTs of an LFE5U-25F" in counted
    assert "49 of 56 block RAMs and 2 of 28 multipliers" in counted
    assert "MHz" not in counted
    placed = fpga_section({**COUNTED, **PLACED})
    assert placed.startswith(counted)
    assert "reaches 31.4 MHz; the clock of the ULX3S has\n25 MHz" in placed
    assert "openFPGALoader --board ulx3s fpga/ulx3s.bit" in placed


def test_without_results_there_is_no_section() -> None:
    assert cells_section({}) == fpga_section({}) == ""
