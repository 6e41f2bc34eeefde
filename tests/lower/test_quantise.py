"""Neurons and biases as integers, worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from one_population import ONE, QUARTERS, fire, law, made, weights

from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.lower.passes import Lowering
from ssr_neuro.lower.quantise import Quantise
from ssr_neuro.program.semantics import Semantics


def test_whole_fractions_of_the_threshold_become_whole_numbers() -> None:
    program = Quantise().run(made(fire(), xn=QUARTERS))
    assert weights(program) == {"xn": ([[62, -31, 124]], 0)}
    assert law(program) == (0, 124, [0], 0, 4095)
    (population,) = program.populations
    assert (population.shape, population.depth) == ((1,), 1)
    assert program.notes.weight_bits == 8
    assert (program.notes.inexact, program.notes.silent, program.notes.seen) == ({}, {}, {})


def test_few_bits_are_multiples_of_a_power_of_two() -> None:
    """4 bits: up to 7 x 16 = 112, and a quarter of the threshold is a multiple of 16 at 64."""
    program = Quantise(4).run(made(fire(), xn=QUARTERS))
    assert weights(program) == {"xn": ([[2, -1, 4]], 4)}
    assert law(program)[1] == 64


@pytest.mark.parametrize("bits", [2, 8])
def test_two_to_eight_bits_are_allowed(bits: int) -> None:
    assert Quantise(bits).run(made(fire(), xn=[[1.0]])).notes.weight_bits == bits


@pytest.mark.parametrize("bits", [1, 9])
def test_other_bits_are_refused(bits: int) -> None:
    with pytest.raises(BadInput, match=f"weight bits must be 2 to 8, given {bits}"):
        Quantise(bits).run(made(fire(), xn=[[1.0]]))


def test_a_soft_reset_is_refused() -> None:
    soft = replace(made(fire(), xn=QUARTERS), semantics=Semantics(reset="subtract"))
    with pytest.raises(BadInput, match="only resets to zero; hold the membranes in the currents"):
        Quantise().run(soft)


def test_the_options_are_those_of_lowering() -> None:
    options = Lowering(5, {"n": 0.5}, rates={"x": np.ones(3)})
    assert Quantise.of(options) == Quantise(5, options.clips, options.rates)


def test_the_map_has_no_bias() -> None:
    program = Quantise().run(made(fire([0, 0, 0]), xn=np.eye(3)))
    (affine,) = program.into("n")[0].chain
    assert np.broadcast_to(affine.bias, (3,)).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("units", "mantissa", "exponent"),
    [
        (0.6, 1, 0),
        (-0.4, 0, 0),
        (4095.4, 4095, 0),
        (4095.6, 2048, 1),  # 4,096 would be beyond the mantissa
        (-4095.6, -2048, 1),
        (8190.8, 4095, 1),
        (8191.2, 2048, 2),
    ],
)
def test_a_bias_has_the_least_exponent_that_is_enough(
    units: float, mantissa: int, exponent: int
) -> None:
    program = Quantise().run(made(fire([units / ONE]), xn=QUARTERS))
    assert law(program) == (0, 124, [mantissa], exponent, 4095)


def test_the_largest_bias_of_all() -> None:
    """Weights of 1 and a bias of thousands of thresholds: vth is 1, and 1 is 64.5 units."""
    largest = 128 / 64.5
    program = Quantise().run(made(fire([4095.4 * largest]), xn=[[1.0]]))
    assert law(program) == (0, 1, [4095], 7, 4095)
    with pytest.raises(DoesNotFit, match=r"'n': a bias of 8128 needs 524,236.8 membrane units, "):
        Quantise().run(made(fire([4095.6 * largest]), xn=[[1.0]]))


def test_a_bias_keeps_the_membrane_whole_where_it_can_be() -> None:
    """tau of 2 and 4 steps: multiples of 8. Of tau 3 nothing stays whole: multiples of 1.

    An input counts for 1 / tau, so with tau 2 the weights are 1/4, -1/8 and 1 of the threshold,
    and 120 is the multiple of 8; with tau 3 they are 1/6, -1/12 and 2/3, and 180 that of 12.
    """
    weight = [[0.5, -0.25, 2.0]]
    bias = 13 * 2 / (64 * 120 + 0.5)
    half = Quantise().run(made(fire([bias], tau_steps=2.0, leak=True), xn=weight))
    assert law(half) == (2048, 120, [2], 3, 4095)
    bias = 13 * 3 / (64 * 180 + 0.5)
    third = Quantise().run(made(fire([bias], tau_steps=3.0, leak=True), xn=weight))
    assert law(third) == (1365, 180, [13], 0, 4095)
    assert third.notes.inexact == {"n": "tau of 3 steps over 4 steps is truncated on the chip"}


@pytest.mark.parametrize(("tau", "leak", "dv"), [(1.0, False, 0), (2.0, True, 2048)])
def test_neurons_that_fire_at_their_threshold_get_one_membrane_unit_a_step(
    tau: float, leak: bool, dv: int
) -> None:
    """So what meets 64 vth exactly is above it; with tau 2 the same weights are twice as large."""
    neuron = fire(tau_steps=tau, leak=leak)
    program = made(neuron, xn=np.array(QUARTERS) * tau)
    found = Quantise().run(replace(program, semantics=Semantics(fires="at")))
    assert weights(found) == {"xn": ([[62, -31, 124]], 0)}
    assert law(found) == (dv, 124, [1], 0, 4095)
    assert found.semantics.fires == "at"


@pytest.mark.parametrize(("tau", "decay"), [(1.5, 2731), (3.0, 1365), (1.0, 4096), (4096.0, 1)])
def test_decays_are_the_nearest_parts_of_4096(tau: float, decay: int) -> None:
    alike = Quantise().run(made(fire([0, 0], tau_steps=tau, leak=True), xn=np.eye(2)))
    assert law(alike)[0] == decay
    filtered = Quantise().run(made(fire([0, 0], tau_syn_steps=tau), xn=np.eye(2)))
    assert law(filtered)[4] == decay - 1


def test_each_neuron_has_its_own_decay_where_they_differ() -> None:
    taus = np.array([2.0, 2.0, 4.0])
    program = Quantise().run(
        made(fire([0] * 3, tau_steps=taus, tau_syn_steps=taus[::-1], leak=True), xn=np.eye(3))
    )
    dv, _, _, _, du = law(program)
    assert (dv, du) == ([2048, 2048, 1024], [1023, 2047, 2047])
    same = fire([0] * 3, tau_steps=np.full(3, 2.0), tau_syn_steps=np.full(3, 4.0), leak=True)
    dv, _, _, _, du = law(Quantise().run(made(same, xn=np.eye(3))))
    assert (dv, du) == (2048, 1023)


def test_a_bias_of_the_current_must_have_gone_before() -> None:
    neuron = fire([0, 0], current_bias=np.array([0.0, 0.2]))
    with pytest.raises(BadInput, match="'n' still has a bias of its current; run the pass bias_n"):
        Quantise().run(made(neuron, xn=np.eye(2)))
    none = replace(neuron, current_bias=np.zeros(2))
    assert law(Quantise().run(made(none, xn=np.eye(2))))[2] == [0, 0]


def test_neurons_that_cannot_fire_lose_weights_and_bias() -> None:
    """1,100 weights of a 1,100th of the threshold: 119 each at 130,900, near the largest vth.

    Neuron 0 has a tenth of that in two steps; its bias would take more than the register holds.
    """
    rows = np.repeat([[1 / 11_000], [1 / 1100]], 1100, axis=1)
    program = Quantise().run(made(fire([-1.5, 0]), steps=2, xn=rows))
    assert weights(program) == {"xn": ([[0] * 1100, [119] * 1100], 0)}
    assert law(program) == (0, 130_900, [0, 0], 0, 4095)
    assert program.notes.silent == {"n": 1}
    both = Quantise().run(made(fire([0, 0]), steps=2, xn=rows[[1, 1]]))
    assert both.notes.silent == {}


def test_the_membranes_that_were_seen_are_noted() -> None:
    seen = Quantise().run(made(fire(seen=(0.0, 2.5)), xn=QUARTERS)).notes.seen
    assert seen == {"n": (0.0, 2.5)}
