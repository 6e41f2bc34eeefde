"""What a run sent and whom it reached, on literals; a run of another program is refused."""

from dataclasses import replace

import numpy as np
import pytest
from small_programs import random_inputs, skip_program

from simulators.reference import SIMULATOR as REFERENCE
from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import as_integer
from ssr_neuro.program.linear_maps import Dense, Kron
from ssr_neuro.program.spike_events import find_reached, spikes_of


def test_a_spike_reaches_the_neurons_that_it_has_a_weight_for() -> None:
    dense = Dense(np.array([[3, 0], [0, 0], [-1, 2]]), (2,), (3,))
    spikes = np.array([[1, 0], [0, 1], [0, 0]], np.uint8)
    expected = [[True, False, True], [False, False, True], [False, False, False]]
    np.testing.assert_array_equal(find_reached([(dense, spikes)], (3, 3)), expected)


def test_events_that_cancel_each_other_still_arrive() -> None:
    plus, minus = (Dense(np.array([[weight]]), (1,), (1,)) for weight in (1, -1))
    sent = np.ones((1, 1), np.uint8)
    assert find_reached([(plus, sent), (minus, sent)], (1, 1)).all()
    assert not find_reached([], (1, 1)).any()


def test_a_kron_reaches_along_both_of_its_factors() -> None:
    kron = Kron(np.array([[1, 0], [1, 1]]), np.array([[0, 5]]))
    spikes = np.array([[[0, 1], [1, 0]]], np.uint8)
    np.testing.assert_array_equal(find_reached([(kron, spikes)], (1, 2, 1)), [[[True], [True]]])


def test_the_spikes_of_a_run_of_another_program_are_refused() -> None:
    program = as_integer(skip_program(0))
    trace = REFERENCE.run(program, random_inputs(program, 2, 0))
    name = program.populations[0].name
    np.testing.assert_array_equal(spikes_of(program, trace, name), trace.spikes[name])
    steps, shape = program.steps, program.shape_of(name)
    held, needed = (2, steps, *shape), (2, steps + 1, *shape)
    with pytest.raises(BadInput) as refused:
        spikes_of(replace(program, steps=steps + 1), trace, name)
    assert str(refused.value) == (
        f"the trace holds {held} for {name!r}; program {program.name!r} needs {needed}. "
        "Run that program again"
    )
    with pytest.raises(BadInput, match=f"the trace holds None for '{name}'"):
        spikes_of(program, replace(trace, spikes={}), name)
