"""Reads `program.json` and `weights.npz` with NumPy and SciPy alone."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp

WEIGHT_LIMIT = 127  # 2 * w is stored; Lava keeps 8 bits and a sign
BIAS_LIMIT = 1 << 15  # Lava keeps bias_mant in int16


class Refused(Exception):
    """The program cannot be run exactly on Lava; the message says why."""


class Population(NamedTuple):
    """Integer neurons of one kind; bias_mant is flat, int64."""

    name: str
    size: int
    depth: int
    du: int
    dv: int
    vth: int
    bias_exp: int
    bias_mant: Any


class Synapse(NamedTuple):
    """sources: (name, delay in steps >= 1). matrix: CSR (out, in), int64."""

    name: str
    sources: list[tuple[str, int]]
    target: str
    matrix: Any


class Readout(NamedTuple):
    """A weighted sum that is recorded; its bias is added by the caller."""

    name: str
    size: int
    depth: int


class Program(NamedTuple):
    """What the worker needs of a Program, matrices expanded. inputs: name -> size."""

    steps: int
    depth: int
    inputs: dict[str, int]
    populations: list[Population]
    synapses: list[Synapse]
    readouts: list[Readout]


def load(folder: Path) -> Program:
    """Read the two files in `folder`. Raises Refused where Lava would round or wrap silently."""
    document = json.loads((folder / "program.json").read_text())
    with np.load(folder / "weights.npz", allow_pickle=False) as stored:
        arrays = {key: stored[key].astype(np.int64) for key in stored.files}
    return Program(
        document["steps"],
        document["depth"],
        {i["name"]: _size(i) for i in document["inputs"]},
        [_population(p, arrays) for p in document["populations"]],
        [_synapse(s, arrays) for s in document["synapses"]],
        [Readout(r["name"], _size(r), r["depth"]) for r in document["readouts"]],
    )


def _size(node: dict[str, Any]) -> int:
    return int(np.prod(node["shape"], dtype=np.int64))


def _population(spec: dict[str, Any], arrays: dict[str, Any]) -> Population:
    bias = arrays[spec["bias_mant"]].reshape(-1)
    if bias.min(initial=0) < -BIAS_LIMIT or bias.max(initial=0) >= BIAS_LIMIT:
        raise Refused(
            f"population {spec['name']!r} has a bias_mant outside [-32768, 32767], which Lava "
            "would wrap into 16 bits; raise bias_exp"
        )
    return Population(
        spec["name"],
        _size(spec),
        spec["depth"],
        spec["du"],
        spec["dv"],
        spec["vth"],
        spec["bias_exp"],
        bias,
    )


def _synapse(spec: dict[str, Any], arrays: dict[str, Any]) -> Synapse:
    matrix = _expanded(spec["map"], arrays)
    largest = int(abs(matrix.data).max(initial=0))
    if largest > WEIGHT_LIMIT:
        raise Refused(
            f"synapse {spec['name']!r} has a weight of magnitude {largest}; Lava keeps at most "
            f"{WEIGHT_LIMIT} exactly: quantise to 8 bits"
        )
    sources = [(s["name"], s["delay"]) for s in spec["sources"]]
    return Synapse(spec["name"], sources, spec["target"], matrix)


def _expanded(spec: dict[str, Any], arrays: dict[str, Any]) -> Any:
    if spec["kind"] == "kron":
        factors = (sp.csr_matrix(arrays[spec[side]]) for side in ("left", "right"))
        return sp.csr_matrix(sp.kron(*factors, format="csr"))
    return sp.csr_matrix(arrays[spec["weight"]])
