"""Layers of a netx file to a Program of integers, with nothing rounded or scaled.

A layer becomes a population with the law of Lava's LIF: du = iDecay - 1, dv = vDecay, vth =
vThMant, a bias in weight units. Convolutions become the matrix that they are. A weight beyond 127
is an even one of half the size, or the sum of two synapses. A last layer that cannot fire is an
output whose membrane is read; after any other the output is its spikes.
"""

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp

from converters.netx.bounds import twos_of
from converters.netx.read import Stored
from converters.netx.weights import count_changed
from converters.nir.conv import ConvAxis, convolution
from ssr_neuro.errors import BadInput
from ssr_neuro.program.fixed_point import NEVER, STATE_SHIFT, WEIGHT_EXP_LIMIT, WEIGHT_LIMIT
from ssr_neuro.program.ir import (
    Affine,
    Input,
    IntegerLif,
    IntegerProgram,
    Population,
    Readout,
    Source,
    Synapse,
    zeros,
)
from ssr_neuro.program.linear_maps import Array, LinearMap, Shape, identity, matrix_map
from ssr_neuro.program.map_arithmetic import synapse_count
from ssr_neuro.program.notes import Notes

INPUT, OUTPUT = "input", "output"
CONV_LIMIT = 1 << 23  # Lava wraps the sum of a convolution into 24 bits
WEIGHT_BITS = 8


def to_program(layers: tuple[Stored, ...], steps: int) -> IntegerProgram:
    """A Program without depths: schedule it. Raises BadInput where the layers do not fit together.

    Also where netx would compute with other weights than those of the file.
    """
    work = [layer for layer in layers if layer.weight is not None]
    if not work:
        raise BadInput("the file holds no dense or conv layer; there is nothing to run")
    shape = _input_shape(layers)
    inputs = (Input(INPUT, shape),)
    nodes: list[Population[IntegerLif] | Readout[IntegerLif]] = []
    synapses: list[Synapse] = []
    before = INPUT
    for layer, follows in _in_order(layers):
        linear = _linear(layer, shape, follows)
        node = _node(layer, linear.out_shape, last=layer is work[-1])
        synapses += _synapses(layer, linear, before, node.name)
        nodes.append(node)
        before, shape = node.name, linear.out_shape
    if isinstance(nodes[-1], Population):
        nodes.append(Readout(OUTPUT, shape, zeros(shape), unit=1.0))
        synapses.append(_synapse("spikes_to_output", before, OUTPUT, identity(shape), 0, 0))
    return IntegerProgram(
        "netx",
        steps,
        inputs,
        tuple(n for n in nodes if isinstance(n, Population)),
        tuple(synapses),
        tuple(n for n in nodes if isinstance(n, Readout)),
        notes=Notes(weight_bits=WEIGHT_BITS),
    )


def _input_shape(layers: tuple[Stored, ...]) -> Shape:
    first = next(layer for layer in layers if layer.kind in ("input", "dense", "conv"))
    if first.kind == "input":
        return first.shape
    if first.kind == "dense" and first.weight is not None:
        return (int(first.weight.shape[1]),)
    raise BadInput(
        f"layer {first.number} is a convolution and no input layer gives the size of its images; "
        "add a layer of type input with their shape"
    )


def _in_order(layers: tuple[Stored, ...]) -> Iterator[tuple[Stored, str]]:
    """Layers with weights, each with the type of the layer just before it."""
    kind = ""
    for layer in layers:
        if layer.weight is not None:
            yield layer, kind
        kind = layer.kind


def _linear(layer: Stored, shape: Shape, follows: str) -> LinearMap:
    """The layer's weights as a map from neurons of `shape`."""
    if layer.weight is None:
        raise BadInput(f"layer {layer.number} has no weights")
    if layer.kind == "dense":
        return _dense(layer.number, layer.weight, shape, follows)
    if follows == "flatten" or len(shape) != 3 or layer.options is None:
        raise BadInput(
            f"layer {layer.number} is a convolution and reads {shape}, which is no image"
        )
    stride, padding, dilation = (layer.options[n] for n in ("stride", "padding", "dilation"))
    rows, columns = (
        ConvAxis(shape[1 + i], layer.weight.shape[2 + i], stride[i], (padding[i],) * 2, dilation[i])
        for i in range(2)
    )
    found = convolution(layer.weight, rows, columns, layer.options["groups"][0])
    if found.in_shape != shape or found.out_shape != layer.shape:
        raise BadInput(
            f"layer {layer.number} maps images of {found.in_shape} to {found.out_shape}; it reads "
            f"{shape} and should have {layer.shape}"
        )
    if abs(found.matrix).sum(axis=1).max(initial=0) >= CONV_LIMIT:
        raise BadInput(
            f"layer {layer.number} can sum up to more than {CONV_LIMIT}, where Lava wraps"
        )
    return found


def _dense(number: int, weight: Array, shape: Shape, follows: str) -> LinearMap:
    if follows == "conv":
        raise BadInput(f"layer {number} is dense right behind a convolution; put a flatten between")
    if weight.shape[1] != np.prod(shape):
        raise BadInput(
            f"layer {number} has weights for {weight.shape[1]} neurons and reads {shape}"
        )
    if count := count_changed(weight):
        raise BadInput(
            f"layer {number}: lava-dl would compute with other numbers than its weights ({count} "
            f"of {weight.size}, {weight.min()} to {weight.max()}): its netx spoils a matrix "
            "of zeros, one without positive weights whose smallest is a power of 2, and one beyond "
            "-256 to 254; change the weights in the file"
        )
    return matrix_map(weight, shape, weight.shape[:1])


def _node(layer: Stored, shape: Shape, last: bool) -> Population[IntegerLif] | Readout[IntegerLif]:
    neuron = layer.neuron
    if neuron is None:
        raise BadInput(f"layer {layer.number} has no neurons")
    bias = np.broadcast_to(neuron.bias, shape) + zeros(shape)
    dv, du, vth = (_each(x, shape) for x in (neuron.dv, neuron.du, neuron.vth))
    law = IntegerLif(dv, vth, bias, STATE_SHIFT, du)
    if last and np.all(np.asarray(neuron.vth) >= NEVER):
        return Readout(OUTPUT, shape, zeros(shape), unit=1.0, neuron=law)
    return Population(f"layer_{layer.number}", shape, law)


def _each(value: int | Array, shape: Shape) -> int | Array:
    """A number where all neurons share it, else one for every neuron."""
    values = np.asarray(value, np.int64)
    return int(values.flat[0]) if values.size == 1 else np.broadcast_to(values, shape).copy()


def _synapses(layer: Stored, linear: LinearMap, source: str, target: str) -> Iterator[Synapse]:
    """One for every delay, two where weights are large and odd."""
    matrix = sp.csr_array(linear.expanded()).astype(np.int64)
    shapes = (linear.in_shape, linear.out_shape)
    lags = [0] if layer.delay is None else np.unique(layer.delay).tolist()
    count = 0
    for lag in lags:
        late = matrix if layer.delay is None else matrix.multiply(layer.delay == lag)
        for part, exponent in _parts(sp.csr_array(late).astype(np.int64)):
            found = matrix_map(part, *shapes)
            if synapse_count(found):
                name = f"{source}_to_{target}" + (f"_{count}" if count else "")
                yield _synapse(name, source, target, found, exponent, lag)
                count += 1


def _parts(matrix: sp.csr_array) -> Iterator[tuple[sp.csr_array, int]]:
    """Matrices of at most 127 and their exponents, whose sum is the matrix."""
    is_large = abs(matrix.data).max(initial=0) > WEIGHT_LIMIT
    exponent = min(twos_of(matrix.data), WEIGHT_EXP_LIMIT) if is_large else 0
    left = matrix.copy()
    left.data >>= exponent
    while left.nnz:
        part = left.copy()
        part.data = np.clip(left.data, -WEIGHT_LIMIT, WEIGHT_LIMIT)
        yield part, exponent
        left = sp.csr_array(left - part)
        left.eliminate_zeros()


def _synapse(
    name: str, source: str, target: str, linear: LinearMap, exponent: int, lag: int
) -> Synapse:
    whole = linear.with_weights(linear.weights.astype(np.int64))
    chain = (Affine(whole, zeros((1,))),)
    return Synapse(name, (Source(source, lag=lag),), target, chain, exponent)
