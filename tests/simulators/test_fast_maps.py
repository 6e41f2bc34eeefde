"""Sums of whole numbers in float32: where they are exact, and where int64 takes over."""

from dataclasses import replace

import pytest
from chain_programs import chain, dense
from small_programs import random_inputs

from simulators.fast_maps import exact_in_float32
from simulators.reference import SIMULATOR as REFERENCE
from ssr_neuro import registry
from ssr_neuro.program.ir import IntegerProgram, as_integer
from ssr_neuro.program.trace import compare


def wide(sources: int, weight: int, exponent: int) -> IntegerProgram:
    """One neuron that hears `sources` of `weight` times 2^exponent."""
    program = as_integer(chain(dense(1, sources, weight)))
    (synapse, *others) = program.synapses
    return replace(program, synapses=(replace(synapse, exponent=exponent), *others))


@pytest.mark.parametrize(
    ("sources", "weight", "exponent", "exact"),
    [(1024, 64, 7, True), (2047, 64, 7, True), (2048, 64, 7, False), (4095, 64, 7, False)],
)
def test_float32_holds_whole_numbers_below_2_to_the_24(
    sources: int, weight: int, exponent: int, exact: bool
) -> None:
    program = wide(sources, weight, exponent)
    assert exact_in_float32(program, program.synapses[0].target) is exact
    inputs = random_inputs(program, 3, 0, rate=0.999)
    runs = (REFERENCE.run(program, inputs), registry.load("fast").run(program, inputs))
    assert compare(*runs, ("reference", "fast")).equal
