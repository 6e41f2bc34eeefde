"""Weights that are clipped, that have exponents or two synapses, and readouts, by hand."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from one_population import chain, fire, held, law, made, weights

from ssr_neuro.lower.quantise import Quantise
from ssr_neuro.program.fixed_point import NEVER
from ssr_neuro.program.ir import Affine, Input, IntegerProgram, Population, Readout
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap, identity, sparse


@pytest.mark.parametrize(
    ("weight", "expected", "clipped"),
    [(128.6, 127, 1), (127.6, 127, 1), (127.4, 127, 0), (-128.6, -127, 1)],
)
def test_what_calibration_clips_is_counted(weight: float, expected: int, clipped: int) -> None:
    """Half of the largest weight, sqrt 2, is held: vth is 179, and 1 is 179.0078 steps."""
    steps = 179 + 0.5 / 64
    row = [[sqrt(2), weight / steps, 0.1]]
    program = Quantise(8, {"n": 0.5}).run(made(fire(), xn=row))
    assert law(program)[1] == 179
    assert weights(program) == {"xn": ([[127, expected, 18]], 0)}
    found = program.notes.quantisation["n"]
    assert (found.clipped, found.held) == (1 + clipped, 0.5)
    assert Quantise().run(made(fire(), xn=row)).notes.quantisation["n"].held == 1.0


def test_large_weights_beside_small_ones_get_an_exponent() -> None:
    """At a vth of 1,016 the small ones are up to 127, and the threshold itself is 8 x 127."""
    steps = 1016 + 0.5 / 64
    small = np.array([[127, 50.3, -20.6, 3.4, 9.9]]) / steps
    program = Quantise().run(made(fire(), small=small, large=[[-1.0, 0, 0, 0, 0]]))
    assert law(program)[1] == 1016
    assert weights(program) == {
        "small": ([[127, 50, -21, 3, 10]], 0),
        "large": ([[-127, 0, 0, 0, 0]], 3),
    }
    assert program.notes.quantisation["n"].largest_error == pytest.approx(0.4)


FINE = np.array([[508.0, 101.45, 202.3, 5.4, 7.8]]) / (508 + 0.5 / 64)


@pytest.mark.parametrize(
    ("rates", "coarse", "fine"),
    [({}, 50, 2), ({"x": np.array([0.3, 0.3, 0.3, 0.9, 0.3])}, 51, -1)],
)
def test_weights_into_a_held_membrane_take_two_synapses(
    rates: dict[str, Array], coarse: int, fine: int
) -> None:
    """10 bits: four times 127 for the largest. Rounding is balanced: without rates 101.45 is 102;
    with these 202.3 becomes 203, too. So it is 50 x 4 + 2, or 51 x 4 - 1."""
    program = Quantise(rates=rates).run(made(held(), xn=FINE, xn_fine=[[0.0] * 5]))
    assert law(program)[1] == 508
    assert weights(program) == {
        "xn": ([[127, 0, coarse, 0, 0]], 2),
        "xn_fine_": ([[0, 102, fine, 5, 8]], 0),
        "xn_fine": ([[0] * 5], 0),
    }


def test_weights_into_other_membranes_are_each_rounded_to_the_nearest() -> None:
    small = np.array([[127, 101.45, 20.3, 5.4, 7.8]]) / (127 + 0.5 / 64)
    program = Quantise(rates={"x": np.ones(5)}).run(made(fire(), xn=small))
    assert law(program)[1] == 127
    assert weights(program) == {"xn": ([[127, 101, 20, 5, 8]], 0)}


SHARED = np.random.default_rng(0).uniform(-9, 9, (2, 12))
KRON = Kron(np.eye(2), SHARED)


@pytest.mark.parametrize("linear", [KRON, Dense(np.kron(np.eye(2), SHARED), (2, 12), (2, 2))])
def test_weights_are_balanced_for_each_neuron_where_thresholds_differ(linear: LinearMap) -> None:
    """Each neuron's weights are then scaled by its own, which leaves neither Kron nor Dense."""
    neuron = replace(held(np.zeros((2, 2))), threshold=np.array([[1.0, 3.0], [2.0, 1.5]]))
    program = made(fire([0] * 4), xn=np.zeros((4, 24)))

    def quantised(linear: LinearMap) -> dict[str, tuple[list[list[int]], int]]:
        read = replace(program.synapses[0], chain=(Affine(linear, np.zeros(1)),))
        out = replace(program.synapses[1], chain=(Affine(identity((2, 2)), np.zeros(1)),))
        float_program = replace(
            program,
            inputs=(Input("x", (2, 12)),),
            populations=(Population("n", (2, 2), neuron, 1),),
            synapses=(read, out),
            readouts=(Readout("y", (2, 2), np.zeros((2, 2)), 2),),
        )
        rates = {"x": np.linspace(0, 0.5, 24).reshape(2, 12)}
        return weights(Quantise(rates=rates).run(float_program))

    assert quantised(linear) == quantised(sparse(linear.expanded(), (2, 12), (2, 2)))


@pytest.mark.parametrize(("beyond", "clipped"), [(0.8, 0), (1.5, 1)])
def test_what_balance_may_move_is_not_clipped(beyond: float, clipped: int) -> None:
    """A weight of 16,256 thresholds is 127 x 128, the largest of all; a unit of it is 64.5."""
    one = (16256 + beyond) * 64 / 64.5
    program = Quantise().run(made(held(), xn=[[one]]))
    assert weights(program) == {"xn": ([[127]], 7), "xn_fine": ([[0]], 0)}
    found = program.notes.quantisation["n"]
    assert found.largest_error == pytest.approx(beyond)
    assert found.clipped == clipped


def test_a_coarse_synapse_alone_holds_no_more_than_its_bits() -> None:
    """16,384 thresholds are 128 x 128, and half a membrane unit a threshold makes 129 of them."""
    program = Quantise().run(made(held(), xn=[[16384.0]]))
    assert weights(program) == {"xn": ([[127]], 7)}
    assert program.notes.quantisation["n"].clipped == 1


def reading(bias: float = 0.0, **how: object) -> IntegerProgram:
    """n -> y, a readout of a half and a quarter of one."""
    neuron = fire([0, 0], **how) if how else None
    readout = Readout("y", (2,), np.full(2, bias), 2, neuron=neuron)
    program = made(fire([0, 0]), readout, xn=np.eye(2))
    out = replace(program.into("y")[0], chain=(chain(Dense(np.diag([0.5, -0.25]), (2,), (2,))),))
    return Quantise().run(replace(program, synapses=(program.synapses[0], out)))


def test_a_readout_has_its_scale_as_unit_and_its_bias_in_steps_of_it() -> None:
    program = reading(bias=0.75)
    assert weights(program, "y") == {"out": ([[2, 0], [0, -1]], 0)}
    (readout,) = program.readouts
    assert (readout.unit, readout.bias.tolist(), readout.depth) == (0.25, [3, 3], 2)
    assert readout.neuron is None


def test_a_readout_that_integrates_has_the_unit_of_its_membrane() -> None:
    """The largest weight of a half is 126 steps; a step is 64 membrane units, divided by tau."""
    program = reading(tau_steps=4.0, leak=True)
    assert weights(program, "y") == {"out": ([[126, 0], [0, -63]], 0)}
    (readout,) = program.readouts
    assert isinstance(readout.unit, float)
    assert readout.unit == pytest.approx(0.5 / 126 / 64 / 4)
    assert readout.bias.tolist() == [0, 0]
    assert readout.neuron is not None
    assert (readout.neuron.dv, readout.neuron.vth) == (1024, NEVER)
    assert readout.neuron.bias_mant.tolist() == [0, 0]


def test_a_readout_of_several_taus_has_several_units() -> None:
    (readout,) = reading(tau_steps=np.array([4.0, 2.0]), leak=True).readouts
    assert np.asarray(readout.unit).tolist() == pytest.approx(
        [0.5 / 126 / 64 / 4, 0.5 / 126 / 64 / 2]
    )
    assert readout.neuron is not None
    np.testing.assert_array_equal(readout.neuron.dv, [1024, 2048])
