"""Prune: weights of zero are not stored, and synapses without a weight are not there."""

from dataclasses import dataclass, replace
from typing import ClassVar

from ssr_neuro.lower.passes import Pass
from ssr_neuro.lower.remove_neurons import drop_empty_synapses
from ssr_neuro.program.ir import Affine, IntegerProgram, Synapse
from ssr_neuro.program.linear_maps import Dense, LinearMap, Sparse, matrix_map, sparse


@dataclass(frozen=True)
class Prune(Pass[IntegerProgram, IntegerProgram]):
    """Exact: a weight of zero moves no membrane.

    Stored zeros leave a Sparse, a Dense that is mostly zero becomes a Sparse, and a synapse whose
    weights are all zero goes with its sources; a readout keeps one synapse.
    """

    name: ClassVar[str] = "prune"
    optimises: ClassVar[bool] = True

    def run(self, program: IntegerProgram) -> IntegerProgram:
        synapses = tuple(_prune_synapse(s) for s in program.synapses)
        return drop_empty_synapses(replace(program, synapses=synapses))


def _prune_synapse(synapse: Synapse) -> Synapse:
    return replace(synapse, chain=(Affine(_prune_map(synapse.map), synapse.chain[0].bias),))


def _prune_map(linear: LinearMap) -> LinearMap:
    if isinstance(linear, Sparse) and not linear.weights.all():
        return sparse(linear.matrix, linear.in_shape, linear.out_shape)
    if isinstance(linear, Dense):
        smaller = matrix_map(linear.weight, linear.in_shape, linear.out_shape)
        return smaller if isinstance(smaller, Sparse) else linear
    return linear
