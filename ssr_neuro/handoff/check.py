"""Recompute this folder's golden vectors from its integers. Needs Python >= 3.10 and NumPy only.

    python check.py [FOLDER]

It checks the SHA-256 of every file, runs every population for every sample and step by the law
below, and compares all spikes, all readouts and the top-10 lists. It says PASS and ends with 0,
or says what is wrong, at the first difference, and ends with 1.

The law of one neuron, all integers, u = v = 0 before the first step of a sample:

    a = sum over all synapses into it of (weight x spike) 2^exponent        (weight units)
    u = decay(u, 4096 - (du + 1)) + 64 a    (32 bits, then wraps once past 2^23)
    v = decay(v, 4096 - dv) + u + bias_mant 2^bias_exp     (clipped to +-(2^23 - 1))
    it fires if v > 64 vth, and then v = 0; u is kept

with decay(x, keep) = keep/4096 of x, truncated towards zero. A readout is a plus its bias, or,
where it has a neuron, v. A source with a lag of k is heard k steps of the sample after it fired.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any, NoReturn
from zipfile import BadZipFile

import numpy as np

Arrays = dict[str, Any]
PARTS = {"inputs": "inputs", "spikes": "populations", "readouts": "readouts"}
NEEDED = {"program.json", "weights.npz", *(f"golden/{part}.npz" for part in PARTS)}


def decay(x: Any, keep: Any) -> Any:
    return np.sign(x) * ((np.abs(x) * keep) >> 12)


def advance(law: Arrays, u: Any, v: Any, a: Any) -> tuple[Any, Any, Any]:
    """One step of one population -> u, v before a spike clears it, spikes."""
    u = decay(u, 4096 - (law["du"] + 1)) + (a << 6)
    u = (u + (1 << 31)) % (1 << 32) - (1 << 31)
    u = np.where(u > 1 << 23, u - (1 << 24), u)
    u = np.where(u <= -(1 << 23), u + (1 << 24), u)
    v = np.clip(decay(v, 4096 - law["dv"]) + u + law["bias"], 1 - (1 << 23), (1 << 23) - 1)
    return u, v, v > law["vth"] << 6


def law_of(neuron: Arrays, weights: Arrays) -> Arrays:
    """du, dv, vth and bias, each a number or one per neuron; a text names an array."""
    law = {key: weights[x] if isinstance(x, str) else x for key, x in neuron.items()}
    mantissa, exponent = law["bias_mant"], law["bias_exp"]
    return law | {"bias": mantissa << exponent if exponent >= 0 else mantissa >> -exponent}


def weighted(spec: Arrays, weights: Arrays, x: Any) -> Any:
    """x: (samples, *shape of the source) -> weighted sums, (samples, *shape of the target)."""
    if spec["kind"] == "kron":  # left over positions, right over features
        return weights[spec["left"]] @ x @ weights[spec["right"]].T
    flat = x.reshape(len(x), -1)
    if spec["kind"] == "dense":
        sums = flat @ weights[spec["weight"]].T
    else:  # CSR: the entries of target neuron i are those from indptr[i] up to indptr[i + 1]
        data, indices, indptr = (weights[spec[part]] for part in ("data", "indices", "indptr"))
        running = [np.cumsum(np.append(0, data * row[indices])) for row in flat]
        sums = np.stack([total[indptr[1:]] - total[indptr[:-1]] for total in running])
    return sums.reshape(len(x), *spec["out_shape"])


def arriving(program: Arrays, weights: Arrays, sent: Arrays, target: str, t: int) -> Any:
    """What reaches a node in step t, in weight units; spikes of several sources add up."""
    total = np.zeros_like(sent[target][:, t])
    for synapse in program["synapses"]:
        heard = [sent[s["name"]][:, t - s["lag"]] for s in synapse["sources"] if s["lag"] <= t]
        if synapse["target"] == target and heard:
            a = weighted(synapse["map"], weights, np.sum(heard, axis=0))
            total = total + (a << synapse["exponent"])
    return total


def run(program: Arrays, weights: Arrays, golden: Arrays) -> Arrays:
    """What every node sends, (samples, steps + gap, *shape), by depth; every sample from rest.

    On the chip samples follow each other, and a lag may reach back into the one before. There it
    hears the gap, in which nobody who is read late fires: `compare` looks. So a sample alone
    sends the same as one among others, and time can be counted from its own first step.
    """
    nodes, steps = in_order(program), program["steps"]
    size = (len(golden[nodes[0]["name"]]), steps + program["gap"])
    sent = {node["name"]: np.zeros((*size, *node["shape"]), np.int64) for node in nodes}
    for node in program["inputs"]:
        sent[node["name"]][:, :steps] = golden[node["name"]]
    laws = {n["name"]: law_of(n["neuron"], weights) for n in nodes if n.get("neuron")}
    state = {name: (np.zeros_like(sent[name][:, 0]),) * 2 for name in laws}
    for t in range(size[1]):
        for node in nodes[len(program["inputs"]) :]:
            name, a = node["name"], arriving(program, weights, sent, node["name"], t)
            if name in laws:
                u, v, fired = advance(laws[name], *state[name], a)
                state[name] = u, np.where(fired, 0, v)
                sent[name][:, t] = v if node in program["readouts"] else fired
            else:
                sent[name][:, t] = a + weights[node["bias"]]
    return sent


def in_order(program: Arrays) -> list[Arrays]:
    """Inputs, then the others by depth: who is read without a lag is less deep than the reader."""
    nodes = [*program["inputs"], *program["populations"], *program["readouts"]]
    depth = {node["name"]: node.get("depth", 0) for node in nodes}
    for synapse in program["synapses"]:
        for source in synapse["sources"]:
            wait, lag = depth[synapse["target"]] - depth[source["name"]], source["lag"]
            if not (source["delay"] == wait + lag >= 1 and 0 <= lag <= program["gap"]):
                fail(f"synapse {synapse['name']!r}: depths and gap do not allow {source}")
    return sorted(nodes, key=lambda node: int(depth[node["name"]]))


def compare(program: Arrays, sent: Arrays, golden: Arrays) -> None:
    """Fails at the earliest step that differs, in the node nearest to the inputs."""
    steps, found = program["steps"], []
    for order, name in enumerate(sent):
        ours, theirs = sent[name][:, :steps], golden[name]
        if ours.shape != theirs.shape:
            fail(f"{name!r} has the shape {ours.shape}, golden {theirs.shape}")
        if (places := np.argwhere(ours != theirs)).size:
            at = tuple(places[places[:, 1].argmin()])
            found.append((at[1], order, name, at, f"computed {ours[at]}, golden {theirs[at]}"))
    for _, _, name, at, values in sorted(found)[:1]:  # all it was computed from is as golden
        fail(f"{place(name, at)}: {values}")
    late = {s["name"] for y in program["synapses"] for s in y["sources"] if s["lag"]}
    for name in filter(late.__contains__, sent):
        for at in np.argwhere(sent[name][:, steps:])[:1]:
            fail(f"{place(name, at)} of the gap: fires, and the next sample would hear it")


def place(name: str, at: Any) -> str:
    sample, step, *neuron = (int(i) for i in at)
    return f"{name!r}, neuron {tuple(neuron)}, sample {sample}, step {step + 1}"


def fail(message: str) -> NoReturn:
    print(f"FAIL  {message}")
    sys.exit(1)


def read(path: Path) -> Arrays:
    """The arrays of a file, whole numbers as int64 (a factor of zeros and ones may be a float)."""
    with np.load(path, allow_pickle=False) as file:
        numbers = {key: x for key, x in file.items() if x.dtype.kind in "iuf"}
    return {k: x.astype(np.int64) if (x == np.rint(x)).all() else x for k, x in numbers.items()}


def check_hashes(folder: Path) -> set[str]:
    files = dict(json.loads((folder / "MANIFEST.json").read_text())["files"])
    for name in sorted(NEEDED | set(files)):
        if not (folder / name).is_file():
            fail(f"{name} is missing")
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != files.get(name):
            fail(f"{name} is not the file that was made: its SHA-256 differs")
    print(f"{len(files)} files have the SHA-256 of the manifest")
    return set(files)


def top10(folder: Path, readouts: Any) -> Any:
    """Rows of items.npz with the ten best scores: sum over steps of code . readout, plus bias."""
    items = read(folder / "items.npz")
    count, steps, features = (int(n) for n in items["shape"])
    codes = np.unpackbits(items["codes"].astype(np.uint8), axis=1)[:, : steps * features]
    scores = readouts.reshape(len(readouts), -1) @ codes.T + items["bias"]
    return np.argsort(-scores, axis=1, kind="stable")[:, : min(10, count)]


def main(folder: Path) -> None:
    files = check_hashes(folder)
    program = json.loads((folder / "program.json").read_text())
    if (program["format"], program["version"]) != ("ssr-neuro-program", 2):
        fail(f"program.json is {program['format']} {program['version']}; this script knows 2")
    golden: Arrays = {}
    for part, kind in PARTS.items():
        golden |= (arrays := read(folder / "golden" / f"{part}.npz"))
        if {k for k, x in arrays.items() if len(x)} != {node["name"] for node in program[kind]}:
            fail(f"golden/{part}.npz holds {sorted(arrays)}; it needs samples of the {kind}")
    sent = run(program, read(folder / "weights.npz"), golden)
    compare(program, sent, golden)
    sizes = [golden[n["name"]].size for n in [*program["populations"], *program["readouts"]]]
    print(f"{sum(sizes):,} values of {len(sizes)} populations and readouts are the golden ones")
    if "golden/top10.npy" in files:
        ours = top10(folder, golden[program["readouts"][0]["name"]])
        if not np.array_equal(ours, np.load(folder / "golden" / "top10.npy")):
            fail("golden/top10.npy does not hold the ten best items of the readouts")
        print(f"{len(ours)} top-10 lists are the golden ones")
    print("PASS")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
    except (OSError, EOFError, LookupError, TypeError, ValueError, BadZipFile) as error:
        fail(f"files are missing or do not fit each other: {type(error).__name__}: {error}")
