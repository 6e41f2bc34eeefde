"""Weights and biases that are whole parts of the threshold: sums that meet it do so on the chip."""

from typing import Literal

import numpy as np
import pytest

from simulators.fast import Fast
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.lower.whole_sums import InclusiveTest, WholeSums, sums_above, sums_at
from ssr_neuro.program import float_simulator
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    IntegerLif,
    Lif,
    Population,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Array, Dense
from ssr_neuro.program.semantics import Semantics

QUARTERS = np.array([[0.5, 0.25, -0.25], [0.75, -0.25, 1.0]])
USUAL = InclusiveTest(0.5, 0)


def made(
    neuron: Lif,
    weights: Array = QUARTERS,
    steps: int = 6,
    fires: Literal["above", "at"] = "at",
) -> FloatProgram:
    """x -> n with a bias in its neuron, and n -> y."""

    def affine(values: Array) -> tuple[Affine]:
        return (Affine(Dense(values, values.shape[1:], values.shape[:1]), np.zeros(1)),)

    return FloatProgram(
        "whole",
        steps,
        (Input("x", (3,)),),
        (Population("n", (2,), neuron),),
        (
            Synapse("xn", (Source("x"),), "n", affine(weights)),
            Synapse("ny", (Source("n"),), "y", affine(np.eye(2))),
        ),
        (Readout("y", (2,), np.zeros(2)),),
        semantics=Semantics(fires=fires),
    )


def lif(bias: float, tau: float = 1.0, *, leak: bool = True) -> Lif:
    return Lif(tau, 1.0, np.full(2, bias), leak)


def law(program: FloatProgram, bits: int = 8) -> tuple[object, object, object]:
    """vth, and the bias as mantissa and exponent."""
    neuron = lower(program, Lowering(bits)).population("n").neuron
    assert isinstance(neuron, IntegerLif)
    return neuron.vth, neuron.bias_mant.tolist()[0], neuron.bias_exp


@pytest.mark.parametrize("bits", [8, 5])
@pytest.mark.parametrize("fires", ["at", "above"])
@pytest.mark.parametrize(
    ("tau", "leak", "steps", "bias"),
    [
        *((1.0, False, 6, bias) for bias in (0.25, -0.25, 3.0, 20.0)),
        *((1.0, False, 70, bias) for bias in (0.25, 20.0)),
        *((1.0, True, 6, bias) for bias in (-0.25, 1.0, -2.0)),
        *((2.0, True, 6, bias) for bias in (0.25, -0.25, 1.0)),
    ],
)
def test_sums_with_a_bias_that_meet_the_threshold_do_so_on_the_chip(
    tau: float, leak: bool, steps: int, bias: float, fires: Literal["above", "at"], bits: int
) -> None:
    weights = QUARTERS * tau - (bias - 1) / 3 * (abs(bias) > 1)  # so that the bias is not all
    weights = np.rint(weights * 4) / 4
    program = made(lif(bias, tau, leak=leak), weights, steps, fires)
    x = {"x": (np.random.default_rng(0).random((200, steps, 3)) < 0.5).astype(np.uint8)}
    expected, _ = float_simulator.run(program, x)
    lowered = lower(program, Lowering(bits))
    np.testing.assert_array_equal(Fast().run(lowered, x).spikes["n"], expected["n"])
    assert expected["n"].any()
    assert lowered.notes.inexact == {}


def test_a_bias_keeps_room_for_the_one_that_carries_over_the_test() -> None:
    """The register holds 4095: at 63 weight units a bias of one threshold is 64 * 63, and 1."""
    assert law(made(lif(0.0))) == (124, 1, 0)
    assert law(made(lif(0.25))) == (124, 31 * 64 + 1, 0)
    assert law(made(lif(1.0))) == (60, 60 * 64 + 1, 0)


def test_without_a_leak_the_threshold_is_a_unit_lower_after_64_steps() -> None:
    assert law(made(lif(0.25, leak=False), steps=64)) == (124, 31 * 64 + 1, 0)
    assert law(made(lif(0.25, leak=False), steps=65)) == (123, 31 * 64, 0)


def test_a_bias_above_the_threshold_is_as_whole_as_the_weights() -> None:
    """At 12 units three thresholds are 2304; at 12 and a half 64th they would be 2306."""
    weights = np.full((2, 3), -10.0)
    assert law(made(lif(3.0), weights, fires="above")) == (12, 3 * 64 * 12, 0)


@pytest.mark.parametrize("tau", [1.0, 2.0])
def test_a_bias_of_no_whole_part_leaves_the_threshold_of_the_weights(tau: float) -> None:
    biases = np.array([np.pi / 10])
    found = sums_at(lif(0.0, tau), [QUARTERS], biases, 6, 127, 0, USUAL)
    assert found == WholeSums(124, 0.5, 0, None, misses=False)
    assert sums_above([QUARTERS], biases, 127, 0) == WholeSums(124, 0.5, 0, None)


def test_weights_of_no_whole_part_have_no_such_threshold() -> None:
    odd = QUARTERS * np.sqrt(0.5)
    assert sums_at(lif(0.0), [odd], np.zeros(2), 6, 127, 0, USUAL) is None
    assert sums_above([odd], np.zeros(2), 127, 0) is None


def test_a_threshold_of_one_weight_unit_is_never_one_lower() -> None:
    neuron = lif(0.0, leak=False)
    (ones,) = np.ones((1, 1, 1))
    found = sums_at(neuron, [ones], np.zeros(1), 65, 1, 0, InclusiveTest(63.5, 0))
    assert found == WholeSums(1, 63.5, 0, None, misses=True)


def test_what_may_be_missed_is_noted() -> None:
    """In 7 steps of a half the ones add up to 2, and the membrane's numbers are 1 apart."""
    missing = "and a membrane exactly at it may stay silent on the chip; biases that are whole"
    six, seven = (made(lif(0.0, 2.0), 2 * QUARTERS, steps) for steps in (6, 7))
    assert lower(six).notes.inexact == {}
    assert missing in lower(seven).notes.inexact["n"]
    above = made(lif(0.0, 2.0), 2 * QUARTERS, 7, "above")
    assert lower(above).notes.inexact == {}
    mixed = Lif(1.0, 1.0, np.array([0.0, np.pi / 10]), leak=False)
    assert missing in lower(made(mixed)).notes.inexact["n"]
    lifted = Lif(1.0, 1.0, np.array([0.0, np.pi / 10]))
    assert lower(made(lifted)).notes.inexact == {}
