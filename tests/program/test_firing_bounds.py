"""What neurons can and must fire: bounds of long samples, found without going through each step."""

from dataclasses import replace
from pathlib import Path

import handed_over
import numpy as np
import pytest
from small_programs import random_inputs

from simulators.reference import SIMULATOR
from ssr_neuro.errors import BadInput
from ssr_neuro.files import limits
from ssr_neuro.program import firing_bounds as module
from ssr_neuro.program import program_file
from ssr_neuro.program.firing_bounds import firing_bounds
from ssr_neuro.program.ir import IntegerProgram

LONG = 80
MANY = 1_000_000


def compiled(name: str, steps: int) -> IntegerProgram:
    return replace(handed_over.compiled(name), steps=steps)


@pytest.mark.parametrize("name", handed_over.GRAPHS)
def test_no_spike_is_outside_of_its_bounds(name: str) -> None:
    program = compiled(name, LONG)
    found = firing_bounds(program)
    for rate in (0.0, 0.5, 1.0):
        spikes = SIMULATOR.run(program, random_inputs(program, 2, 0, rate=rate)).spikes
        for population, trains in found.items():
            fired = spikes[population].astype(bool)
            assert not (fired & ~trains.may).any(), (population, rate)
            assert not (~fired & trains.must).any(), (population, rate)


@pytest.mark.parametrize("name", handed_over.GRAPHS)
def test_steps_that_repeat_are_those_that_each_step_alone_gives(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = compiled(name, LONG)
    found = firing_bounds(program, gap=True)
    monkeypatch.setattr(module, "_is_repeated", lambda *_: False)
    for population, trains in firing_bounds(program, gap=True).items():
        np.testing.assert_array_equal(found[population].may, trains.may)
        np.testing.assert_array_equal(found[population].must, trains.must)
        assert trains.may.shape[0] == LONG + program.gap


def test_the_steps_of_the_gap_are_left_out_where_they_are_not_asked_for() -> None:
    program = compiled("recurrent", LONG)
    assert program.gap
    assert all(len(trains.may) == LONG for trains in firing_bounds(program).values())


def test_a_million_steps_that_repeat_take_few_operations() -> None:
    found = firing_bounds(compiled("delay", MANY), gap=True, most=1 << 26)
    assert all(len(trains.may) == MANY + 2 for trains in found.values())


def test_a_program_that_takes_too_long_is_refused_read_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of a recurrent network counts all steps of a sample, so that none is repeated."""
    program = handed_over.compiled("recurrent")
    program_file.save(program, tmp_path)
    monkeypatch.setattr(limits, "BOUNDS_OPERATIONS", 1 << 20)
    told = rf"what can fire in its {program.interval} steps is not found within 1,048,576 operation"
    with pytest.raises(BadInput, match=told + "s; take fewer steps, or read no population late"):
        program_file.load(tmp_path)
    with pytest.raises(BadInput, match=told):
        program_file.save(program, tmp_path / "again")
    assert not (tmp_path / "again").exists()
