"""The weights and biases that compiling gives a single layer, for training to compute with.

Nothing is computed twice here: the layer becomes a Program of one synapse, and the pass `Quantise`
rounds it.
"""

from typing import NamedTuple

import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.lower.quantise import Quantise
from ssr_neuro.program.fixed_point import STATE_SHIFT
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    IntegerProgram,
    Lif,
    Population,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Array, Kron


class ChipWeights(NamedTuple):
    """float64: weight (out, in), whole multiples of `scale`, and bias (out,)."""

    weight: Array
    bias: Array
    scale: float


def layer_weights(name: str, weight: Array, neuron: Lif, steps: int, bits: int) -> ChipWeights:
    """A linear map (out, in) into `neuron`, bias (out, 1), with weights of so many bits.

    Quantising the result again finds the same integers. Raises BadInput on weights that are not
    finite, DoesNotFit where the chip has no room.
    """
    lowered = _settle(_program(weight, steps, Population(name, (len(weight), 1), neuron)), bits)
    scale = lowered.notes.scale_of(name)
    (synapse,), chip = lowered.synapses, lowered.population(name).neuron
    bias = (chip.bias_mant[:, 0] << chip.bias_exp) * scale / (1 << STATE_SHIFT + synapse.exponent)
    return ChipWeights(synapse.map.weights * scale, bias, scale)


def readout_weights(name: str, weight: Array, bias: Array, bits: int) -> ChipWeights:
    """The same of a linear readout, bias (out,); its scale is the unit of the scores."""
    readout: Readout[Lif] = Readout(name, (len(weight), 1), bias[:, None])
    lowered = _settle(_program(weight, 1, readout), bits)
    scale = lowered.notes.scale_of(name)
    (synapse,), (whole,) = lowered.synapses, lowered.readouts
    return ChipWeights(synapse.map.weights * scale, whole.bias[:, 0] * scale, scale)


def _program(weight: Array, steps: int, target: Population[Lif] | Readout[Lif]) -> FloatProgram:
    if not np.isfinite(weight).all():
        raise BadInput(
            f"the weights of {target.name!r} are not finite; the training diverged, lower the lr"
        )
    shape = (weight.shape[1], 1)
    spread = Affine(Kron(weight, np.eye(1), "left"), np.zeros(1))
    return FloatProgram(
        name=target.name,
        steps=steps,
        inputs=(Input("input", shape),),
        populations=(target,) if isinstance(target, Population) else (),
        synapses=(Synapse("map", (Source("input"),), target.name, (spread,)),),
        readouts=(target,) if isinstance(target, Readout) else (),
    )


def _settle(program: FloatProgram, bits: int) -> IntegerProgram:
    """Quantised so that quantising the result again finds the same scale.

    The scale follows from the largest weight. Where rounding makes that smaller, the scale of the
    rounded weights would be a finer one: it is taken at once.
    """
    (synapse,) = program.synapses
    largest = float(np.abs(synapse.map.weights).max(initial=0))
    share, before = 1.0, 0
    while True:
        lowered = Quantise(bits, {synapse.target: share}).run(program)
        row = lowered.notes.quantisation[synapse.target]
        if row.vth is None or row.vth == before or row.largest_weight == 0:
            return lowered
        scale = lowered.notes.scale_of(synapse.target)
        before, share = row.vth, row.largest_weight * scale / largest
