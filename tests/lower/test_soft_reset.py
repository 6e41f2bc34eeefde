"""A membrane held in the current: soft reset on a chip that resets to zero."""

from dataclasses import replace

import numpy as np
import pytest
from example_counts import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.reference import SIMULATOR
from ssr_neuro.errors import BadInput
from ssr_neuro.lower import lower
from ssr_neuro.lower.fold import Fold
from ssr_neuro.lower.soft_reset import hold_membranes_in_currents
from ssr_neuro.program import float_simulator
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    Lif,
    Population,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Dense
from ssr_neuro.program.semantics import Semantics

STEPS = 12
seeds = given(seed=st.integers(0, 2**32 - 1))
often = settings(max_examples=examples(4))
READINGS = [
    Semantics(fires=fires, reset="subtract", reset_step=step, spikes=spikes)
    for fires in ("above", "at")
    for step in ("same", "next")
    for spikes in ("one", "several")
] + [Semantics(fires=fires, reset="none") for fires in ("above", "at")]


def neuron(rng: np.random.Generator, size: int, leak: bool) -> Lif:
    """Thresholds of one or of each neuron; leaks of a half or three quarters, or none."""
    tau = float(rng.choice([2.0, 4.0])) if leak else 1.0
    threshold = rng.choice([0.5, 0.75, 1.0], size) if rng.random() < 0.5 else 0.75
    return Lif(tau, threshold, rng.integers(-1, 2, size) / 8, leak)


def program(seed: int, semantics: Semantics, leak: bool) -> FloatProgram:
    """x -> a -> b -> y, b fed back to itself; dyadic numbers, so that ties are real ones."""
    rng = np.random.default_rng(seed)

    def synapse(source: str, target: str, shape: tuple[int, int], lag: int = 0) -> Synapse:
        top = {"a": 5, "b": 3}.get(target, 5) - 3 * lag  # several spikes must not breed more
        linear = Dense(rng.integers(-3, top, shape) / 8, (shape[1],), (shape[0],))
        chain = (Affine(linear, rng.integers(-1, 2, shape[0]) / 8),)
        return Synapse(f"{source}{target}", (Source(source, lag=lag),), target, chain)

    return FloatProgram(
        "soft",
        STEPS,
        (Input("x", (5,)),),
        (
            Population("a", (4,), neuron(rng, 4, leak)),
            Population("b", (3,), neuron(rng, 3, leak)),
        ),
        (
            synapse("x", "a", (4, 5)),
            synapse("a", "b", (3, 4)),
            synapse("b", "b", (3, 3), lag=1),
            synapse("b", "y", (2, 3)),
        ),
        (Readout("y", (2,), np.zeros(2)),),
        semantics=semantics,
    )


def spikes(seed: int, samples: int = 3) -> dict[str, np.ndarray]:
    return {"x": (np.random.default_rng(seed).random((samples, STEPS, 5)) < 0.5).astype(np.uint8)}


def by_hand(made: FloatProgram, x: np.ndarray) -> np.ndarray:
    """Spike counts of `a`, from its definition, of one sample."""
    law, semantics = made.population("a").neuron, made.semantics
    (into,) = made.into("a")
    v, owed, out = np.zeros(4), np.zeros(4), []
    for now in x:
        drive = into.map.weight @ now + into.chain[0].bias + law.bias
        v = (v * (1 - 1 / law.tau_steps) if law.leak else v) + drive / law.tau_steps - owed
        ratio = v / law.threshold
        count = np.ceil(ratio) - 1 if semantics.fires == "above" else np.floor(ratio)
        count = np.clip(count, 0, 1 if semantics.spikes == "one" else None)
        owed = np.zeros(4)
        if semantics.reset == "none":
            pass  # nothing is taken away
        elif semantics.reset_step == "next":
            owed = count * law.threshold
        else:
            v = v - count * law.threshold
        out.append(count)
    return np.array(out)


@often
@seeds
@pytest.mark.parametrize("leak", [True, False])
@pytest.mark.parametrize("semantics", READINGS)
def test_the_form_fires_as_the_definition(seed: int, semantics: Semantics, leak: bool) -> None:
    made, x = program(seed, semantics, leak), spikes(seed)
    float_spikes, float_readouts = float_simulator.run(made, x)
    expected = np.stack([by_hand(made, sample) for sample in x["x"]])
    np.testing.assert_array_equal(float_spikes["a"], expected)
    most = {name: int(s.max()) for name, s in float_spikes.items()}
    held = hold_membranes_in_currents(Fold().run(made), most)
    assert held.semantics == Semantics(fires=semantics.fires)
    found, readouts = float_simulator.run(held, x)
    for name in ("a", "b"):
        copies = [s for n, s in found.items() if n == name or n.startswith(f"{name}_")]
        assert len(copies) == max(1, most[name] if semantics.spikes == "several" else 1)
        np.testing.assert_array_equal(np.sum(copies, axis=0), float_spikes[name])
    np.testing.assert_allclose(readouts["y"], float_readouts["y"])


@often
@seeds
@pytest.mark.parametrize("semantics", READINGS)
def test_the_chip_fires_the_same_without_a_leak(seed: int, semantics: Semantics) -> None:
    """Eighths of a threshold are whole numbers there, and nothing decays: all is exact."""
    made, x = program(seed, semantics, leak=False), spikes(seed)
    plain = [replace(p, neuron=replace(p.neuron, threshold=1.0)) for p in made.populations]
    made = replace(made, populations=tuple(plain))
    float_spikes, float_readouts = float_simulator.run(made, x)
    most = {name: int(s.max()) for name, s in float_spikes.items()}
    lowered = lower(hold_membranes_in_currents(Fold().run(made), most))
    assert lowered.gap == 1
    trace = SIMULATOR.run(lowered, x)
    for name in ("a", "b"):
        copies = [s for n, s in trace.spikes.items() if n == name or n.startswith(f"{name}_")]
        np.testing.assert_array_equal(np.sum(copies, axis=0), float_spikes[name])
    readouts = trace.readouts["y"] * lowered.readouts[0].unit
    np.testing.assert_allclose(readouts, float_readouts["y"])


@pytest.mark.parametrize("step", ["same", "next"])
def test_a_leaky_neuron_followed_by_hand(step: str) -> None:
    """tau of 2, threshold 1, each input adds 1.5: v = 1.5, then 0.25 + 1.5 or 0.75 + 1.5 - 1."""
    linear = Dense(np.full((1, 1), 3.0), (1,), (1,))
    made = FloatProgram(
        "one",
        3,
        (Input("x", (1,)),),
        (Population("n", (1,), Lif(2.0, 1.0, np.zeros(1))),),
        (Synapse("xn", (Source("x"),), "n", (Affine(linear, np.zeros(1)),)),),
        (),
        semantics=Semantics(reset="subtract", reset_step=step),  # type: ignore[arg-type]
    )
    held = hold_membranes_in_currents(made)
    (subtracts,) = (s for s in held.synapses if s.name == "n_subtracts")
    assert subtracts.sources == (Source("n", lag=1),)
    assert subtracts.map.weights.tolist() == [-1.0 if step == "same" else -2.0]
    found, _ = float_simulator.run(held, {"x": np.ones((1, 3, 1), np.uint8)})
    assert found["n"].ravel().tolist() == [1, 1, 1]
    found, _ = float_simulator.run(held, {"x": np.array([[[1], [0], [1]]], np.uint8)})
    # Behind the first spike 0.25 or -0.25 is left, then 1.625 or 1.375 comes.
    assert found["n"].ravel().tolist() == [1, 0, 1]


def test_a_neuron_with_a_filtered_current_is_refused_with_what_is_nearest() -> None:
    made = program(0, Semantics(reset="subtract"), leak=True)
    cuba = replace(made.populations[0], neuron=replace(made.populations[0].neuron, tau_syn_steps=2))
    with pytest.raises(BadInput) as caught:
        hold_membranes_in_currents(replace(made, populations=(cuba, made.populations[1])))
    head, problem = str(caught.value).splitlines()
    assert head == "soft reset is not possible here:"
    assert problem.strip().startswith("a: a spike subtracts the threshold of a CubaLIF")
    assert (
        "nearest are a LIF of the same tau_mem, whose soft reset is exact, and --reset" in problem
    )


def test_no_reset_of_a_filtered_current_is_refused_too() -> None:
    made = program(0, Semantics(reset="none"), leak=True)
    cuba = replace(made.populations[0], neuron=replace(made.populations[0].neuron, tau_syn_steps=2))
    with pytest.raises(BadInput, match="no reset is not possible here:\n  a: a spike takes"):
        hold_membranes_in_currents(replace(made, populations=(cuba, made.populations[1])))


def test_a_reset_to_zero_is_left_alone() -> None:
    made = program(0, Semantics(), leak=True)
    assert hold_membranes_in_currents(made) is made


def test_several_spikes_need_a_soft_reset() -> None:
    with pytest.raises(BadInput, match="--spikes several needs --reset subtract"):
        Semantics(spikes="several")


def test_the_threshold_keeps_the_weights_bits() -> None:
    """Weights of a tenth of the threshold keep 8 bits: what is subtracted has an exponent."""
    rng = np.random.default_rng(0)
    linear = Dense(rng.uniform(-0.1, 0.1, (4, 5)), (5,), (4,))
    made = program(0, Semantics(reset="subtract", reset_step="next"), leak=False)
    small = replace(made.synapses[0], chain=(Affine(linear, np.zeros(1)),))
    lowered = lower(
        hold_membranes_in_currents(Fold().run(replace(made, synapses=(small, *made.synapses[1:]))))
    )
    exponents = {s.name: s.exponent for s in lowered.synapses}
    weights = {s.name: np.abs(s.map.weights).max() for s in lowered.synapses}
    assert exponents["a_subtracts"] >= 3
    assert weights["xa"] > 63
    assert weights["a_subtracts"] << exponents["a_subtracts"] == lowered.population("a").neuron.vth
