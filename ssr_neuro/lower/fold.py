"""Fold chains of linear maps (a fixed DFT, then its normalisation) into one map and one bias."""

from dataclasses import dataclass, replace
from functools import reduce
from typing import ClassVar

import numpy as np

from ssr_neuro.lower.passes import Pass
from ssr_neuro.program.ir import Affine, FloatProgram, Lif, Readout, Synapse
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.map_arithmetic import compose
from ssr_neuro.program.semantics import Semantics


@dataclass(frozen=True)
class Fold(Pass[FloatProgram, FloatProgram]):
    """One map per synapse; all biases in the target, in float64. Exact up to float rounding."""

    name: ClassVar[str] = "fold"

    def run(self, program: FloatProgram) -> FloatProgram:
        folded = {s.name: _fold_chain(s) for s in program.synapses}

        def bias_into(target: str) -> Array:
            shape = program.shape_of(target)
            biases = [folded[s.name].bias for s in program.into(target)]
            return sum((np.broadcast_to(b, shape) for b in biases), np.zeros(shape))

        def without_bias(synapse: Synapse) -> Synapse:
            return replace(synapse, chain=(Affine(folded[synapse.name].map, np.zeros(1)),))

        return replace(
            program,
            synapses=tuple(without_bias(s) for s in program.synapses),
            populations=tuple(
                replace(p, neuron=_with_bias(p.neuron, bias_into(p.name), program.semantics))
                for p in program.populations
            ),
            readouts=tuple(
                _fold_readout(r, bias_into(r.name), program.semantics) for r in program.readouts
            ),
        )


def _fold_readout(readout: Readout[Lif], bias: Array, semantics: Semantics) -> Readout[Lif]:
    if isinstance(readout.neuron, Lif):
        return replace(readout, neuron=_with_bias(readout.neuron, bias, semantics))
    return replace(readout, bias=readout.bias + bias)


def _with_bias(neuron: Lif, bias: Array, semantics: Semantics) -> Lif:
    """A bias of the input current goes through the synapse's filter, if there is one."""
    if np.all(np.asarray(neuron.tau_syn_steps) == 1) or semantics.bias == "membrane":
        return replace(neuron, bias=neuron.bias + bias)
    before = 0.0 if neuron.current_bias is None else neuron.current_bias
    return replace(neuron, current_bias=before + bias)


def _fold_chain(synapse: Synapse) -> Affine:
    return reduce(_compose, synapse.chain)


def _compose(inner: Affine, outer: Affine) -> Affine:
    """outer(inner(x)): maps multiply, the inner bias goes through the outer map."""
    through = outer.map.apply(np.broadcast_to(inner.bias, inner.map.out_shape))
    return Affine(compose(outer.map, inner.map), through + outer.bias)
