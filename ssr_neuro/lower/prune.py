"""Prune: weights of zero are not stored, and synapses without a weight are not there."""

from dataclasses import replace

from ssr_neuro.lower.remove_neurons import drop_synapses
from ssr_neuro.program.ir import Affine, Program, Synapse
from ssr_neuro.program.linear_maps import Dense, LinearMap, Sparse, matrix_map, sparse


def prune(program: Program) -> Program:
    """Exact: a weight of zero moves no membrane.

    Stored zeros leave a Sparse, a Dense that is mostly zero becomes a Sparse, and a synapse whose
    weights are all zero goes with its sources; a readout keeps one synapse.
    """
    synapses = tuple(_pruned(s) for s in program.synapses)
    return drop_synapses(replace(program, synapses=synapses))


def _pruned(synapse: Synapse) -> Synapse:
    return replace(synapse, chain=(Affine(_stored(synapse.map), synapse.chain[0].bias),))


def _stored(linear: LinearMap) -> LinearMap:
    if isinstance(linear, Sparse) and not linear.weights.all():
        return sparse(linear.matrix, linear.in_shape, linear.out_shape)
    if isinstance(linear, Dense):
        smaller = matrix_map(linear.weight, linear.in_shape, linear.out_shape)
        return smaller if isinstance(smaller, Sparse) else linear
    return linear
