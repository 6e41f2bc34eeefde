"""Networks in gates, all by one flow: cells, cycles and joules of one recommendation.

    python benchmarks/measure_gates.py --liberty nangate45_typ.lib.gz [--only NAME ...]
        [--lanes 8] [--samples 16] [--checkpoints FOLDER] [--out FOLDER]
    python benchmarks/measure_gates.py --accuracy --data-folder FOLDER [--only NAME ...]

The first runs `ssr-compile CHECKPOINT --target rtl --liberty FILE` (or rtl-int8) for every network
of NETWORKS and writes FOLDER/gates-NAME.LIBRARY.json: what the command printed and its
synthesis.json. The second ranks test sequences with the 8-bit networks and writes
FOLDER/NAME.int8-test-set.json. A file that is there already stays; --again measures anew.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class GatesNetwork:
    """checkpoint: in the folder of checkpoints. data: its file, with what reads it.

    lanes: of the core, where they are others than `--lanes`.
    """

    name: str
    checkpoint: str
    target: str
    data: tuple[str, ...] = ()
    lanes: str = ""


EASIER = "ml-1m-ties-by-item"  # the folder of networks trained on the easier order of ties
KEPT = ("memories", "a_sample")  # of core.json
TIMED = ("ml-1m-time.inter.gz", "--core", "5-core", "--duplicates", "keep")
NETWORKS = (
    GatesNetwork("ssr-ml-1m-time-128", "ssr-ml-1m-time-128-penalty-1", "rtl"),
    GatesNetwork("ssr-ml-1m-time-one-step", "ssr-ml-1m-time-one-step", "rtl"),
    GatesNetwork("ssr-ann-ml-1m-time-128", "ssr-ann-ml-1m-time-128", "rtl-int8", TIMED),
    GatesNetwork("ml-1m", f"{EASIER}/ssr-ml-1m", "rtl"),
    GatesNetwork("ml-1m-1-lane", f"{EASIER}/ssr-ml-1m", "rtl", lanes="1"),
    GatesNetwork("ssr-ann-ml-1m", f"{EASIER}/ssr-ann-ml-1m", "rtl-int8", ("ml-1m.txt",)),
    GatesNetwork("lrurec-ml-1m", f"{EASIER}/lrurec-ml-1m", "rtl-int8"),
    GatesNetwork("sasrec-ml-1m", f"{EASIER}/sasrec-ml-1m", "rtl-int8"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--liberty", type=Path, help="a library of cells")
    parser.add_argument("--accuracy", action="store_true", help="rank test sequences instead")
    parser.add_argument("--data-folder", type=Path, help="where the data sets lie")
    parser.add_argument("--only", nargs="+", help="names of NETWORKS")
    parser.add_argument("--lanes", default="8")
    parser.add_argument("--samples", default="16")
    parser.add_argument("--checkpoints", type=Path, default=HERE / "checkpoints")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    parser.add_argument("--again", action="store_true", help="also what is there already")
    given = parser.parse_args()
    if given.accuracy == (given.liberty is not None):
        parser.error("give --liberty FILE, or --accuracy with --data-folder FOLDER")
    for network in NETWORKS:
        if given.only and network.name not in given.only:
            continue
        if given.accuracy:
            rank(network, given)
        else:
            measure(network, given)


def measure(network: GatesNetwork, given: argparse.Namespace) -> None:
    """One network in one library."""
    library = given.liberty.name.partition(".")[0].partition("_")[0]
    path = given.out / f"gates-{network.name}.{library}.json"
    if path.exists() and not given.again:
        return
    with TemporaryDirectory() as place:
        folder = Path(place) / "gates"
        options = ("--samples", given.samples, "--lanes", network.lanes or given.lanes)
        found = compile_network(network, given, folder, *options, "--liberty", str(given.liberty))
        priced = json.loads((folder / "rtl" / "synthesis.json").read_text())
        core = json.loads((folder / "rtl" / "core.json").read_text())
    found.pop("out")
    write(path, {**priced, **{key: core[key] for key in KEPT}, "command": found})


def rank(network: GatesNetwork, given: argparse.Namespace) -> None:
    """Test sequences of one network without spikes, in floats and in 8-bit integers."""
    path = given.out / f"{network.name}.int8-test-set.json"
    if not network.data or (path.exists() and not given.again):
        return
    file, *options = network.data
    with TemporaryDirectory() as place:
        data = ("--data", str(given.data_folder / file), *options, "--samples", given.samples)
        found = compile_network(network, given, Path(place) / "gates", *data)
    found.pop("out")
    write(path, found)


def compile_network(
    network: GatesNetwork, given: argparse.Namespace, folder: Path, *options: str
) -> dict[str, Any]:
    """What `ssr-compile --json` prints; its progress goes on to the terminal."""
    command = Path(sys.executable).with_name("ssr-compile")
    checkpoint = given.checkpoints / f"{network.checkpoint}.pt"
    arguments = (str(checkpoint), "--target", network.target, "--out", str(folder), *options)
    print(f"ssr-compile {' '.join(arguments)}", file=sys.stderr, flush=True)
    done = subprocess.run([command, *arguments, "--json"], stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n")
    print(path, flush=True)


if __name__ == "__main__":
    main()
