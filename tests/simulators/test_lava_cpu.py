"""Lava and the reference simulator give the same spikes and readouts, without exception."""

from dataclasses import replace

import numpy as np
import pytest
from lava_support import SHAPE, SIZE, layered_program, one_layer
from small_programs import neuron, random_inputs, skip_program, synapse

from simulators.lava_cpu import SIMULATOR, LavaCpu, choose_lanes, time_limit_s
from simulators.reference import SIMULATOR as REFERENCE
from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.program.ir import Input, Population, Program
from ssr_neuro.program.linear_maps import Array, Dense
from ssr_neuro.program.trace import compare

# Runs of Lava take seconds: `make test` has one of each kind, `make thorough` all.
more = pytest.mark.thorough
ODD = np.random.default_rng(0).choice([-127, -125, -1, 1, 3, 127], (SIZE, SIZE))


def check(program: Program, samples: int, lanes: int | None = None) -> int:
    """Compare the two simulators; returns the number of spikes seen."""
    inputs = random_inputs(program, samples, seed=samples)
    lava = LavaCpu(lanes=lanes).run(program, inputs)
    result = compare(lava, REFERENCE.run(program, inputs), ("lava", "reference"))
    assert result.equal, result
    return result.spikes_fired


@pytest.mark.lava
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=more) for seed in (1, 2))])
def test_skip_programs(seed: int) -> None:
    assert check(skip_program(seed), samples=9) > 0


@pytest.mark.lava
@pytest.mark.parametrize(
    ("steps", "samples", "lanes"),
    [
        (1, 11, 1),
        pytest.param(2, 11, 4, marks=more),
        pytest.param(3, 7, 3, marks=more),
        pytest.param(4, 10, 16, marks=more),
        pytest.param(5, 1, 1, marks=more),
        pytest.param(6, 5, 2, marks=more),
        (7, 4, 4),
    ],
)
def test_layers_with_long_skips_at_every_number_of_steps(
    steps: int, samples: int, lanes: int
) -> None:
    assert check(layered_program(seed=steps, steps=steps), samples, lanes) > 0


@pytest.mark.lava
@pytest.mark.parametrize(
    "weight",
    [
        pytest.param(ODD, id="mixed"),
        pytest.param(abs(ODD), id="plus", marks=more),
        pytest.param(-abs(ODD), id="minus", marks=more),
        pytest.param(np.zeros_like(ODD), id="zero"),
    ],
)
def test_odd_weights_of_any_sign(weight: Array) -> None:
    assert check(one_layer(weight, bias=400), samples=6) > 0


@pytest.mark.lava
@pytest.mark.parametrize("bias_exp", [8, -3])
def test_biases_over_the_whole_range(bias_exp: int) -> None:
    mant = np.random.default_rng(1).integers(-32768, 32768, SHAPE)
    program = one_layer(ODD)
    cell = replace(program.populations[0].neuron, bias_mant=mant, bias_exp=bias_exp)
    populations = (replace(program.populations[0], neuron=cell),)
    assert check(replace(program, populations=populations), samples=6) > 0


@pytest.mark.lava
@pytest.mark.parametrize("delay", [1, 3], ids=["aligned", "samples meet"])
def test_parts_that_share_no_synapse_and_a_source_named_twice(delay: int) -> None:
    program = one_layer(ODD)
    alone = Population("alone", SHAPE, neuron(SHAPE, 2, bias=60), 3)
    sources = [("input", delay), ("input", delay), ("input", 1)]
    twice = synapse("in_a", "a", Dense(ODD, SHAPE, SHAPE), *sources)
    wider = replace(
        program,
        inputs=(*program.inputs, Input("unread", (2,))),
        populations=(*program.populations, alone),
        synapses=(twice, program.synapses[1]),
    )
    assert check(wider, samples=5, lanes=2) > 0


@pytest.mark.lava
def test_progress_reaches_the_last_step() -> None:
    seen: list[tuple[int, int]] = []
    program = one_layer(ODD)
    LavaCpu(lanes=1, progress=lambda done, steps: seen.append((done, steps))).run(
        program, random_inputs(program, 60, 0)
    )
    assert seen == sorted(seen)
    assert {steps for _, steps in seen} == {60 * 4 + 2}


@pytest.mark.lava
@pytest.mark.parametrize(
    ("weight", "bias", "message"),
    [
        (200, 0, "synapse 'in_a' has a weight of magnitude 200; Lava keeps at most 127"),
        (1, 40000, r"population 'a' has a bias_mant outside \[-32768, 32767\]"),
    ],
)
def test_what_lava_would_round_or_wrap_is_refused(weight: int, bias: int, message: str) -> None:
    program = one_layer(np.full((SIZE, SIZE), weight), bias=bias)
    with pytest.raises(DoesNotFit, match=message):
        SIMULATOR.run(program, random_inputs(program, 1, 0))


def test_lanes_below_one_are_refused() -> None:
    program = one_layer(ODD)
    with pytest.raises(BadInput, match="lanes is 0; give 1 or more"):
        LavaCpu(lanes=0).run(program, random_inputs(program, 1, 0))


def test_lanes_follow_the_samples_and_the_limit_follows_the_work() -> None:
    program = layered_program(0, 4)
    assert [choose_lanes(program, samples) for samples in (1, 24, 100_000)] == [1, 3, 16]
    assert 60 < time_limit_s(program, 1, 10) < time_limit_s(program, 8, 1000)
