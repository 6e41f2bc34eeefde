"""Numbers that a Program must hold: each rule at its limit and one past it."""

from dataclasses import replace

import numpy as np
import pytest
from changed_programs import accepted, refusal, small, with_a, with_synapse
from pass_programs import joint, lif, network

from ssr_neuro.program.ir import Affine, FloatProgram, Lif, Program, Readout, zeros
from ssr_neuro.program.linear_maps import Array, Dense

LEAST = np.iinfo(np.int64).min


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("dv", 2048.0, "dv of 'a' is float64 of ()"),
        ("vth", np.array([1.0, 2.0]), "vth of 'a' is float64 of (2,)"),
        ("du", np.array([1, 2, 3]), "du of 'a' is int64 of (3,)"),
        ("vth", np.array([1]), "vth of 'a' is int64 of (1,)"),
        ("bias_mant", np.array([[1, 2]]), "bias_mant of 'a' is int64 of (1, 2)"),
        ("bias_mant", np.array([True, False]), "bias_mant of 'a' is bool of (2,)"),
    ],
)
def test_numbers_of_a_neuron_are_whole_and_one_or_of_its_shape(
    name: str, value: float | Array, told: str
) -> None:
    assert told in refusal(with_a(**{name: value}))
    assert accepted(with_a(vth=np.array([7, 8]), du=3))


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("dv", 0, 4096),
        ("du", -1, 4095),
        ("vth", -131072, 131072),
    ],
)
def test_numbers_of_a_neuron_stay_in_their_range(name: str, least: int, most: int) -> None:
    for good in (least, most, np.array([least, most])):
        assert accepted(with_a(**{name: good}))
    for wrong, told in (
        (least - 1, f"{name} of 'a' spans {least - 1} to {least - 1}; it is {least} to {most}"),
        (most + 1, f"{name} of 'a' spans {most + 1} to {most + 1}"),
        (np.array([least - 1, most]), f"spans {least - 1} to {most}"),
        (np.array([least, most + 1]), f"spans {least} to {most + 1}"),
    ):
        assert told in refusal(with_a(**{name: wrong}))


def test_the_exponent_of_a_bias_is_0_to_31() -> None:
    for good in (0, 31):
        assert accepted(with_a(bias_exp=good))
    for wrong in (-1, 32):
        told = f"bias_exp of 'a' spans {wrong} to {wrong}; it is 0 to 31"
        assert told in refusal(with_a(bias_exp=wrong))


@pytest.mark.parametrize(
    ("mantissa", "exponent"),
    [(2**31 - 1, 0), (-(2**31) + 1, 0), (1, 30), (2**30 - 1, 1), (0, 31)],
)
def test_a_bias_has_32_bits(mantissa: int, exponent: int) -> None:
    assert accepted(with_a(bias_mant=np.array([0, mantissa]), bias_exp=exponent))


@pytest.mark.parametrize(
    ("mantissa", "exponent"), [(2**31, 0), (-(2**31), 0), (1, 31), (2**30, 1), (LEAST, 0)]
)
def test_a_bias_beyond_32_bits_is_refused(mantissa: int, exponent: int) -> None:
    told = refusal(with_a(bias_mant=np.array([0, mantissa]), bias_exp=exponent))
    assert f"the bias of 'a' goes up to {abs(mantissa)} times 2 to the {exponent}; it has" in told


def test_a_population_may_have_no_neurons() -> None:
    into, out = joint("x", "a", Dense(zeros((0, 3)), (3,), (0,))), Dense(zeros((1, 0)), (0,), (1,))
    law = replace(lif((0,)), vth=zeros((0,)))
    assert accepted(network({"a": law}, into, joint("a", "y", out)))


def biased(bias: Array, unit: float | None = 1.0) -> Program:
    program = small()
    return replace(program, readouts=(replace(program.readouts[0], bias=bias, unit=unit),))


def test_what_the_host_adds_to_integers_has_32_bits() -> None:
    most = 2**31 - 1
    for good in (most, -most):
        assert accepted(biased(np.array([good])))
    for wrong in (most + 1, -most - 1, LEAST):
        told = f"the bias of readout 'y' is int64 up to {abs(wrong)}; it is a whole number of at"
        assert told in refusal(biased(np.array([0, wrong])))
    assert "is float64 up to 0.5" in refusal(biased(np.array([-0.5, 0.25])))
    assert "is float64 up to 0" in refusal(biased(np.zeros(0)))


def unquantised() -> Program:
    """As the small program, with weights and a bias that only a float network has."""
    program, neuron = small(), Lif(2.0, 0.5, np.zeros(2))
    halves = tuple(
        replace(
            s, exponent=9, chain=(Affine(s.map.with_weights(s.map.weights * 300.5), zeros((1,))),)
        )
        for s in program.synapses
    )
    return FloatProgram(
        **vars(program)
        | {
            "synapses": halves,
            "populations": (replace(program.populations[0], neuron=neuron),),
            "readouts": (Readout("y", (1,), np.array([0.5]), 2),),
        }
    )


def test_a_float_program_has_any_weights_and_biases() -> None:
    assert accepted(unquantised())


@pytest.mark.parametrize("number", [0, 1])
def test_the_exponent_of_a_synapse_is_0_to_7(number: int) -> None:
    for good in (0, 7):
        assert accepted(with_synapse(small(), number, exponent=good))
    for wrong in (-1, 8):
        told = refusal(with_synapse(small(), number, exponent=wrong))
        assert f"has an exponent of {wrong}; it is 0 to 7" in told


def weighing(number: int, weights: Array) -> Program:
    synapse = small().synapses[number]
    shape = synapse.map.weights.shape
    spread = np.resize(weights, shape)
    return with_synapse(
        small(), number, chain=(Affine(synapse.map.with_weights(spread), zeros((1,))),)
    )


@pytest.mark.parametrize("number", [0, 1])
def test_weights_are_whole_and_have_eight_bits(number: int) -> None:
    """Into a population and into a readout."""
    for good in ([127, -127], [1.0, -2.0]):
        assert accepted(weighing(number, np.array(good)))
    for wrong, largest in (
        (np.array([0, 128]), "128"),
        (np.array([0, -128]), "128"),
        (np.array([0, -128], np.int8), "128"),
        (np.array([1, 1.5]), "1.5"),
        (np.array([-0.5, 1]), "1"),
        (np.array([LEAST, 0]), "9.22337e+18"),
        (np.array([np.nan, 0]), "nan"),
    ):
        assert f"has weights up to {largest}, or fractions" in refusal(weighing(number, wrong))
