"""A bitstream for a ULX3S board: the core placed and routed, and the clock that it reaches."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from converters.rtl.synthesis.devices import Ecp5Device
from converters.rtl.synthesis.tools import run_tool
from ssr_neuro.errors import BackendFailed, DoesNotFit

BOARD_MHZ = 25.0
BITSTREAM = "fpga/ulx3s.bit"


def place(folder: Path, device: Ecp5Device, environment: Mapping[str, str]) -> dict[str, Any]:
    """Of `folder`, an rtl/ whose netlist `ecp5.count` left: writes its bitstream; what was reached.

    Raises BackendFailed where nextpnr fails, DoesNotFit where it finds no place for the core or the
    clock of the board is not reached.
    """
    try:
        run_tool(["sh", "fpga/place.sh", device.size], folder, environment, "nextpnr")
    except BackendFailed as error:
        raise explain_failure(str(error), device) from error
    return summarise_placement(
        json.loads((folder / "fpga" / "build" / "report.json").read_text(encoding="utf-8")), device
    )


def explain_failure(said: str, device: Ecp5Device) -> BackendFailed | DoesNotFit:
    """The error for what nextpnr said: no place, no route, or anything else."""
    errors = [line for line in said.splitlines() if line.startswith("ERROR:")]
    reason = errors[0].removeprefix("ERROR:").strip() if errors else ""
    if any(word in reason.lower() for word in ("place", "rout", "legal")):
        return DoesNotFit(
            f"nextpnr finds no place for the core on an {device.name}: {reason} Use fewer --lanes, "
            "or a smaller network"
        )
    return BackendFailed(said)


def summarise_placement(report: Mapping[str, Any], device: Ecp5Device) -> dict[str, Any]:
    """What `fpga.json` holds of it beside the counts, from nextpnr's report.

    Raises DoesNotFit where the clock that is reached is slower than the board's.
    """
    reached = min(clock["achieved"] for clock in report["fmax"].values())
    if reached < BOARD_MHZ:
        raise DoesNotFit(
            f"on an {device.name} the core reaches {reached:.1f} MHz, placed and routed; the clock "
            f"of the board has {BOARD_MHZ:g} MHz. Use fewer --lanes"
        )
    return {
        "board": "ULX3S",
        "board_mhz": BOARD_MHZ,
        "reached_mhz": round(reached, 2),
        "placed": {
            name: [cells["used"], cells["available"]]
            for name, cells in sorted(report["utilization"].items())
            if cells["used"]
        },
        "bitstream": BITSTREAM,
    }
