"""A lowered Program as two files that NumPy alone can read: `program.json` and `weights.npz`."""

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.ir import (
    Affine,
    Input,
    IntegerLif,
    Population,
    Program,
    Readout,
    Source,
    Synapse,
    zeros,
)
from ssr_neuro.maps import Array, Dense, Kron, LinearMap, Shape

FORMAT = "ssr-neuro-program"
VERSION = 1
INTEGERS = (np.int8, np.int16, np.int32, np.int64)


def save(program: Program, folder: Path) -> None:
    """Write `program.json` and `weights.npz` into `folder` (made if missing).

    Raises BadInput if the program is not lowered: floats and unknown delays have no file form.
    """
    arrays: dict[str, Array] = {}
    document = {
        "format": FORMAT,
        "version": VERSION,
        "name": program.name,
        "steps": program.steps,
        "depth": program.depth,
        "inputs": [{"name": i.name, "shape": list(i.shape)} for i in program.inputs],
        "populations": [_population(p, arrays) for p in program.populations],
        "synapses": [_synapse(s, arrays) for s in program.synapses],
        "readouts": [_readout(r, arrays) for r in program.readouts],
        "notes": program.notes,
    }
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "weights.npz", **arrays)  # type: ignore[arg-type]
    (folder / "program.json").write_text(json.dumps(document, indent=1) + "\n")


def load(folder: Path) -> Program:
    """Read what `save` wrote. Raises BadInput on a missing, damaged or foreign file."""
    try:
        document = json.loads((folder / "program.json").read_text())
        with np.load(folder / "weights.npz", allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
    except (OSError, EOFError, ValueError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise BadInput(
            f"{folder}: cannot read program.json and weights.npz ({error}); "
            "name a folder made by ssr-compile"
        ) from error
    if not isinstance(document, dict):
        raise BadInput(
            f"{folder / 'program.json'}: holds a {type(document).__name__}, not a program; name a "
            "folder made by ssr-compile"
        )
    if document.get("format") != FORMAT or document.get("version") != VERSION:
        raise BadInput(
            f"{folder / 'program.json'}: format {document.get('format')!r} version "
            f"{document.get('version')!r}; this release reads {FORMAT!r} version {VERSION}"
        )
    try:
        return _program(document, arrays)
    except KeyError as error:
        raise BadInput(
            f"{folder / 'program.json'}: {error} is missing; compile the model again"
        ) from error
    except (TypeError, AttributeError, ValueError) as error:
        raise BadInput(
            f"{folder / 'program.json'}: a value has the wrong type ({error}); compile the model "
            "again"
        ) from error


def _text(value: object) -> str:
    """JSON has no schema: a value of another type is named here, not where it is used."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _shape(value: object) -> Shape:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list of sizes")
    return tuple(_number(size) for size in value)


def _unit(value: object) -> float | None:
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    raise TypeError(f"unit {value!r} is not a number")


def _population(population: Population, arrays: dict[str, Array]) -> dict[str, Any]:
    neuron = population.integer
    return {
        "name": population.name,
        "shape": list(population.shape),
        "depth": population.depth,
        "du": neuron.du,
        "dv": neuron.dv,
        "vth": neuron.vth,
        "bias_exp": neuron.bias_exp,
        "bias_mant": _store(arrays, f"{population.name}.bias_mant", neuron.bias_mant),
    }


def _synapse(synapse: Synapse, arrays: dict[str, Array]) -> dict[str, Any]:
    return {
        "name": synapse.name,
        "sources": [{"name": s.name, "delay": s.delay} for s in synapse.sources],
        "target": synapse.target,
        "map": _map(synapse.name, synapse.map, arrays),
    }


def _map(name: str, linear: LinearMap, arrays: dict[str, Array]) -> dict[str, Any]:
    if isinstance(linear, Kron):
        return {
            "kind": "kron",
            "carrier": linear.carrier,
            "left": _store(arrays, f"{name}.left", linear.left),
            "right": _store(arrays, f"{name}.right", linear.right),
        }
    if isinstance(linear, Dense):
        return {
            "kind": "dense",
            "weight": _store(arrays, f"{name}.weight", linear.weight),
            "in_shape": list(linear.in_shape),
            "out_shape": list(linear.out_shape),
        }
    raise TypeError(f"no file form for a map of type {type(linear).__name__}")


def _readout(readout: Readout, arrays: dict[str, Array]) -> dict[str, Any]:
    return {
        "name": readout.name,
        "shape": list(readout.shape),
        "depth": readout.depth,
        "unit": readout.unit,
        "bias": _store(arrays, f"{readout.name}.bias", readout.bias),
    }


def _store(arrays: dict[str, Array], key: str, value: Array) -> str:
    """Keep an array in the smallest integer type that holds it; returns its key."""
    whole = value.astype(np.int64)
    if not np.array_equal(whole, value):
        raise BadInput(f"{key} holds fractions; quantise the program before saving it")
    arrays[key] = next(whole.astype(t) for t in INTEGERS if (whole.astype(t) == whole).all())
    return key


def _program(document: dict[str, Any], arrays: dict[str, Array]) -> Program:
    def whole(key: str) -> Array:
        return arrays[key].astype(np.int64)

    def linear(spec: dict[str, Any]) -> LinearMap:
        if spec["kind"] == "kron":
            return Kron(whole(spec["left"]), whole(spec["right"]), spec["carrier"])
        return Dense(whole(spec["weight"]), _shape(spec["in_shape"]), _shape(spec["out_shape"]))

    def neuron(spec: dict[str, Any]) -> IntegerLif:
        return IntegerLif(
            _number(spec["dv"]),
            _number(spec["vth"]),
            whole(spec["bias_mant"]),
            _number(spec["bias_exp"]),
            _number(spec["du"]),
        )

    return Program(
        name=_text(document["name"]),
        steps=_number(document["steps"]),
        inputs=tuple(Input(_text(i["name"]), _shape(i["shape"])) for i in document["inputs"]),
        populations=tuple(
            Population(_text(p["name"]), _shape(p["shape"]), neuron(p), _number(p["depth"]))
            for p in document["populations"]
        ),
        synapses=tuple(
            Synapse(
                _text(s["name"]),
                tuple(Source(_text(x["name"]), _number(x["delay"])) for x in s["sources"]),
                _text(s["target"]),
                (Affine(linear(s["map"]), zeros((1,))),),
            )
            for s in document["synapses"]
        ),
        readouts=tuple(
            Readout(
                _text(r["name"]),
                _shape(r["shape"]),
                whole(r["bias"]),
                _number(r["depth"]),
                _unit(r["unit"]),
            )
            for r in document["readouts"]
        ),
        notes=dict(document["notes"]),
    )
