"""Sections of a folder's README.md that only some folders have: cells of a library, an FPGA."""

from collections.abc import Mapping
from typing import Any


def cells_section(priced: Mapping[str, Any]) -> str:
    """Of `synthesis.json`; "" where there is none."""
    if not priced:
        return ""
    rows = [
        f"| {unit} | {priced['cells'][unit]:,} | {priced['area_um2'][unit]:,.0f} | {_nj(joules)} |"
        for unit, joules in priced["joules"].items()
    ]
    memories, total = priced["memory_joules"], priced["total_joules"]
    return "\n".join(
        (
            f"\n## In the cells of {priced['library']}\n",
            "Yosys' netlist ran the first sample gate by gate and gave the answers of `golden/`:",
            f"{priced['cycles']:,} cycles. Energy is that of every edge of every net; memories are",
            "priced as SRAM; wires, leakage and the clock tree are left out. `synthesis.json` has",
            "all of it, with the accesses to each memory.\n",
            "| unit | cells | area, um2 | nJ a sample |",
            "|---|---:|---:|---:|",
            *rows,
            f"| clock pins of {priced['flip_flops']:,} flip-flops | | "
            f"| {_nj(priced['clock_joules'])} |",
            f"| memories | | | {_nj(memories and sum(memories.values()))} |",
            f"| all | {sum(priced['cells'].values()):,} | {priced['total_area_um2']:,.0f} "
            f"| {_nj(total)} |",
            *_path(priced),
            "",
        )
    )


def _path(priced: Mapping[str, Any]) -> list[str]:
    if "critical_path_ns" not in priced:
        return []
    units = ", ".join(priced["critical_path_units"])
    return [
        f"\nThe longest path takes {priced['critical_path_ns']:.2f} ns through "
        f"{priced['critical_path_cells']} cells ({units}), without",
        "setup, wires and the access time of memories.",
    ]


def _nj(joules: float | None) -> str:
    return "no figure" if joules is None else f"{joules * 1e9:,.1f}"


def fpga_section(found: Mapping[str, Any]) -> str:
    """Of `fpga.json`; "" where there is none."""
    if not found:
        return ""
    of = found["of"]
    counts = (
        f"\n## On an ECP5\n\nThe core with its serial line: {found['luts']:,} of {of['luts']:,} "
        f"LUTs of an {found['device']},\n{found['flip_flops']:,} flip-flops, "
        f"{found['block_rams']} of {of['block_rams']} block RAMs and {found['multipliers']} of "
        f"{of['multipliers']} multipliers, counted by Yosys.\n"
    )
    if "reached_mhz" not in found:
        return counts
    return (
        f"{counts}Placed and routed by nextpnr it reaches {found['reached_mhz']:.1f} MHz; the "
        f"clock of the {found['board']} has\n{found['board_mhz']:g} MHz. `{found['bitstream']}` is "
        "its bitstream:\n\n"
        f"    openFPGALoader --board ulx3s {found['bitstream']}\n"
        "    cc -O2 driver/*.c -o serial && ./serial /dev/ttyUSB0 . 1\n"
    )
