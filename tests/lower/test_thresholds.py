"""The threshold that a scale is tied to: the largest at which all that belongs to it fits.

For 8 bits a weight is at most 127, and a threshold of 1 is vth + 1/128 of them.
"""

import re
from dataclasses import replace

import numpy as np
import pytest
from one_population import QUARTERS, chain, fire, held, law, made, weights

from ssr_neuro.errors import BadInput, DoesNotFit
from ssr_neuro.lower.quantise import Quantise
from ssr_neuro.lower.weight_scale import WeightScale, weight_scales
from ssr_neuro.program.ir import FloatProgram, Lif, Source, Synapse
from ssr_neuro.program.linear_maps import Dense


def scale_of(program: FloatProgram, bits: int = 8, **clips: float) -> WeightScale:
    return weight_scales(program, bits, clips)["n"]


def test_a_unit_is_a_part_of_the_scale() -> None:
    assert WeightScale(8, 4.0, exponent=3).unit == 0.5
    assert WeightScale(8, 4.0).unit == 4.0


def test_one_scale_is_a_number_and_others_an_array() -> None:
    """Neurons whose weights grow with their thresholds; 126 + 1/128 steps are a threshold."""
    alike = fire([0] * 3, threshold=np.full(3, 2.0))
    scale = scale_of(made(alike, xn=np.diag([2, 2, 2]))).scale
    assert isinstance(scale, float)
    assert scale == pytest.approx(2 / (126 + 1 / 128))
    differing = fire([0] * 3, threshold=np.array([1.0, 1.0, 2.0]))
    found = scale_of(made(differing, xn=np.diag([1, 1, 2])))
    assert found.vth == 126
    assert np.asarray(found.scale) * (126 + 1 / 128) == pytest.approx([1, 1, 2])


def test_the_largest_weight_fits_with_the_half_unit_above_vth() -> None:
    """At 127 a weight of one threshold would be 127 + 1/128, and at 126 it is 126 + 1/128."""
    assert scale_of(made(fire(), xn=[[1.0]])).vth == 126
    assert scale_of(made(fire(), xn=[[127 / (127 + 1 / 128)]])).vth == 127


@pytest.mark.parametrize(("beyond", "vth"), [(0.9, 126), (1.1, 125)])
def test_a_weight_a_millionth_above_the_limit_still_has_its_scale(beyond: float, vth: int) -> None:
    """A part of 2^-20, near what float32 cannot tell; the other weight is no part of anything."""
    largest = 127 / (126 + 1 / 128) * (1 + beyond * 2.0**-20)
    assert scale_of(made(fire(), xn=[[largest, 1 / np.pi]])).vth == vth


def test_a_weight_of_many_thresholds_is_clipped_at_a_threshold_of_one() -> None:
    program = Quantise().run(made(fire(), xn=[[200.0]]))
    assert law(program)[1] == 1
    assert weights(program) == {"xn": ([[127]], 0)}


def test_the_largest_threshold_of_the_chip() -> None:
    """17 bits; at 131,071 whole weights are 127 each."""
    found = scale_of(made(fire(), xn=[[127 / 131_071]]))
    assert (found.vth, found.silent) == (131_071, None)
    few_bits = scale_of(made(fire(), xn=[[64 / 131_071.3]]), bits=2)  # one step of 64
    assert (few_bits.vth, few_bits.silent) == (131_071, None)


def test_beyond_the_largest_threshold_neurons_that_cannot_fire_are_looked_for() -> None:
    """In four steps the weight of neuron 0 is far below 2. A bias lets neuron 1 fire: half of its
    threshold is 524,159 units at most, so 64 vth + 1/2 is at most 1,048,318."""
    weight = 127 / 131_072 * 2
    program = made(fire([0, 1.0], threshold=2.0), xn=np.diag([weight, weight]))
    found = scale_of(program)
    assert found.silent is not None
    assert found.silent.tolist() == [True, False]
    assert found.vth == 16_379
    alone = scale_of(made(fire(threshold=2.0), xn=[[weight]]))
    assert alone.silent is not None
    assert alone.silent.tolist() == [True]


@pytest.mark.parametrize("bits", [2, 8])
def test_weights_below_the_chips_resolution_are_refused(bits: int) -> None:
    """At the largest threshold, 131,071, the largest weight is one step, of 64 with 2 bits."""
    most = 131_071 >> 8 - bits
    fits = made(fire([0.0]), steps=150 if bits == 8 else 2, xn=[[1 / most] * 2000])
    found = scale_of(fits, bits)
    assert found.vth == most << 8 - bits
    small = made(fire([0.0]), steps=150 if bits == 8 else 2, xn=[[1 / (most + 1)] * 2000])
    with pytest.raises(DoesNotFit, match=f"the chip's threshold is at most {most} of its smallest"):
        scale_of(small, bits)


def test_several_populations_of_one_membrane_share_its_scale_and_its_register() -> None:
    """Number 2 of 2 has twice the threshold of the first, and twice its vth, up to 131,071."""
    second = fire(threshold=2.0, level=2, levels=2)
    found = scale_of(made(second, xn=QUARTERS), n=0.5)  # what would clip a population alone
    assert found.vth == 2 * 124
    assert found.scale == pytest.approx(1 / (124 + 1 / 128))
    tiny = scale_of(made(replace(second, level=1, threshold=1.0), xn=[[127 / 65_536]]))
    assert (tiny.vth, tiny.silent) == (65_535, None)


@pytest.mark.parametrize(
    ("bias", "vth"),
    [
        (1.0, 8189),  # 64 x 8,189 + 1/2 are 524,096.5
        (524_159 / (64 * 8000 + 0.5), 8000),
        (524_159.5 / (64 * 8000 + 0.5), 7999),
        (4094.0, 1),  # at 2 it would be 526,079
        (4079.0, 2),  # 524,151.5
    ],
)
@pytest.mark.parametrize("threshold", [1.0, 2.0])
def test_the_largest_bias_and_its_offset_fit_their_register(
    bias: float, vth: int, threshold: float
) -> None:
    """4,095 x 128 membrane units, of which one is the offset's."""
    neuron = fire([bias * threshold], threshold=threshold)
    program = made(neuron, xn=[[threshold / 40_000]])
    assert law(Quantise().run(program))[1] == vth


def test_a_bias_takes_one_from_a_threshold_that_weights_would_allow() -> None:
    """126 weights of 1; 126 x 64 units of that bias are 524,159, and half a unit is more."""
    program = made(fire([524_159 / (126 * 64)]), xn=[[1.0]])
    assert law(Quantise().run(program))[1] == 125


def kept_apart(neuron: Lif, rows: object) -> FloatProgram:
    """As `made`, but its population is also read a step late."""
    program = made(neuron, xn=rows)
    late = Synapse("late", (Source("n", 2, 1),), "y", (chain(Dense(np.eye(1), (1,), (1,))),))
    return replace(program, synapses=(*program.synapses, late))


@pytest.mark.parametrize(
    ("count", "weight", "vth"),
    [
        (1, 0.4949, 256),
        (400, 1.0, 62),  # 124,518 units over 5 x 400
        (10_000, 0.4949, 16),  # 124,518 over 5 x 4,949 are 5; 256 / 16 is more
        (1, 100.0, 1),
    ],
)
def test_a_current_with_memory_that_is_kept_apart_has_room_or_a_16th_of_its_threshold(
    count: int, weight: float, vth: int
) -> None:
    """It forgets nothing for four steps, and in a fifth it is inhibited.

    95 % of the register of 131,072 units are for that, where 16 times coarser weights are enough.
    """
    assert scale_of(kept_apart(fire(tau_syn_steps=np.inf), [[weight] * count])).vth == vth


def test_a_finer_threshold_leaves_room_in_the_current() -> None:
    """149 steps of a current that forgets nothing, 0.1876 up and 1.0203 down in each: 95 % of the
    register are 687 such thresholds, and at 680 the large weight is rounded least, to 8 x 85."""
    small = np.array([[127, 50.3, -20.6, 3.4, 9.9]]) / (1016 + 1 / 128)
    neuron = fire(tau_syn_steps=np.inf)
    found = scale_of(made(neuron, steps=149, small=small, large=[[-1.0, 0, 0, 0, 0]]))
    assert (found.vth, found.further) == (680, {"large": 3})


def test_weights_into_an_integrator_that_is_held_have_three_bits_more() -> None:
    """One of two neurons never forgets; two bits are for those that all do."""
    row = np.array([508.0, 101.45, 202.3, 5.4, 7.8]) / (508 + 1 / 128)
    neuron = held([0, 0])
    assert scale_of(made(neuron, xn=[row, row])).vth == 4 * 127
    mixed = replace(neuron, tau_syn_steps=np.array([2.0, np.inf]))
    assert scale_of(made(mixed, xn=[row, row])).vth == 8 * 127


def test_a_readout_is_clipped_as_calibration_says() -> None:
    program = made(fire([0, 0]), xn=np.eye(2))
    into, out = program.synapses
    out = replace(out, chain=(chain(Dense(np.diag([1, 1 / np.pi]), (2,), (2,))),))
    program = replace(program, synapses=(into, out))
    for clip in (1.0, 0.5):
        assert weight_scales(program, 8, {"y": clip})["y"].scale == pytest.approx(clip / 127)
    assert weight_scales(program, 8, {})["y"].scale == pytest.approx(1 / 127)


def test_the_least_threshold_whose_scale_has_an_inverse() -> None:
    """2^-1022 is the smallest float of full precision, and a scale may be a 2^17th of this."""
    least = 2.0**-1005
    program = Quantise().run(made(fire(threshold=least), xn=[[least, least / 2]]))
    assert law(program)[1] == 126
    assert weights(program) == {"xn": ([[126, 63]], 0)}
    for thresholds in (float(np.nextafter(least, 0)), np.array([1.0, 1e-310])):
        message = rf"'n': a threshold of {np.min(thresholds):g} cannot be tied"
        with pytest.raises(BadInput, match=re.escape(message)):
            scale_of(made(fire([0, 0], threshold=thresholds), xn=np.eye(2)))
