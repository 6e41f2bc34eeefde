"""One node as a program of its own: what it keeps, and that it then sends what it always sent."""

import numpy as np
import pytest
from float_programs import lif

from ssr_neuro.lower.isolate import isolate, sources_of
from ssr_neuro.program import float_simulator
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    Population,
    Program,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Dense


def dense(*rows: tuple[float, ...]) -> tuple[Affine, ...]:
    weight = np.array(rows)
    return (Affine(Dense(weight, weight.shape[1:], weight.shape[:1]), np.zeros(len(rows))),)


def program() -> Program:
    """x and the lone neuron c -> a; x and a, also 1 and 2 steps late -> b; a and b -> y."""
    ring = dense((0.0, 1.5), (1.0, -0.5))
    return FloatProgram(
        "hand",
        5,
        (Input("x", (3,)),),
        (
            Population("c", (1,), lif(np.array([2.0]))),
            Population("a", (2,), lif(np.zeros(2))),
            Population("b", (2,), lif(np.full(2, 0.2))),
        ),
        (
            Synapse("xa", (Source("x"),), "a", dense((1, 0, 1), (0, 1, -1))),
            Synapse("ca", (Source("c"),), "a", dense((0.5,), (0.25,))),
            Synapse("late", (Source("a", lag=2), Source("a", lag=1)), "b", ring),
            Synapse("xb", (Source("x"),), "b", dense((1, -1, 0), (0, 0.5, 1))),
            Synapse("ab", (Source("a"),), "b", dense((0.25, 0.0), (0.0, 0.25))),
            Synapse("y", (Source("a"), Source("b")), "y", dense((1.0, 2.0))),
        ),
        (Readout("y", (1,), np.array([0.5])),),
    )


def test_what_it_reads_comes_from_inputs_and_lags_stay() -> None:
    found = isolate(program(), "b")
    assert found.inputs == (Input("sent.a", (2,)), Input("sent.x", (3,)))
    assert [node.name for node in found.populations] == ["b"]
    assert found.readouts == ()
    assert {s.name: s.sources for s in found.synapses} == {
        "late": (Source("sent.a", lag=2), Source("sent.a", lag=1)),
        "xb": (Source("sent.x"),),
        "ab": (Source("sent.a"),),
    }
    assert (found.steps, found.gap) == (5, 2)


def test_a_readout_alone() -> None:
    found = isolate(program(), "y")
    assert found.inputs == (Input("sent.a", (2,)), Input("sent.b", (2,)))
    assert found.populations == ()
    assert [node.name for node in found.readouts] == ["y"]
    assert [s.name for s in found.synapses] == ["y"]
    assert found.gap == 0


def test_a_neuron_that_nothing_reaches_gets_an_input_without_spikes() -> None:
    found = isolate(program(), "c")
    assert (found.synapses, found.gap) == ((), 0)
    (only,) = found.inputs
    shown = sources_of(found, {}, samples=3)
    assert shown.keys() == {only.name}
    assert shown[only.name].shape == (3, 5, *only.shape)
    assert not shown[only.name].any()


@pytest.mark.parametrize("name", ["c", "a", "b", "y"])
def test_a_node_alone_does_what_it_does_in_the_network(name: str) -> None:
    inputs = {"x": (np.random.default_rng(0).random((6, 5, 3)) < 0.5).astype(np.uint8)}
    spikes, outputs = float_simulator.run(program(), inputs)
    alone = isolate(program(), name)
    found = float_simulator.run(alone, sources_of(alone, {**inputs, **spikes}, 6))
    expected = {**spikes, **outputs}[name]
    np.testing.assert_array_equal({**found[0], **found[1]}[name], expected)
    assert expected.any()
