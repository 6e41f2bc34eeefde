"""Two matrices between the same nodes become their sum."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from ssr_neuro.lower import Pass
from ssr_neuro.program.fixed_point import WEIGHT_LIMIT
from ssr_neuro.program.ir import Affine, IntegerProgram, Synapse, zeros
from ssr_neuro.program.linear_maps import matrix_map


@dataclass(frozen=True)
class Parallel(Pass[IntegerProgram, IntegerProgram]):
    """Exact: A x + B x is (A + B) x, and a spike moves one weight where it moved two.

    A residual around a layer is such a pair. Left apart where a sum is no weight of the chip.
    """

    name: ClassVar[str] = "parallel"
    optimises: ClassVar[bool] = True
    follows: ClassVar[str] = "prune"

    def run(self, program: IntegerProgram) -> IntegerProgram:
        synapses: list[Synapse] = []
        for synapse in program.synapses:
            for at, earlier in enumerate(synapses):
                if both := _sum(earlier, synapse):
                    synapses[at] = both
                    break
            else:
                synapses.append(synapse)
        return replace(program, synapses=tuple(synapses))


def _sum(left: Synapse, right: Synapse) -> Synapse | None:
    """The two as one; None where they join other nodes, or a sum of weights is too large."""
    alike = left.target == right.target and left.exponent == right.exponent
    if not alike or set(left.sources) != set(right.sources):
        return None
    matrix = left.map.expanded() + right.map.expanded()
    if np.abs(matrix.data).max(initial=0) > WEIGHT_LIMIT:
        return None
    linear = matrix_map(matrix, left.map.in_shape, left.map.out_shape)
    return replace(left, chain=(Affine(linear, zeros((1,))),))
