"""Recompute this folder's golden vectors from its integers. Needs Python >= 3.10 and NumPy only.

    python check.py [FOLDER]

It checks the SHA-256 of every file, then runs every population for every sample and step by the
law below, and compares all spikes, all readouts and the top-10 lists. It says PASS and ends with
0, or names the first difference and ends with 1.

The law of one neuron, all integers, u = v = 0 before the first step of a sample:

    a = sum of weight x spike over all synapses into it          (weight units)
    u = decay(u, 4096 - (du + 1)) + 64 a                         (wraps once past 2^23)
    v = decay(v, 4096 - dv) + u + bias_mant 2^bias_exp           (clipped to +-(2^23 - 1))
    it fires if v > 64 vth, and then v = 0; u is kept

with decay(x, keep) = keep/4096 of x, truncated towards zero. On the chip every synapse costs one
step and a source of delay k is read k steps late; spikes here are aligned with the inputs, so
every population sees the same sample at the same row.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

Arrays = dict[str, Any]


def decay(x: Any, keep: int) -> Any:
    return np.sign(x) * ((np.abs(x) * keep) >> 12)


def fire(spec: dict[str, Any], a: Any, bias_mant: Any) -> Any:
    """a: (samples, steps, *shape) in weight units -> spikes of the same shape."""
    exponent = spec["bias_exp"]
    bias = bias_mant << exponent if exponent >= 0 else bias_mant >> -exponent
    u, v = np.zeros_like(a[:, 0]), np.zeros_like(a[:, 0])
    spikes = np.zeros_like(a)
    for step in range(a.shape[1]):
        u = decay(u, 4096 - (spec["du"] + 1)) + (a[:, step] << 6)
        u = np.where(u > 1 << 23, u - (1 << 24), u)
        u = np.where(u <= -(1 << 23), u + (1 << 24), u)
        v = np.clip(decay(v, 4096 - spec["dv"]) + u + bias, 1 - (1 << 23), (1 << 23) - 1)
        spikes[:, step] = v > spec["vth"] << 6
        v = np.where(spikes[:, step] == 1, 0, v)
    return spikes


def weighted(spec: dict[str, Any], weights: Arrays, x: Any) -> Any:
    """x: (samples, steps, *shape of the source) -> weighted sums, same leading axes."""
    if spec["kind"] == "kron":  # left over positions, right over features
        return weights[spec["left"]] @ x @ weights[spec["right"]].T
    flat = x.reshape(*x.shape[:2], -1) @ weights[spec["weight"]].T
    return flat.reshape(*x.shape[:2], *spec["out_shape"])


def arriving(program: dict[str, Any], weights: Arrays, sent: Arrays, target: str) -> Any:
    """The weighted sums into one node; spikes of several sources of a synapse add up."""
    total = 0
    for synapse in program["synapses"]:
        if synapse["target"] == target:
            x = sum(sent[source["name"]] for source in synapse["sources"])
            total = total + weighted(synapse["map"], weights, x)
    return total


def read(path: Path) -> Arrays:
    """Integers as int64, text as it is."""
    with np.load(path, allow_pickle=False) as stored:
        return {k: x if x.dtype.kind == "U" else x.astype(np.int64) for k, x in stored.items()}


def fail(message: str) -> None:
    print(f"FAIL  {message}")
    sys.exit(1)


def same(what: str, ours: Any, golden: Any, second: str = "step") -> int:
    """Number of values compared; ends the program at the first that differs."""
    if ours.shape != golden.shape:
        fail(f"{what}: computed shape {ours.shape}, golden {golden.shape}")
    if (places := np.argwhere(ours != golden)).size:
        at = tuple(int(i) for i in places[0])
        fail(
            f"{what}: {len(places)} of {ours.size} values differ, first at sample {at[0]}, "
            f"{second} {at[1] + 1}, neuron {at[2:]}: computed {ours[at]}, golden {golden[at]}"
        )
    return int(ours.size)


def check_hashes(folder: Path) -> int:
    files = json.loads((folder / "MANIFEST.json").read_text())["files"]
    for name, expected in files.items():
        path = folder / name
        if not path.is_file():
            fail(f"{name} is missing")
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            fail(f"{name} is not the file that was made: its SHA-256 differs")
    return len(files)


def top10(folder: Path, readouts: Any) -> Any:
    """Rows of items.npz with the ten best scores: sum over steps of code . readout, plus bias."""
    items = read(folder / "items.npz")
    count, steps, features = (int(n) for n in items["shape"])
    packed = items["codes"].astype(np.uint8)
    codes = np.unpackbits(packed, axis=1)[:, : steps * features].astype(np.int64)
    scores = readouts.reshape(len(readouts), -1) @ codes.T + items["bias"]
    return np.argsort(-scores, axis=1, kind="stable")[:, : min(10, count)]


def main(folder: Path) -> None:
    print(f"{check_hashes(folder)} files have the SHA-256 of the manifest")
    program = json.loads((folder / "program.json").read_text())
    weights, golden = read(folder / "weights.npz"), folder / "golden"
    sent, spikes = read(golden / "inputs.npz"), read(golden / "spikes.npz")
    compared = 0
    for spec in program["populations"]:
        a = arriving(program, weights, sent, spec["name"])
        sent[spec["name"]] = fire(spec, a, weights[spec["bias_mant"]])
        compared += same(f"population {spec['name']!r}", sent[spec["name"]], spikes[spec["name"]])
    print(f"{compared:,} spikes of {len(program['populations'])} populations are the golden ones")
    for spec in program["readouts"]:
        ours = arriving(program, weights, sent, spec["name"]) + weights[spec["bias"]]
        size = same(f"readout {spec['name']!r}", ours, read(golden / "readouts.npz")[spec["name"]])
        same("top 10", top10(folder, ours), np.load(golden / "top10.npy"), "rank")
        print(f"{size:,} values of readout {spec['name']!r} and their top-10 lists are, too")
    print("PASS")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
