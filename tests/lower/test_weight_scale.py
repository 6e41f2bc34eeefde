"""Scales of weights that round nothing, thresholds of many weights, neurons that cannot fire."""

import numpy as np
import pytest

from simulators.reference import Reference
from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.lower import Lowering, lower, warnings
from ssr_neuro.program import float_simulator
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    IntegerProgram,
    Lif,
    Population,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Dense


def one_layer(
    weights: list[list[float]],
    threshold: float,
    steps: int = 3,
    readout: list[list[float]] | None = None,
    bias: float = 0.0,
    leak: bool = False,
) -> FloatProgram:
    """x -> n -> y: integrate-and-fire, or a membrane of one step with `leak`."""
    into, out = np.array(weights), np.array(readout or np.eye(len(weights)))
    count, given, read = into.shape[0], into.shape[1], out.shape[0]
    neuron = Lif(1.0, threshold, np.zeros(count), leak)
    return FloatProgram(
        "one",
        steps,
        (Input("x", (given,)),),
        (Population("n", (count,), neuron),),
        (
            Synapse(
                "xn", (Source("x"),), "n", (Affine(Dense(into, (given,), (count,)), np.zeros(1)),)
            ),
            Synapse(
                "ny", (Source("n"),), "y", (Affine(Dense(out, (count,), (read,)), np.zeros(1)),)
            ),
        ),
        (Readout("y", (read,), np.full(read, bias)),),
    )


def weights_of(program: IntegerProgram, name: str) -> list[int]:
    return program.into(name)[0].map.weights.ravel().tolist()


def test_a_threshold_of_two_thousand_weights_is_exact() -> None:
    """Weight 1 and a threshold of 2,000: 65 and 130,000, and it fires with the 2,001st spike."""
    made = one_layer([[1.0]], 2000.0, steps=2002)
    program = lower(made)
    assert weights_of(program, "n") == [65]
    assert program.population("n").neuron.vth == 130_000
    x = {"x": np.ones((1, 2002, 1), np.uint8)}
    fired = Reference().run(program, x).spikes["n"]
    np.testing.assert_array_equal(fired, float_simulator.run(made, x)[0]["n"])
    assert np.flatnonzero(fired).tolist() == [2000]


@pytest.mark.parametrize("weight", [1e-20, 1e-320])
def test_a_neuron_that_cannot_fire_is_left_out_with_a_note(weight: float) -> None:
    """Neuron 0 reaches 2e-20 of its threshold of 1 in two steps, or less; neuron 1 fires."""
    made = one_layer([[weight], [1.0]], 0.75, steps=2)
    assert warnings(lower(made)) == ()  # beside a large weight it is rounded to 0, and counted
    alone = one_layer([[weight]], 1.0, steps=2)
    program = lower(alone)
    assert program.notes.silent == {"n": 1}
    assert warnings(program) == (
        "n: no input can make 1 of its neurons fire within 2 steps; their weights are left out",
    )
    assert weights_of(program, "n") == [0]
    assert [p.name for p in lower(alone, Lowering(optimise=True)).populations] == ["n"]


def test_a_threshold_of_more_weights_than_the_chip_holds_is_refused() -> None:
    """It takes 140,001 spikes, and there are 150,000 inputs of weight 1 that could send them."""
    made = one_layer([[1.0] * 1500], 140_000.0, steps=100)
    with pytest.raises(DoesNotFit) as caught:
        lower(made)
    assert str(caught.value) == (
        "population 'n': its threshold of 1.4e+05 is 1.4e+05 times what its largest weight adds, "
        "and the chip's threshold is at most 131071 of its smallest weights: scale the weights up; "
        "or choose --charge step, if its framework leaves out dt"
    )
    with pytest.raises(DoesNotFit, match=r"scale the weights up$"):
        lower(one_layer([[1.0] * 150_000], 140_000.0, steps=1, leak=True))


@pytest.mark.parametrize("weights", [[3 / 8, -5 / 8, 1.0], [0.1, 0.7, -0.3], [1 / 3, 2 / 3, 0.5]])
def test_a_readout_of_small_rationals_is_exact(weights: list[float]) -> None:
    single = np.float32(weights).astype(float).tolist()  # as a file in float32 holds them
    made = one_layer(np.eye(3).tolist(), 0.5, readout=[single])
    program = lower(made)
    x = {"x": (np.random.default_rng(0).random((20, 3, 3)) < 0.5).astype(np.uint8)}
    read = Reference().run(program, x).readouts["y"] * program.readouts[0].unit
    np.testing.assert_allclose(read, float_simulator.run(made, x)[1]["y"], rtol=2e-7)
    assert program.notes.quantisation["y"].largest_error < 1e-4


def test_eighths_into_a_readout_have_a_scale_of_an_eighth() -> None:
    program = lower(one_layer(np.eye(2).tolist(), 0.5, readout=[[3 / 8, -5 / 8]]))
    assert program.readouts[0].unit == 1 / 8
    assert weights_of(program, "y") == [3, -5]


def test_a_readouts_bias_is_whole_too_where_it_can_be() -> None:
    """Weights of 1 need no scale but 1; the bias of 0.3 asks for tenths."""
    program = lower(one_layer([[1.0]], 0.5, readout=[[1.0]], bias=0.3))
    assert program.readouts[0].unit == pytest.approx(0.1)
    assert program.readouts[0].bias.tolist() == [3]


def test_trained_weights_have_no_exact_scale() -> None:
    weights = np.random.default_rng(0).normal(0, 1, (1, 40))
    made = one_layer(np.eye(40).tolist(), 0.5, readout=weights.tolist())
    assert lower(made).readouts[0].unit == pytest.approx(np.abs(weights).max() / 127)


def test_a_bias_that_would_not_fit_takes_a_coarser_scale() -> None:
    """vth of 127 weights of 1e-4 each would make of the bias more than the register holds."""
    made = one_layer([[1e-3]], 1.0, steps=4)
    biased = Lif(1.0, 1.0, np.array([10.0]), leak=False)
    program = lower(FloatProgram(**{**vars(made), "populations": (Population("n", (1,), biased),)}))
    neuron = program.population("n").neuron
    bias = neuron.bias_mant.item() << neuron.bias_exp
    assert bias == pytest.approx(10 * neuron.vth * 64, rel=1e-3)


@pytest.mark.parametrize("threshold", [5e-324, 1e-310, 0.0, -1.0])
def test_a_threshold_of_which_no_number_is_the_inverse_is_refused(threshold: float) -> None:
    with pytest.raises(BadInput, match=rf"'n': a threshold of {threshold:g} cannot be tied"):
        lower(one_layer([[1.0]], threshold))


def test_weights_that_no_float_holds_are_named() -> None:
    """A graph's factors, or a weight in parts of its threshold, may lead beyond all floats."""
    said = r"synapse 'xn': a weight in thresholds of 'n' is beyond 1\.8e308, the largest float"
    with pytest.raises(BadInput, match=said):
        lower(one_layer([[np.inf]], 1.0))
    with pytest.raises(BadInput, match=said):
        lower(one_layer([[1e300]], 1e-9))
    with pytest.raises(BadInput, match=r"synapse 'ny': a weight in units of readout 'y' is beyond"):
        lower(one_layer([[1.0]], 1.0, readout=[[np.inf]]))
