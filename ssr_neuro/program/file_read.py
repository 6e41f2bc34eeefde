"""A Program back from its two files; every value is checked before it is used."""

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.program.file_fields import DOCUMENT, FORMAT, VERSION, WEIGHTS
from ssr_neuro.program.file_read_maps import linear
from ssr_neuro.program.file_values import Arrays, numbers, shape, text, truth, whole
from ssr_neuro.program.ir import (
    Affine,
    Input,
    IntegerLif,
    Lif,
    Population,
    Program,
    Readout,
    Source,
    Synapse,
    zeros,
)
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.semantics import Semantics


def load(folder: Path) -> Program:
    """Read what `save` wrote. Raises BadInput on a missing, damaged or foreign file."""
    try:
        document = json.loads((folder / DOCUMENT).read_text())
        with np.load(folder / WEIGHTS, allow_pickle=False) as stored:
            arrays = Arrays({key: stored[key] for key in stored.files})
    except (OSError, EOFError, ValueError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise BadInput(
            f"{folder}: cannot read {DOCUMENT} and {WEIGHTS} ({error}); "
            "name a folder made by ssr-compile"
        ) from error
    where = folder / DOCUMENT
    if not isinstance(document, dict):
        raise BadInput(
            f"{where}: holds a {type(document).__name__}, not a program; name a folder made by "
            "ssr-compile"
        )
    if document.get("format") != FORMAT or document.get("version") != VERSION:
        raise BadInput(
            f"{where}: format {document.get('format')!r} version {document.get('version')!r}; "
            f"this release reads {FORMAT!r} version {VERSION}: compile the model again"
        )
    try:
        return _program(document, arrays)
    except KeyError as error:
        raise BadInput(f"{where}: {error} is missing; compile the model again") from error
    except (TypeError, AttributeError, ValueError, BadInput) as error:
        raise BadInput(
            f"{where}: a value cannot be used ({error}); compile the model again"
        ) from error


def _program(document: dict[str, Any], arrays: Arrays) -> Program:
    return Program(
        name=text(document["name"]),
        steps=whole(document["steps"], least=1),
        inputs=tuple(Input(text(i["name"]), shape(i["shape"])) for i in document["inputs"]),
        populations=tuple(_population(p, arrays) for p in document["populations"]),
        synapses=tuple(_synapse(s, arrays) for s in document["synapses"]),
        readouts=tuple(_readout(r, arrays) for r in document["readouts"]),
        gap=whole(document["gap"], least=0),
        semantics=Semantics(**document["semantics"]),
        notes=dict(document["notes"]),
    )


def _population(spec: dict[str, Any], arrays: Arrays) -> Population:
    name, size = text(spec["name"]), shape(spec["shape"])
    return Population(name, size, _neuron(spec["neuron"], size, arrays), _maybe(spec["depth"], 0))


def _readout(spec: dict[str, Any], arrays: Arrays) -> Readout:
    size, neuron = shape(spec["shape"]), spec["neuron"]
    unit = None if spec["unit"] is None else numbers(spec["unit"], arrays)
    return Readout(
        text(spec["name"]),
        size,
        _fitting(arrays.of(spec["bias"]), size),
        _maybe(spec["depth"], 0),
        _fitting(unit, size) if isinstance(unit, np.ndarray) else unit,
        None if neuron is None else _neuron(neuron, size, arrays),
    )


def _maybe(value: object, least: int) -> int | None:
    return None if value is None else whole(value, least)


def _fitting(value: Array, size: tuple[int, ...]) -> Array:
    """An array that can be spread over `size`."""
    try:
        np.broadcast_to(value, size)
    except ValueError as error:
        raise ValueError(f"an array of {value.shape} does not fit a readout of {size}") from error
    return value


def _neuron(spec: dict[str, Any], size: tuple[int, ...], arrays: Arrays) -> Lif | IntegerLif:
    def each(field: str) -> Any:
        """One number, or an array of the population's shape."""
        found = numbers(spec[field], arrays)
        if isinstance(found, np.ndarray) and found.shape != size:
            raise ValueError(f"{field} has shape {found.shape}, the population {size}")
        return found

    def array(field: str) -> Array:
        found = each(field)
        if not isinstance(found, np.ndarray):
            raise TypeError(f"{field} {found!r} is not the name of an array")
        return found

    if "dv" in spec:
        return IntegerLif(
            each("dv"), each("vth"), array("bias_mant"), whole(spec["bias_exp"]), each("du")
        )
    return Lif(
        each("tau_steps"),
        each("threshold"),
        array("bias"),
        truth(spec["leak"]),
        each("tau_syn_steps"),
        None if spec["current_bias"] is None else array("current_bias"),
    )


def _synapse(spec: dict[str, Any], arrays: Arrays) -> Synapse:
    return Synapse(
        text(spec["name"]),
        tuple(_source(s) for s in spec["sources"]),
        text(spec["target"]),
        _chain(spec, arrays),
        whole(spec["exponent"], least=0),
    )


def _source(spec: dict[str, Any]) -> Source:
    return Source(text(spec["name"]), _maybe(spec["delay"], 1), whole(spec["lag"], least=0))


def _chain(spec: dict[str, Any], arrays: Arrays) -> tuple[Affine, ...]:
    if "map" in spec:
        return (Affine(linear(spec["map"], arrays), zeros((1,))),)
    return tuple(
        Affine(linear(affine["map"], arrays), arrays.of(affine["bias"])) for affine in spec["chain"]
    )
