"""What the passes to a chip's integers refuse, all of it: they stop at the first."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ssr_neuro.errors import BadInput, DoesNotFit

if TYPE_CHECKING:
    from ssr_neuro.program.ir import FloatProgram

Refusal = tuple[str, BadInput | DoesNotFit]


def lowering_refusals(program: "FloatProgram", weight_bits: int) -> Iterator[Refusal]:
    """Node and error of each; what was refused is left out, and the rest is lowered again.

    program: folded, its neurons reset to zero.
    """
    from ssr_neuro.lower import Lowering, lower

    for _ in range(len(program.nodes) + 1):
        try:
            lower(program, Lowering(weight_bits))
        except (BadInput, DoesNotFit) as error:
            node = _named_node(program, str(error))
            yield node, error
            if not node:
                return  # nobody knows what to leave out
            program = _without_input(program, node)
        else:
            return


def _named_node(program: "FloatProgram", words: str) -> str:
    """The population or readout that the words name, or that a synapse they name leads to."""
    targets = {s.name: s.target for s in program.synapses if repr(s.name) in words}
    named = [n.name for n in program.nodes if repr(n.name) in words]
    return next(iter(targets.values()), "") or next(iter(named), "")


def _without_input(program: "FloatProgram", name: str) -> "FloatProgram":
    """The node with nothing that reaches it, and no bias."""
    populations = tuple(
        replace(
            p,
            neuron=replace(
                p.neuron, threshold=1.0, bias=np.zeros(p.shape), current_bias=None, seen=(0.0, 0.0)
            ),
        )
        if p.name == name
        else p
        for p in program.populations
    )
    readouts = tuple(
        replace(r, bias=np.zeros(r.shape)) if r.name == name else r for r in program.readouts
    )
    synapses = tuple(s for s in program.synapses if s.target != name)
    return replace(program, populations=populations, readouts=readouts, synapses=synapses)
