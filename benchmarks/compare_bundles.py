"""Do two releases compile the same bytes? Compile six models, and compare every file.

    python benchmarks/compare_bundles.py make OUT [--ssr-compile PATH]
    python benchmarks/compare_bundles.py compare BEFORE AFTER

`make` leaves six bundles in OUT: three trained SSR from `benchmarks/checkpoints` and three NIR
graphs of different kinds (dense, convolution, recurrent with a delay), all run on Lava. `compare`
lists every file that differs. What may differ is left out: MANIFEST.json (versions, the command
line, hashes), the scripts, and the report, whose words, pictures and prices are of a release; of
report.json the numbers that both sides have are compared. Ends with 0 where nothing differs, else
with 1.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import nir
import numpy as np

from ssr_neuro.bundle.write import SCRIPTS

HERE = Path(__file__).parent
MODELS = ("ssr-ml-1m", "ssr-ml-1m-256-skip", "ssr-ml-1m-4-bits")
MANIFEST, REPORT = "MANIFEST.json", "report.json"
# Written for people or about the release; and the scripts, which are sources of the release.
FREE = (MANIFEST, "report.", *SCRIPTS, "lava_worker/")
NUMBERS = ("program", "exactness", "agreement", "quantised", "passes", "counts", "scoring", "ann")
DT_S = 1e-4
STEPS, SAMPLES = 12, 6


def dense(rng: np.random.Generator) -> nir.NIRGraph:
    """Two layers of LIF neurons, the first with a bias."""
    nodes = {
        "input": nir.Input(np.array([12])),
        "fc1": nir.Affine(rng.normal(0, 0.5, (16, 12)), rng.normal(0, 0.1, 16)),
        "lif1": _lif((16,)),
        "fc2": nir.Linear(rng.normal(0, 0.5, (5, 16))),
        "lif2": _lif((5,)),
        "output": nir.Output(np.array([5])),
    }
    return _chain(nodes)


def convolution(rng: np.random.Generator) -> nir.NIRGraph:
    """A convolution of integrate-and-fire neurons, pooled and read by a dense layer."""
    kernel = rng.normal(0, 0.4, (4, 2, 3, 3))
    shape = (4, 8, 8)
    nodes = {
        "input": nir.Input(np.array([2, 8, 8])),
        "conv": nir.Conv2d((8, 8), kernel, 1, 1, 1, 1, np.zeros(4)),
        "if": nir.IF(np.full(shape, 1 / DT_S), np.full(shape, 1.0), np.zeros(shape)),
        "pool": nir.SumPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0])),
        "flatten": nir.Flatten({"input": np.array([4, 4, 4])}, 0, -1),
        "fc": nir.Linear(rng.normal(0, 0.3, (6, 64))),
        "lif": _lif((6,)),
        "output": nir.Output(np.array([6])),
    }
    return _chain(nodes)


def recurrent(rng: np.random.Generator) -> nir.NIRGraph:
    """Current-based neurons that read themselves, one path with a delay of two steps."""
    shape = (10,)
    nodes: dict[str, nir.NIRNode] = {
        "input": nir.Input(np.array([8])),
        "fc": nir.Linear(rng.normal(0, 0.5, (10, 8))),
        "cuba": nir.CubaLIF(
            tau_syn=np.full(shape, 2 * DT_S),
            tau_mem=np.full(shape, 2 * DT_S),
            r=np.ones(shape),
            v_leak=np.zeros(shape),
            v_threshold=np.full(shape, 0.5),
            v_reset=np.zeros(shape),
            w_in=np.ones(shape),
        ),
        "loop": nir.Linear(rng.normal(0, 0.2, (10, 10))),
        "delay": nir.Delay(np.full(shape, 2 * DT_S)),
        "out": nir.Linear(rng.normal(0, 0.5, (4, 10))),
        "lif": _lif((4,)),
        "output": nir.Output(np.array([4])),
    }
    edges = [
        ("input", "fc"),
        ("fc", "cuba"),
        ("cuba", "loop"),
        ("loop", "cuba"),
        ("cuba", "delay"),
        ("delay", "out"),
        ("out", "lif"),
        ("lif", "output"),
    ]
    return nir.NIRGraph(nodes, edges, type_check=False)


GRAPHS = {"nir-dense": dense, "nir-convolution": convolution, "nir-recurrent": recurrent}


def _lif(shape: tuple[int, ...]) -> nir.LIF:
    return nir.LIF(
        tau=np.full(shape, 2 * DT_S),
        r=np.ones(shape),
        v_leak=np.zeros(shape),
        v_threshold=np.full(shape, 0.5),
        v_reset=np.zeros(shape),
    )


def _chain(nodes: dict[str, nir.NIRNode]) -> nir.NIRGraph:
    names = list(nodes)
    return nir.NIRGraph(nodes, list(pairwise(names)), type_check=False)


def make(out: Path, ssr_compile: str) -> None:
    """Six bundles in `out`, which must be new."""
    out.mkdir(parents=True)
    for name in MODELS:
        model = HERE / "checkpoints" / "ml-1m-ties-by-item" / f"{name}.pt"
        _run([ssr_compile, str(model), "--target", "lava-sim", "--out", str(out / name)])
    graphs = out / "graphs"
    graphs.mkdir()
    for name, made in GRAPHS.items():
        rng = np.random.default_rng(7)
        graph = made(rng)
        nir.write(graphs / f"{name}.nir", graph)
        shape = tuple(int(n) for n in graph.nodes["input"].input_type["input"])
        spikes = (rng.random((SAMPLES, STEPS, *shape)) < 0.4).astype(np.uint8)
        np.savez(graphs / f"{name}.npz", inputs=spikes)
        given = [str(graphs / f"{name}.nir"), "--inputs", str(graphs / f"{name}.npz")]
        _run([ssr_compile, *given, "--target", "lava-sim", "--out", str(out / name)])


def _run(command: list[str]) -> None:
    print(" ".join(command), flush=True)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def differences(before: Path, after: Path) -> Iterator[str]:
    """Every file of the six bundles that is not the same on both sides."""
    for name in (*MODELS, *GRAPHS):
        old, new = _hashes(before / name), _hashes(after / name)
        for file in sorted(old.keys() | new.keys()):
            if old.get(file) != new.get(file):
                yield f"{name}/{file}"
        yield from (
            f"{name}/{REPORT}: {key}" for key in _other_numbers(before / name, after / name)
        )


def _hashes(folder: Path) -> dict[str, str]:
    if not (folder / MANIFEST).is_file():
        raise SystemExit(f"{folder}: no bundle; make it with `make` first")
    files = (p for p in folder.rglob("*") if p.is_file())
    found = {p.relative_to(folder).as_posix(): p for p in files}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in found.items()
        if not name.startswith(FREE)
    }


def _other_numbers(before: Path, after: Path) -> Iterator[str]:
    if not (before / REPORT).is_file():
        return
    old, new = (_report(folder) for folder in (before, after))
    for key in NUMBERS:
        if _differ(old.get(key), new.get(key)):
            yield key


def _differ(old: Any, new: Any) -> bool:
    """Whether a value that both have is another; a release may count more than the one before."""
    if isinstance(old, dict) and isinstance(new, dict):
        return any(_differ(old[key], new[key]) for key in old.keys() & new.keys())
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return any(map(_differ, old, new))
    return bool(old != new)


def _report(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    return document


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    making = verbs.add_parser("make")
    making.add_argument("out", type=Path)
    making.add_argument("--ssr-compile", default="ssr-compile", help="of the release to try")
    comparing = verbs.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    given = parser.parse_args()
    if given.verb == "make":
        make(given.out, given.ssr_compile)
        return
    found = list(differences(given.before, given.after))
    print("\n".join(found) or "every file is the same")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
