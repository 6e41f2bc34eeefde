"""What the core with its serial line takes of an ECP5, and the smallest one that holds it."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree, which
from typing import Any

from converters.rtl.synthesis import ulx3s
from converters.rtl.synthesis.devices import DEVICES, Ecp5Device
from converters.rtl.synthesis.tools import HOW, run_tool
from ssr_neuro.errors import BackendFailed, DoesNotFit

# Its name -> its command; the first counts, the others place and route.
TOOLS = {"Yosys": "yosys", "nextpnr for ECP5": "nextpnr-ecp5", "ecppack": "ecppack"}


@dataclass(frozen=True)
class Needs:
    """What Yosys counts before placing. luts: with those of adders and small memories."""

    luts: int
    flip_flops: int
    block_rams: int
    multipliers: int

    @classmethod
    def of(cls, cells: Mapping[str, int]) -> "Needs":
        """From cells by type: an adder cell takes two LUTs, a memory of 16 x 4 bits six."""
        count = {name: cells.get(name, 0) for name in ("LUT4", "CCU2C", "TRELLIS_DPR16X4")}
        return cls(
            count["LUT4"] + 2 * count["CCU2C"] + 6 * count["TRELLIS_DPR16X4"],
            cells.get("TRELLIS_FF", 0),
            cells.get("DP16KD", 0) + cells.get("PDPW16KD", 0),
            cells.get("MULT18X18D", 0),
        )

    def device(self) -> Ecp5Device:
        """The smallest that holds it. Raises DoesNotFit where none does."""
        for one in DEVICES:
            room = (one.luts, one.block_rams, one.multipliers)
            needed = (self.luts, self.block_rams, self.multipliers)
            if all(n <= has for n, has in zip(needed, room, strict=True)):
                return one
        largest = DEVICES[-1]
        raise DoesNotFit(
            f"the core needs {self.luts:,} LUTs, {self.block_rams} block RAMs of 16 kbit and "
            f"{self.multipliers} multipliers; {largest.name}, the largest ECP5, has "
            f"{largest.luts:,}, {largest.block_rams} and {largest.multipliers}. Use fewer --lanes, "
            "or a smaller network"
        )


def tool_path(*, placing: bool = False) -> str:
    """Where the scripts look: also where this Python's own commands are.

    Raises BackendFailed with the line that brings a tool where it is missing.
    """
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    for name, command in TOOLS.items() if placing else list(TOOLS.items())[:1]:
        if not any(which(one, path=path) for one in (command, f"yowasp-{command}")):
            raise BackendFailed(f"{name} is not installed; {HOW}")
    return path


def count(folder: Path, *, board: bool = False) -> Mapping[str, Any]:
    """Of `folder`, an rtl/: counts and the smallest device, plain data.

    board: place and route on that device as well, and write the bitstream of a ULX3S.

    Raises BackendFailed where a tool is missing or fails, DoesNotFit where no ECP5 holds the core,
    or the board's clock is not reached.
    """
    environment = {**os.environ, "PATH": tool_path(placing=board)}
    run_tool(["sh", "fpga/count.sh"], folder, environment, "Yosys")
    build = folder / "fpga" / "build"
    needs = Needs.of(cells_by_type((build / "counts.json").read_text(encoding="utf-8")))
    device = needs.device()
    found = document(needs, device)
    if board:
        found |= ulx3s.place(folder, device, environment)
    rmtree(build)
    return found


def cells_by_type(counts: str) -> Mapping[str, int]:
    """From what Yosys' `stat -json` wrote."""
    design = json.loads(counts[counts.index("{") :])["design"]
    found: Mapping[str, int] = design["num_cells_by_type"]
    return found


def document(needs: Needs, device: Ecp5Device) -> dict[str, Any]:
    """What `fpga.json` holds of the counts."""
    return {
        "device": device.name,
        "luts": needs.luts,
        "flip_flops": needs.flip_flops,
        "block_rams": needs.block_rams,
        "multipliers": needs.multipliers,
        "of": {
            "luts": device.luts,
            "block_rams": device.block_rams,
            "multipliers": device.multipliers,
        },
    }
