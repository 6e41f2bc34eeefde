"""Sums of sources: one matrix over the summed sources, or one per source, for each target."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from ssr_neuro.lower.passes import Lowering, Pass
from ssr_neuro.lower.remove_neurons import free_part_name
from ssr_neuro.program.ir import IntegerProgram, Synapse
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap


@dataclass(frozen=True)
class SumSources(Pass[IntegerProgram, IntegerProgram]):
    """Exact: a matrix is linear, so summing before it or after it gives the same current.

    graded: the chip's messages carry whole numbers, so spikes can be summed where the matrix
    begins. Then synapses into one target with equal maps become one, which stores the matrix
    once; sources of which different neurons are left keep their own, as dropping those saves
    more. Not graded: a message is 0 or 1 and a sum of two would be lost, so every source gets its
    matrix and the currents are summed. Synaptic operations are the same either way: each spike of
    each source is an event.
    """

    name: ClassVar[str] = "skips"
    optimises: ClassVar[bool] = True
    graded: bool = True

    @classmethod
    def of(cls, options: Lowering) -> Self:
        return cls(options.graded)

    def run(self, program: IntegerProgram) -> IntegerProgram:
        return _sum_before(program) if self.graded else _split_by_source(program)


def _split_by_source(program: IntegerProgram) -> IntegerProgram:
    taken = {s.name for s in program.synapses}
    synapses = []
    for synapse in program.synapses:
        first, *others = synapse.sources
        synapses.append(replace(synapse, sources=(first,)))
        synapses += [
            replace(synapse, name=free_part_name(synapse, source, taken), sources=(source,))
            for source in others
        ]
    return replace(program, synapses=tuple(synapses))


def _sum_before(program: IntegerProgram) -> IntegerProgram:
    synapses: list[Synapse] = []
    for synapse in program.synapses:
        for at, earlier in enumerate(synapses):
            if _can_sum(earlier, synapse):
                synapses[at] = replace(earlier, sources=(*earlier.sources, *synapse.sources))
                break
        else:
            synapses.append(synapse)
    return replace(program, synapses=tuple(synapses))


def _can_sum(left: Synapse, right: Synapse) -> bool:
    """Same target and weights; a source that is in both would be counted once, so not then."""
    if (left.target, left.exponent) != (right.target, right.exponent):
        return False
    names = [source.name for synapse in (left, right) for source in synapse.sources]
    return len(set(names)) == len(names) and _same_map(left.map, right.map)


def _same_map(left: LinearMap, right: LinearMap) -> bool:
    if left is right:
        return True
    if (left.in_shape, left.out_shape) != (right.in_shape, right.out_shape):
        return False
    if isinstance(left, Kron) and isinstance(right, Kron):
        return _same_array(left.left, right.left) and _same_array(left.right, right.right)
    if isinstance(left, Dense) and isinstance(right, Dense):
        return _same_array(left.weight, right.weight)
    return type(left) is type(right) and (left.expanded() != right.expanded()).nnz == 0


def _same_array(left: Array, right: Array) -> bool:
    return left is right or np.array_equal(left, right)
