"""A bias of the synaptic current becomes a neuron that always fires: the chip has none there."""

from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

import numpy as np

from ssr_neuro.lower.names import free_name
from ssr_neuro.lower.passes import Pass
from ssr_neuro.program.ir import Affine, FloatProgram, Lif, Population, Readout, Source, Synapse
from ssr_neuro.program.linear_maps import Array, sparse

ALWAYS = "always"
Biased = TypeVar("Biased", Population[Lif], Readout[Lif])


@dataclass(frozen=True)
class BiasNeurons(Pass[FloatProgram, FloatProgram]):
    """Exact: a neuron without input whose bias lies above its threshold spikes in every step."""

    name: ClassVar[str] = "bias_neurons"

    def run(self, program: FloatProgram) -> FloatProgram:
        biases = {node.name: _current_bias(node) for node in program.stateful}
        biased = {name: bias for name, bias in biases.items() if bias is not None and bias.any()}
        if not biased:
            return program
        always = free_name(ALWAYS, (node.name for node in program.nodes))
        taken = [s.name for s in program.synapses]
        neuron = Lif(tau_steps=1.0, threshold=0.5, bias=np.ones(1))
        synapses = tuple(
            Synapse(
                free_name(f"{always}_to_{name}", taken),
                (Source(always),),
                name,
                (_bias_column(bias),),
            )
            for name, bias in biased.items()
        )
        return replace(
            program,
            populations=(
                Population(always, (1,), neuron),
                *map(_without_current_bias, program.populations),
            ),
            readouts=tuple(map(_without_current_bias, program.readouts)),
            synapses=(*program.synapses, *synapses),
        )


def _current_bias(node: Population[Lif] | Readout[Lif]) -> Array | None:
    return node.neuron.current_bias if isinstance(node.neuron, Lif) else None


def _without_current_bias(node: Biased) -> Biased:
    if not isinstance(node.neuron, Lif):
        return node
    return replace(node, neuron=replace(node.neuron, current_bias=None))


def _bias_column(bias: Array) -> Affine:
    return Affine(sparse(bias.reshape(-1, 1), (1,), bias.shape), np.zeros(1))
