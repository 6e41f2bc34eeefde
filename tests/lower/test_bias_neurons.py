"""A bias of the current comes from one neuron that fires in every step."""

from dataclasses import replace

import numpy as np

from ssr_neuro.lower.bias_neurons import BiasNeurons
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
from ssr_neuro.program.linear_maps import Array, Dense

SHAPE = (2, 3)
BIAS = np.array([[0.5, 0.0, 2.0], [-1.0, 0.25, 0.0]])


def lif(current_bias: Array | None) -> Lif:
    return Lif(2.0, 0.5, np.zeros(SHAPE), tau_syn_steps=2.0, current_bias=current_bias)


def program(biases: dict[str, Array | None], read: Array | None = None) -> FloatProgram:
    """x -> populations with these biases -> y, and the last -> z, which integrates."""
    eye = Affine(Dense(np.eye(6), SHAPE, SHAPE), np.zeros(1))
    last = list(biases)[-1]
    sources = dict.fromkeys(biases, "x") | {"y": last, "z": last}
    return FloatProgram(
        "biased",
        5,
        (Input("x", SHAPE),),
        tuple(Population(name, SHAPE, lif(bias)) for name, bias in biases.items()),
        tuple(Synapse(f"to_{name}", (Source(x),), name, (eye,)) for name, x in sources.items()),
        (
            Readout("y", SHAPE, np.full(SHAPE, 0.5)),
            Readout("z", SHAPE, np.zeros(SHAPE), neuron=lif(read)),
        ),
    )


def test_one_neuron_sends_every_bias_of_a_current() -> None:
    before = program({"a": BIAS, "b": np.zeros(SHAPE), "c": None}, read=2 * BIAS)
    after = BiasNeurons().run(before)
    assert [p.name for p in after.populations] == ["always", "a", "b", "c"]
    assert after.populations[0].shape == (1,)
    new = after.synapses[len(before.synapses) :]
    sent = {s.target: (s.name, s.sources, s.map.expanded().toarray().tolist()) for s in new}
    assert sent == {
        "a": ("always_to_a", (Source("always"),), [[0.5], [0.0], [2.0], [-1.0], [0.25], [0.0]]),
        "z": ("always_to_z", (Source("always"),), [[1.0], [0.0], [4.0], [-2.0], [0.5], [0.0]]),
    }
    assert all(s.map.in_shape == (1,) and s.map.out_shape == SHAPE for s in new)
    assert after.synapses[: len(before.synapses)] == before.synapses
    assert all(neuron.current_bias is None for _, neuron in after.neurons)
    assert after.readouts[0] is before.readouts[0]


def test_what_is_computed_is_the_same_and_the_new_neuron_always_fires() -> None:
    before = program({"a": BIAS, "c": BIAS[::-1]}, read=BIAS)
    after = BiasNeurons().run(before)
    x = {"x": np.random.default_rng(0).integers(0, 2, (3, 5, *SHAPE)).astype(np.uint8)}
    spikes, readouts = float_simulator.run(before, x)
    spikes_after, readouts_after = float_simulator.run(after, x)
    assert spikes_after.pop("always").all()
    for name, values in (spikes | readouts).items():
        np.testing.assert_array_equal((spikes_after | readouts_after)[name], values)
    assert spikes["a"].any()


def test_without_a_bias_of_a_current_the_program_is_as_it_was() -> None:
    before = program({"a": None, "b": np.zeros(SHAPE)}, read=np.zeros(SHAPE))
    assert BiasNeurons().run(before) is before


def test_names_that_are_taken_are_left_alone() -> None:
    before = program({"always": BIAS, "c": None})
    taken = replace(before.synapses[0], name="always__to_always")
    after = BiasNeurons().run(replace(before, synapses=(taken, *before.synapses[1:])))
    assert [p.name for p in after.populations] == ["always_", "always", "c"]
    assert after.synapses[-1].name == "always__to_always_"
