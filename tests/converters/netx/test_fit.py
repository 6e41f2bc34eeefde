"""A neuron with a bias of fractions and the one that netx gets: the same spikes for all inputs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.netx.bounds import Arriving, is_exact, lost, stays_inside, twos_of
from converters.netx.fit import Fit, fit
from ssr_neuro.program import integer_neuron as law
from ssr_neuro.program.ir import IntegerLif

STEPS, NEURONS, MOST = 4, 6, 900


def spikes(neuron: IntegerLif, arriving: np.ndarray) -> np.ndarray:
    """arriving: (steps, neurons), weight units."""
    state, fired = law.rest(arriving.shape[1:]), []
    for a in arriving:
        state, now, _ = law.step(neuron, state, a)
        fired.append(now)
    return np.stack(fired)


def bounds(twos: int = 0) -> Arriving:
    most = np.full(NEURONS, MOST)
    return Arriving(-most, most, twos)


@given(
    seed=st.integers(0, 10**6),
    twos=st.integers(0, 4),
    vth=st.integers(-5, 300),
    dv=st.sampled_from([0, 2048, 4096]),
    du=st.sampled_from([4095, -1, 2047]),
)
def test_the_same_spikes_for_random_inputs(
    seed: int, twos: int, vth: int, dv: int, du: int
) -> None:
    rng = np.random.default_rng(seed)
    before = IntegerLif(dv, vth, rng.integers(-400, 900, NEURONS), 3, du)
    found = fit(before, STEPS, bounds(twos), is_read=False)
    if isinstance(found, str):
        assert du == 2047  # what its current and its membrane lose together is too much
        return
    units = rng.integers(-MOST >> twos, (MOST >> twos) + 1, (STEPS, NEURONS))
    for _ in range(20):
        rng.shuffle(units)
        arriving = units << twos
        scaled = units << twos + found.up if twos + found.up >= 0 else None
        assert scaled is not None
        np.testing.assert_array_equal(spikes(before, arriving), spikes(found.neuron, scaled))
    assert found.neuron.bias_exp == 6


def test_weights_become_smaller_where_they_share_a_factor() -> None:
    before = IntegerLif(2048, 37 << 4, np.array([1003] * NEURONS), 3)
    found = fit(before, STEPS, bounds(twos=4), is_read=False)
    assert isinstance(found, Fit)
    assert -4 <= found.up < 0


def test_whole_biases_change_nothing() -> None:
    before = IntegerLif(1365, np.arange(NEURONS), 64 * np.arange(NEURONS), 0)
    found = fit(before, STEPS, bounds(), is_read=False)
    assert isinstance(found, Fit)
    assert (found.up, found.neuron.bias_mant.tolist()) == (0, [0, 1, 2, 3, 4, 5])


def test_a_membrane_that_is_read_is_multiplied_as_a_whole() -> None:
    before = IntegerLif(2048, 1 << 17, np.array([8] * NEURONS), 0)
    found = fit(before, STEPS, bounds(), is_read=True)
    assert isinstance(found, Fit)
    assert (found.up, found.neuron.bias_mant[0]) == (3, 1)


@pytest.mark.parametrize(
    ("change", "most", "why"),
    [
        ({"dv": 1365}, 9, "its decays truncate within 4 steps"),
        ({}, 100_000, "same neuron: its current can wrap or its membrane saturate"),
        ({"du": -1}, 4000, "same neuron: times 8 its current can wrap or its membrane saturate"),
        (
            {"bias_mant": np.full(NEURONS, 32768 * 64)},
            9,
            "a bias of 32768 weight units, and Lava hold",
        ),
    ],
    ids=["decay", "saturates", "times", "bias"],
)
def test_why_not(change: dict[str, object], most: int, why: str) -> None:
    before = replace(IntegerLif(2048, 40, np.full(NEURONS, 8), 0), **change)
    ends = np.full(NEURONS, most)
    found = fit(before, STEPS, Arriving(-ends, ends, 0), is_read=False)
    assert isinstance(found, str)
    assert why in found


@pytest.mark.parametrize(("keep", "bits"), [(0, 0), (4096, 0), (2048, 1), (3072, 2), (2731, 12)])
def test_bits_that_a_decay_takes(keep: int, bits: int) -> None:
    assert lost(np.asarray(keep)) == bits


def test_twos() -> None:
    assert [twos_of(np.array(x)) for x in ([12, -8], [7], [0, 16], [0])] == [2, 0, 4, 24]


def test_a_half_is_kept_exactly_for_seven_steps() -> None:
    neuron = IntegerLif(2048, 40, np.zeros(1, np.int64), 0)
    assert [is_exact(neuron, steps, 0) for steps in (7, 8)] == [True, False]
    assert is_exact(neuron, 8, 1)


def test_bounds_know_the_threshold() -> None:
    """Without decay the membrane adds up below 0, and above it never passes threshold and input."""
    neuron = IntegerLif(0, 100, np.zeros(1, np.int64), 0)
    up, down = (Arriving(np.array([x]), np.array([y]), 0) for x, y in ((0, 131071), (-40000, 0)))
    assert not stays_inside(neuron, 4, up)
    assert stays_inside(neuron, 3, down)
    assert not stays_inside(neuron, 4, down)
