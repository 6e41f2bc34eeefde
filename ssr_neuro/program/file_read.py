"""A Program back from its two files; every value is checked before it is used."""

import math
import os
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate, json_document, npz
from ssr_neuro.files.limits import DOCUMENT_BYTES
from ssr_neuro.program.file_arrays import Arrays
from ssr_neuro.program.file_problems import describe
from ssr_neuro.program.file_schema import (
    DOCUMENT,
    FORMAT,
    VERSION,
    WEIGHTS,
    AffinePart,
    DensePart,
    Document,
    FloatNeuron,
    IntegerNeuron,
    KronPart,
    Map,
    PopulationPart,
    ReadoutPart,
    SparsePart,
    SynapsePart,
)
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    IntegerLif,
    IntegerProgram,
    Lif,
    Population,
    Program,
    Readout,
    Source,
    Synapse,
    zeros,
)
from ssr_neuro.program.linear_maps import Dense, Kron, LinearMap, Shape, Sparse
from ssr_neuro.program.samples_apart import check_apart
from ssr_neuro.program.verify import verify

AGAIN, MADE = "compile the model again", "name a folder made by ssr-compile"


def load(folder: str | os.PathLike[str]) -> Program:
    """Read what `save` wrote. Raises BadInput on a missing, damaged or foreign file."""
    file = Path(folder) / DOCUMENT
    document = _document(file, gate.read_bytes(file, DOCUMENT_BYTES, "JSON", MADE))
    stored = npz.read(Path(folder) / WEIGHTS, MADE)
    try:
        arrays = Arrays(stored)
        program = _program(document, arrays)
        arrays.demand_all_read()
        verify(program)
        if document.depth != program.depth:
            raise BadInput(f"depth is {document.depth}; its deepest node is at {program.depth}")
        if isinstance(program, IntegerProgram):
            check_apart(program)
    except BadInput as error:
        raise BadInput(f"{file}: {error}; {AGAIN}") from error
    return program


def _document(file: Path, content: bytes) -> Document:
    found = json_document.parse(content, file, MADE)
    if not isinstance(found, dict):
        raise BadInput(f"{file}: holds a {type(found).__name__}, not a program; {MADE}")
    if (found.get("format"), found.get("version")) != (FORMAT, VERSION):
        raise BadInput(
            f"{file}: format {found.get('format')!r} version {found.get('version')!r}; "
            f"this release reads {FORMAT!r} version {VERSION}: {AGAIN}"
        )
    try:
        return Document.model_validate_json(content)
    except ValidationError as error:
        raise BadInput(f"{file}: {describe(error)}; {AGAIN}") from error


def _program(document: Document, arrays: Arrays) -> Program:
    """A FloatProgram where the file holds a float neuron, or readouts without a unit."""
    neurons = [part.neuron for part in document.populations]
    neurons += [part.neuron for part in document.readouts if part.neuron is not None]
    units = [part.unit for part in document.readouts if part.neuron is None]
    kind: type[Program] = IntegerProgram
    if None in units or any(isinstance(neuron, FloatNeuron) for neuron in neurons):
        kind = FloatProgram
    return kind(
        name=document.name,
        steps=document.steps,
        inputs=tuple(Input(part.name, part.shape) for part in document.inputs),
        populations=tuple(_population(part, arrays) for part in document.populations),
        synapses=tuple(_synapse(part, arrays) for part in document.synapses),
        readouts=tuple(_readout(part, arrays) for part in document.readouts),
        gap=document.gap,
        semantics=document.semantics,
        notes=document.notes,
    )


def _population(part: PopulationPart, arrays: Arrays) -> Population:
    return Population(part.name, part.shape, _neuron(part.neuron, part.shape, arrays), part.depth)


def _readout(part: ReadoutPart, arrays: Arrays) -> Readout:
    unit = arrays.spread(part.unit, part.shape) if isinstance(part.unit, str) else part.unit
    neuron = None if part.neuron is None else _neuron(part.neuron, part.shape, arrays)
    bias = arrays.spread(part.bias, part.shape)
    return Readout(part.name, part.shape, bias, part.depth, unit, neuron)


def _neuron(part: IntegerNeuron | FloatNeuron, shape: Shape, arrays: Arrays) -> Lif | IntegerLif:
    def each(value: int | float | str) -> Any:
        """One number, or an array of the node's shape."""
        return arrays.shaped(value, shape) if isinstance(value, str) else value

    if isinstance(part, IntegerNeuron):
        return IntegerLif(
            each(part.dv), each(part.vth), each(part.bias_mant), part.bias_exp, each(part.du)
        )
    current_bias = None if part.current_bias is None else each(part.current_bias)
    return Lif(
        each(part.tau_steps),
        each(part.threshold),
        each(part.bias),
        part.leak,
        each(part.tau_syn_steps),
        current_bias,
    )


def _synapse(part: SynapsePart, arrays: Arrays) -> Synapse:
    sources = tuple(Source(source.name, source.delay, source.lag) for source in part.sources)
    return Synapse(part.name, sources, part.target, _chain(part, arrays), part.exponent)


def _chain(part: SynapsePart, arrays: Arrays) -> tuple[Affine, ...]:
    if part.map is not None:
        return (Affine(_map(part.map, arrays), zeros((1,))),)
    return tuple(_affine(affine, arrays) for affine in part.chain or ())


def _affine(part: AffinePart, arrays: Arrays) -> Affine:
    linear = _map(part.map, arrays)
    return Affine(linear, arrays.spread(part.bias, linear.out_shape))


def _map(part: Map, arrays: Arrays) -> LinearMap:
    match part:
        case KronPart():
            return Kron(arrays.matrix(part.left), arrays.matrix(part.right), part.carrier)
        case DensePart():
            return Dense(arrays.matrix(part.weight), part.in_shape, part.out_shape)
        case SparsePart():
            return Sparse(_csr(part, arrays), part.in_shape, part.out_shape)


def _csr(part: SparsePart, arrays: Arrays) -> Any:
    """scipy checks that indices and pointers fit each other and the shape, if there is an entry."""
    import scipy.sparse as sp

    data, indices, indptr = (arrays.of(key) for key in (part.data, part.indices, part.indptr))
    if indices.dtype.kind != "i" or indptr.dtype.kind != "i":
        raise BadInput("indices and indptr of a sparse map must be whole numbers")
    size = (math.prod(part.out_shape), math.prod(part.in_shape))
    try:
        matrix = sp.csr_array((data, indices, indptr), shape=size)
        matrix.check_format(full_check=True)
    except (ValueError, OverflowError) as error:
        raise BadInput(f"the parts of a sparse map do not fit together ({error})") from error
    if (np.diff(matrix.indptr) < 0).any():
        raise BadInput("indptr of a sparse map goes down; each row ends where the next begins")
    if not matrix.sorted_indices().has_canonical_format:
        raise BadInput(
            "a sparse map has two weights between the same two neurons; write their sum as one, "
            "whose limit is that of a weight"
        )
    return matrix
