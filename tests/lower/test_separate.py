"""Samples of a stream never meet, however long currents remember and whatever nodes are called."""

import numpy as np
import pytest
from float_programs import lif as float_lif
from pass_programs import demand_same, dense, joint, lif, network, spikes

from simulators.reference import SIMULATOR
from ssr_neuro.errors import DoesNotFit
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.lower.prune import Prune
from ssr_neuro.lower.shorten_delays import ShortenDelays
from ssr_neuro.lower.sum_sources import SumSources
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


def demand_apart(program: Program) -> None:
    """A stream of samples, each as if it were alone."""
    inputs = spikes(program, rate=0.8)
    together = SIMULATOR.run(program, inputs)
    for n in range(together.samples):
        alone = SIMULATOR.run(program, {name: x[n : n + 1] for name, x in inputs.items()})
        for name, values in (together.spikes | together.readouts).items():
            np.testing.assert_array_equal((alone.spikes | alone.readouts)[name][0], values[n])


def remembering(du: int, weight: int, lag: int) -> Program:
    return network(
        {"a": lif((3,), 20, du=du)},
        joint("x", "a", dense(np.full((3, 3), weight))),
        joint(f"a:{lag}", "y", dense(np.eye(3))),
        steps=6,
    )


@pytest.mark.parametrize("lag", [1, 3, 5])
@pytest.mark.parametrize(("du", "weight"), [(-1, 127), (0, 40), (20, 50), (40, 127), (2047, 127)])
def test_inhibition_that_is_remembered_does_not_wrap(du: int, weight: int, lag: int) -> None:
    """It adds up over the gap, and past 2**23 it would excite."""
    program = remembering(du, weight, lag)
    assert program.gap == lag
    demand_apart(program)


def test_only_the_first_step_of_a_gap_makes_up_for_the_sample() -> None:
    (silence,) = (s for s in remembering(40, 127, 3).synapses if s.target == "a" and s.exponent)
    first, *later = (-silence.map.expanded().toarray()[0] << silence.exponent).tolist()
    assert first > 127 * 3 * 6  # six steps of three weights, nearly all remembered
    assert all(127 * 3 <= weight < first / 4 for weight in later)


MIXED = np.array([[127, 127, -127]] * 3)


def test_a_memory_that_inputs_could_make_too_long_is_assumed_to_be_shorter() -> None:
    """Six steps of 381 << 6, up and down, are 170,688 units, and the register holds 131,072."""
    many = joint("x", "a", dense(MIXED), 6)
    program = network(
        {"a": lif((3,), 20_000, du=0)}, many, joint("a:1", "y", dense(np.eye(3))), steps=6
    )
    assert "samples stay apart while its current ends them within" in program.notes.inexact["a"]
    sometimes = SIMULATOR.run(program, spikes(program, rate=0.8)).spikes["a"]
    assert 0 < sometimes.mean() < 1
    demand_apart(program)


def test_a_memory_too_long_to_be_inhibited_is_refused() -> None:
    many = joint("x", "a", dense(MIXED), 6)
    with pytest.raises(DoesNotFit, match="population 'a' is read late and needs an inhibition of"):
        network({"a": lif((3,), 90_000, du=0)}, many, joint("a:1", "y", dense(np.eye(3))), steps=6)


def named(name: str, lag: int, current_bias: bool) -> Program:
    """x -> a population of that name, read at once and late; its input late too."""
    eye, plain = Dense(np.eye(3), (3,), (3,)), np.zeros(1)
    neuron = Lif(2.0, 0.5, np.zeros(3), tau_syn_steps=2.0) if current_bias else float_lif(plain)
    bias = np.full(3, 0.2) if current_bias else plain
    sources = (Source(name), Source(name, lag=lag)) if lag else (Source(name),)
    return FloatProgram(
        "named",
        4,
        (Input("x", (3,)),),
        (Population(name, (3,), neuron),),
        (
            Synapse("in", (Source("x", lag=1),), name, (Affine(eye, bias),)),
            *(Synapse(f"out{s.lag}", (s,), "y", (Affine(eye, plain),)) for s in sources),
        ),
        (Readout("y", (3,), np.zeros(3)),),
    )


@pytest.mark.parametrize("optimise", [False, True])
@pytest.mark.parametrize(
    ("name", "lag", "biased"),
    [
        ("quiet", 0, False),
        ("quiet", 2, False),
        ("always", 0, True),
        ("quiet", 2, True),
    ],
)
def test_a_population_may_have_a_name_that_a_pass_gives(
    name: str, lag: int, biased: bool, optimise: bool
) -> None:
    """It is not taken for the clock, nor for the neuron that always fires."""
    program = lower(named(name, lag, biased), Lowering(optimise=optimise))
    other = lower(named("a", lag, biased), Lowering(optimise=optimise))
    inputs = spikes(program)
    (ours,), (theirs,) = (SIMULATOR.run(p, inputs).readouts.values() for p in (program, other))
    np.testing.assert_array_equal(ours, theirs)
    assert ours.any()
    demand_apart(program)


def test_a_sum_with_the_clock_keeps_its_other_sources() -> None:
    """A synapse of the clock's weights joins it; when the clock goes, the other source stays."""
    laws = {"p": lif((1,), 10), "a": lif((2,), 10), "b": lif((1,), -1)}
    program = network(
        laws,
        joint("x", "p", dense([[60, 60, 60]])),
        joint("x", "a", dense(np.full((2, 3), 90))),
        joint("p", "a", dense([[-68], [-68]]), 2),
        joint("a:1", "b", dense([[0, 0]])),
        joint("a", "y", dense([[1, 2]])),
    )
    summed = SumSources().run(Prune().run(program))
    assert ["quiet", "p"] in [[source.name for source in s.sources] for s in summed.synapses]
    assert ShortenDelays().run(summed).gap == 0
    demand_same(program, ShortenDelays().run(summed))
