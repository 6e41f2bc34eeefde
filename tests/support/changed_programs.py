"""A small integer Program with one thing of it changed, for the rules that a Program must keep."""

from dataclasses import replace
from typing import Any

import pytest
from pass_programs import dense, joint, lif, network

from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import Program, Source
from ssr_neuro.program.verify import verify


def small() -> Program:
    """x of three -> a of two -> y of one, at depths 0, 1 and 2."""
    into_a = joint("x", "a", dense([[1, 2, 3], [4, 5, 6]]))
    return network({"a": lif((2,))}, into_a, joint("a", "y", dense([[1, -1]])))


def with_synapse(program: Program, number: int, **change: Any) -> Program:
    synapses = list(program.synapses)
    synapses[number] = replace(synapses[number], **change)
    return replace(program, synapses=tuple(synapses))


def with_source(source: Source, **change: Any) -> Program:
    """The small program with another source of its first synapse."""
    return replace(with_synapse(small(), 0, sources=(source,)), **change)


def with_a(depth: Any = 1, **change: Any) -> Program:
    """The small program with other numbers of its neurons."""
    program = small()
    (a,) = program.populations
    return replace(
        program, populations=(replace(a, depth=depth, neuron=replace(a.neuron, **change)),)
    )


def refusal(program: Program) -> str:
    with pytest.raises(BadInput) as refused:
        verify(program)
    return str(refused.value)


def accepted(program: Program) -> bool:
    verify(program)
    return True
