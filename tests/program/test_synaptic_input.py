"""Sums recomputed from a recorded run, against weights and spikes written out."""

from dataclasses import replace

import numpy as np
import pytest
from small_programs import random_inputs, skip_program, synapse

from simulators.reference import SIMULATOR as REFERENCE
from ssr_neuro.program import synaptic_input
from ssr_neuro.program.ir import as_integer
from ssr_neuro.program.linear_maps import Dense


@pytest.mark.parametrize("exponent", [0, 1, 3])
def test_a_synapse_brings_its_weights_times_a_power_of_two(exponent: int) -> None:
    program = as_integer(skip_program(0))
    first = replace(program.synapses[0], exponent=exponent)
    program = replace(program, synapses=(first, *program.synapses[1:]))
    trace = REFERENCE.run(program, random_inputs(program, 2, 0))
    spikes = {**trace.inputs, **trace.spikes}
    (source,) = first.sources
    sent = spikes[source.name].astype(np.int64).reshape(2, program.steps, -1)
    matrix = first.map.expanded().toarray().astype(np.int64)
    expected = 2**exponent * np.einsum("oi,bti->bto", matrix, sent)
    found = synaptic_input.through(first, trace)
    np.testing.assert_array_equal(found.reshape(expected.shape), expected)
    assert found.any()


def test_the_largest_sum_is_what_all_synapses_bring_where_every_source_fires() -> None:
    program = as_integer(skip_program(0))
    plain = Dense(np.array([[3, -4], [1, 1]]), (2,), (2,))
    into = (
        replace(synapse("one", "c", plain, ("a", 1)), exponent=2),
        synapse("two", "c", plain, ("a", 1), ("b", 1)),
    )
    program = replace(program, synapses=into)
    assert synaptic_input.largest_sum(program, "c") == 7 * 4 + 7 * 2
    assert synaptic_input.largest_sum(program, "a") == 0
