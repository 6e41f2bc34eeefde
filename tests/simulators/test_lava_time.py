"""Lava on programs with memory: loops, long delays, gaps between samples, readable membranes."""

import numpy as np
import pytest
from small_programs import random_inputs, skip_program

from simulators.lava_cpu import LavaCpu, samples_meet
from simulators.reference import SIMULATOR as REFERENCE
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    Lif,
    Population,
    Program,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Dense
from ssr_neuro.program.trace import compare

WIDTH = 5
LONGEST = 62


def dense(rng: np.random.Generator, rows: int = WIDTH) -> tuple[Affine, ...]:
    weights = rng.normal(0.4, 1, (rows, WIDTH))
    return (Affine(Dense(weights, (WIDTH,), (rows,)), np.zeros(rows)),)


def looped(steps: int, lag: int) -> Program:
    """x -> a, a -> a a step late, a -> b `lag` steps late, b -> a membrane that is read."""
    rng, none = np.random.default_rng(lag), np.zeros(WIDTH)
    own = Lif(rng.choice([2.0, 4.0], WIDTH), rng.uniform(0.5, 1, WIDTH), none)
    remembering = Lif(2.0, 0.8, none, tau_syn_steps=rng.choice([2.0, 4.0], WIDTH))
    read = Lif(np.array([2.0, 4.0]), 1.0, np.array([0.25, -0.5]), tau_syn_steps=2.0)
    return FloatProgram(
        "looped",
        steps,
        (Input("x", (WIDTH,)),),
        (Population("a", (WIDTH,), own), Population("b", (WIDTH,), remembering)),
        (
            Synapse("x_a", (Source("x"),), "a", dense(rng)),
            Synapse("a_a", (Source("a", lag=1),), "a", dense(rng)),
            Synapse("a_b", (Source("x"), Source("a", lag=lag)), "b", dense(rng)),
            Synapse("b_y", (Source("b"),), "y", dense(rng, 2)),
        ),
        (Readout("y", (2,), np.zeros(2), neuron=read),),
    )


@pytest.mark.lava
@pytest.mark.parametrize(
    ("steps", "lag", "lanes", "optimise"),
    [
        (6, 2, 1, False),
        (6, 3, 3, True),
        (15, 9, 2, False),
        # A process of Lava for each step of the delay: a minute.
        pytest.param(LONGEST + 8, LONGEST, 2, False, marks=pytest.mark.thorough),
    ],
)
def test_late_spikes_and_read_membranes(steps: int, lag: int, lanes: int, optimise: bool) -> None:
    program = lower(looped(steps, lag), Lowering(optimise=optimise))
    assert program.gap == lag
    assert not samples_meet(program)
    inputs = random_inputs(program, 4, seed=steps)
    ours, lava = REFERENCE.run(program, inputs), LavaCpu(lanes=lanes).run(program, inputs)
    found = compare(ours, lava, ("reference", "Lava"))
    assert found.equal, found
    assert all(0 < ours.spikes[name].mean() < 1 for name in "ab")
    assert len(np.unique(ours.readouts["y"])) > 20


@pytest.mark.lava
def test_membranes_are_those_before_the_reset() -> None:
    program = skip_program(4)
    inputs = random_inputs(program, 5, seed=4)
    ours = REFERENCE.run(program, inputs, membranes=True)
    lava = LavaCpu(lanes=2).run(program, inputs, membranes=True)
    assert lava.membranes.keys() == {"a", "b", "c"}
    for name, v in lava.membranes.items():
        np.testing.assert_array_equal(v, ours.membranes[name])
        fired = v > 64 * program.population(name).neuron.vth
        np.testing.assert_array_equal(fired, lava.spikes[name])
