"""The core placed and routed on an ECP5, for a ULX3S board: what it takes, the clock it reaches.

    make demo
    python benchmarks/measure_fpga.py [--only NAME ...] [--demo build/demo/model.pt]
        [--samples 4] [--checkpoints FOLDER] [--work build/fpga] [--out FOLDER]

Does for every network of NETWORKS what `ssr-compile MODEL --target rtl --fpga ulx3s` does,
step by step in WORK/NAME: stopped, it goes on after the last step that was done. Writes
FOLDER/fpga-NAME.json: fpga.json with lanes and cycles, or why it does not fit. A file that is there
already stays.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from converters.rtl.synthesis import ecp5, ulx3s
from converters.rtl.synthesis.tools import run_tool
from ssr_neuro.errors import DoesNotFit, SsrError

HERE = Path(__file__).parent


@dataclass(frozen=True)
class FpgaNetwork:
    """checkpoint: in the folder of checkpoints; None for the demo's."""

    name: str
    lanes: int
    checkpoint: str | None = None


NETWORKS = (
    FpgaNetwork("demo-1", 1),
    FpgaNetwork("demo", 8),
    FpgaNetwork("ml-1m", 8, "ml-1m-ties-by-item/ssr-ml-1m"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", help="names of NETWORKS")
    parser.add_argument("--demo", type=Path, default=HERE.parent / "build/demo/model.pt")
    parser.add_argument("--samples", default="4")
    parser.add_argument("--checkpoints", type=Path, default=HERE / "checkpoints")
    parser.add_argument("--work", type=Path, default=HERE.parent / "build/fpga")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    given = parser.parse_args()
    for network in NETWORKS:
        path = given.out / f"fpga-{network.name}.json"
        if (given.only and network.name not in given.only) or placed(path):
            continue
        try:
            found = measure(network, given)
        except SsrError as error:
            print(f"{network.name}: {error}", file=sys.stderr)
            return error.exit_code
        path.write_text(json.dumps(found, indent=1) + "\n")
        print(path, flush=True)
    return 0


def placed(path: Path) -> bool:
    """Whether a result is there, and of more than counts."""
    return path.exists() and "reached_mhz" in json.loads(path.read_text())


def measure(network: FpgaNetwork, given: argparse.Namespace) -> dict[str, Any]:
    """Of one network. Raises as `ecp5.count` does."""
    folder = given.work / network.name / "rtl"
    if not folder.exists():
        compile_network(network, given, folder.parent)
    environment = {**os.environ, "PATH": ecp5.tool_path(placing=True)}
    build = folder / "fpga" / "build"
    if not (build / "core.json").exists():
        run_tool(["sh", "fpga/count.sh"], folder, environment, "Yosys")
    needs = ecp5.Needs.of(ecp5.cells_by_type((build / "counts.json").read_text()))
    device = needs.device()
    core = json.loads((folder / "core.json").read_text())
    try:
        found = ulx3s.place(folder, device, environment)
    except DoesNotFit as error:
        found = {"does_not_fit": str(error), **reached(build / "report.json")}
    return {
        **ecp5.document(needs, device),
        **found,
        "lanes": network.lanes,
        "samples": core["samples"],
        "cycles": core["a_sample"]["cycles"],
    }


def reached(report: Path) -> dict[str, float]:
    """The clock of what was placed and is too slow for the board; {} where nothing was placed."""
    if not report.exists():
        return {}
    clocks = json.loads(report.read_text())["fmax"].values()
    return {"reached_mhz": round(min(clock["achieved"] for clock in clocks), 2)}


def compile_network(network: FpgaNetwork, given: argparse.Namespace, out: Path) -> None:
    """The folder of the core, proven under Verilator."""
    model = given.demo
    if network.checkpoint is not None:
        model = given.checkpoints / f"{network.checkpoint}.pt"
    command = Path(sys.executable).with_name("ssr-compile")
    options = ("--target", "rtl", "--lanes", str(network.lanes), "--samples", given.samples)
    arguments = (str(model), *options, "--out", str(out))
    print(f"ssr-compile {' '.join(arguments)}", file=sys.stderr, flush=True)
    subprocess.run([command, *arguments], check=True)


if __name__ == "__main__":
    raise SystemExit(main())
