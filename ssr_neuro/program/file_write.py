"""A Program, at any stage, into two files that NumPy alone can read."""

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.files import npz
from ssr_neuro.program.file_arrays import Store
from ssr_neuro.program.file_schema import (
    DOCUMENT,
    FORMAT,
    VERSION,
    WEIGHTS,
    FloatNeuron,
    IntegerNeuron,
)
from ssr_neuro.program.ir import (
    Affine,
    IntegerLif,
    IntegerProgram,
    Lif,
    Population,
    Program,
    Readout,
    Synapse,
)
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap, Sparse
from ssr_neuro.program.samples_apart import check_apart

SIDES = ("left", "right")
OPTIONAL = {"level": 1, "levels": 1}  # of a neuron; left out where they say nothing
CSR = ("data", "indices", "indptr")


def save(program: Program, folder: str | os.PathLike[str]) -> None:
    """Write `program.json` and `weights.npz` into `folder` (made if missing).

    Integer neurons and readouts hold whole numbers only; BadInput names an array that does not, and
    a population that would let one sample reach into the next.
    """
    if isinstance(program, IntegerProgram):
        check_apart(program)
    store = Store()
    text = json.dumps(_document(program, store), indent=1) + "\n"
    to = Path(folder)
    to.mkdir(parents=True, exist_ok=True)
    npz.write(to / WEIGHTS, store.arrays)
    (to / DOCUMENT).write_text(text)


def fingerprint(program: Program) -> str:
    """SHA-256 over names, numbers and arrays, however a release of zlib compresses them."""
    store = Store()
    digest = sha256(json.dumps(_document(program, store)).encode())
    for key, array in store.arrays.items():
        little = array.astype(array.dtype.newbyteorder("<"))
        digest.update(json.dumps([key, little.dtype.str, little.shape]).encode())
        digest.update(little.tobytes())
    return digest.hexdigest()


def _document(program: Program, store: Store) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": program.name,
        "steps": program.steps,
        "gap": program.gap,
        "depth": program.depth,
        "semantics": program.semantics.as_json(),
        "inputs": [{"name": i.name, "shape": list(i.shape)} for i in program.inputs],
        "populations": [_population(p, store) for p in program.populations],
        "synapses": [_synapse(s, store) for s in program.synapses],
        "readouts": [_readout(r, store) for r in program.readouts],
        "notes": program.notes.as_json(),
    }


def _population(population: Population, store: Store) -> dict[str, Any]:
    return {
        "name": population.name,
        "shape": list(population.shape),
        "depth": population.depth,
        "neuron": _neuron(population.name, population.neuron, store),
    }


def _readout(readout: Readout, store: Store) -> dict[str, Any]:
    key = f"{readout.name}.bias"
    is_float = readout.unit is None
    return {
        "name": readout.name,
        "shape": list(readout.shape),
        "depth": readout.depth,
        "unit": _value(f"{readout.name}.unit", readout.unit, store),
        "bias": store.keep(key, readout.bias if is_float else _whole(key, readout.bias)),
        "neuron": readout.neuron and _neuron(readout.name, readout.neuron, store),
    }


def _neuron(name: str, neuron: Lif | IntegerLif, store: Store) -> dict[str, Any]:
    whole = isinstance(neuron, IntegerLif)
    values = {}
    for field in (IntegerNeuron if whole else FloatNeuron).model_fields:
        key, value = f"{name}.{field}", getattr(neuron, field)
        if whole and isinstance(value, np.ndarray):
            value = _whole(key, value)
        if field in OPTIONAL and value == OPTIONAL[field]:
            continue
        values[field] = _value(key, value, store)
    return values


def _value(key: str, value: Any, store: Store) -> Any:
    """A number, a truth value or None as it is; an array by its key."""
    if isinstance(value, np.ndarray):
        return store.keep(key, value)
    return value.item() if isinstance(value, np.generic) else value


def _synapse(synapse: Synapse, store: Store) -> dict[str, Any]:
    sources = [{"name": s.name, "delay": s.delay, "lag": s.lag} for s in synapse.sources]
    return {
        "name": synapse.name,
        "sources": sources,
        "target": synapse.target,
        "exponent": synapse.exponent,
        **_chain(synapse, store),
    }


def _chain(synapse: Synapse, store: Store) -> dict[str, Any]:
    """`map` alone where it is one of whole numbers without bias, `chain` otherwise."""
    if len(synapse.chain) == 1 and _is_integer(synapse.chain[0]):
        return {"map": _map(synapse.name, synapse.map, store)}
    chain = enumerate(synapse.chain)
    return {"chain": [_affine(f"{synapse.name}.{i}", affine, store) for i, affine in chain]}


def _is_integer(affine: Affine) -> bool:
    return affine.map.weights.dtype.kind in "iu" and not affine.bias.any()


def _affine(name: str, affine: Affine, store: Store) -> dict[str, Any]:
    return {"map": _map(name, affine.map, store), "bias": store.keep(f"{name}.bias", affine.bias)}


def _map(name: str, linear: LinearMap, store: Store) -> dict[str, Any]:
    if isinstance(linear, Kron):
        sides = {side: store.keep(f"{name}.{side}", getattr(linear, side)) for side in SIDES}
        return {"kind": "kron", "carrier": linear.carrier, **sides}
    shapes = {"in_shape": list(linear.in_shape), "out_shape": list(linear.out_shape)}
    if isinstance(linear, Dense):
        return {"kind": "dense", "weight": store.keep(f"{name}.weight", linear.weight), **shapes}
    if isinstance(linear, Sparse):
        parts = {p: store.keep(f"{name}.{p}", getattr(linear.matrix, p)) for p in CSR}
        return {"kind": "sparse", **parts, **shapes}
    raise TypeError(f"no file form for a map of type {type(linear).__name__}")


def _whole(key: str, value: Array) -> Array:
    whole = value.astype(np.int64)
    if not np.array_equal(whole, value):
        raise BadInput(f"{key} holds fractions; quantise the program before saving it")
    return whole
