"""NIR graphs that are not ours: structure found, semantics stated, problems listed at once."""

import nir
import numpy as np
import pytest

from converters.nir_to_program import to_program
from simulators.reference import Reference
from ssr_neuro.errors import BadInput
from ssr_neuro.lower import lower
from ssr_neuro.program import float_simulator
from ssr_neuro.program.linear_maps import Kron, Sparse

DT_S = 1e-4


def lif(shape: tuple[int, ...], **changes: float) -> nir.LIF:
    values = {
        "tau": 2 * DT_S,
        "r": 1.0,
        "v_leak": 0.0,
        "v_threshold": 0.5,
        "v_reset": 0.0,
    } | changes
    return nir.LIF(**{name: np.full(shape, value) for name, value in values.items()})


def chain(*nodes: nir.NIRNode) -> nir.NIRGraph:
    return nir.NIRGraph.from_list(*nodes)


def test_one_neuron_followed_by_hand() -> None:
    """tau of 2 steps, weight 0.6, threshold 0.4; spikes in 1 1 0 1 give v = 0.3, 0.45, 0, 0.3."""
    graph = chain(nir.Linear(np.array([[0.6]])), lif((1,), v_threshold=0.4), nir.Linear(np.eye(1)))
    spikes, readouts = float_simulator.run(
        to_program(graph, steps=4), {"input": np.array([[[1], [1], [0], [1]]], np.uint8)}
    )
    assert spikes["lif"].ravel().tolist() == [0, 1, 0, 0]
    assert readouts["output"].ravel().tolist() == [0, 1, 0, 0]


def test_r_scales_the_input_and_v_leak_is_a_bias() -> None:
    graph = chain(
        nir.Linear(np.array([[0.3]])), lif((1,), r=2.0, v_leak=0.1), nir.Linear(np.eye(1))
    )
    program = to_program(graph, steps=1)
    (synapse,) = program.into("lif")
    assert synapse.map.weights.item() == pytest.approx(0.6)
    assert program.population("lif").neuron.bias.item() == pytest.approx(0.1)
    assert program.population("lif").neuron.tau_steps == 2.0


def test_structure_is_found() -> None:
    positions = nir.Conv1d(3, np.arange(8.0).reshape(2, 4, 1), 1, 0, 1, 1, np.zeros(2))
    same = nir.Affine(np.stack([np.eye(3) * 2] * 2), np.zeros((2, 3)))
    own = nir.Linear(np.arange(18.0).reshape(2, 3, 3))
    graph = chain(positions, lif((2, 3)), same, lif((2, 3)), own)
    maps = [s.map for s in to_program(graph, steps=2).synapses]
    assert [type(m) for m in maps] == [Kron, Kron, Sparse]
    x = np.random.default_rng(0).random((2, 3))
    np.testing.assert_allclose(maps[2].apply(x), np.einsum("pij,pj->pi", own.weight, x))


def test_a_scale_before_a_linear_is_one_chain() -> None:
    graph = chain(
        nir.Scale(np.array([[2.0, 3.0]])),
        nir.Linear(np.ones((1, 1, 2))),
        lif((1, 1)),
        nir.Linear(np.ones((1, 1, 1))),
    )
    (synapse,) = to_program(graph, steps=1).into("lif")
    assert [type(a.map) for a in synapse.chain] == [Kron, Kron]


def test_one_linear_node_may_feed_two_populations() -> None:
    rng = np.random.default_rng(0)
    graph = nir.NIRGraph(
        {
            "in": nir.Input(np.array([3])),
            "w": nir.Linear(rng.normal(0, 1, (2, 3))),
            "a": lif((2,)),
            "b": lif((2,), v_threshold=1.0),
            "y": nir.Linear(np.ones((1, 2))),
            "out": nir.Output(np.array([1])),
        },
        [("in", "w"), ("w", "a"), ("w", "b"), ("a", "y"), ("b", "y"), ("y", "out")],
    )
    program = lower(to_program(graph, steps=4))
    assert {s.target for s in program.synapses} == {"a", "b", "out"}
    assert program.population("a").neuron.vth != program.population("b").neuron.vth
    spikes = {"in": (rng.random((5, 4, 3)) < 0.5).astype(np.uint8)}
    whole = Reference().run(program, spikes)
    summed = whole.spikes["a"].sum(2) + whole.spikes["b"].sum(2)
    np.testing.assert_array_equal(whole.readouts["out"][:, :, 0], summed)
    assert summed.any()


def test_all_problems_are_listed_each_with_its_node() -> None:
    graph = chain(
        nir.Linear(np.eye(2)),
        lif((2,), v_reset=0.1),
        nir.Linear(np.full((2, 2), np.nan)),
        lif((2,), tau=DT_S / 2),
        nir.Delay(np.full(2, 1.5 * DT_S)),
        nir.LI(*(np.full(2, v) for v in (2 * DT_S, 1.0, 0.0))),
        nir.Linear(np.eye(2)),
        lif((2,)),
    )
    with pytest.raises(BadInput) as caught:
        to_program(graph, steps=4)
    head, *lines = str(caught.value).splitlines()
    assert head == "the graph cannot be compiled, 5 problems:"
    assert [line.split(":")[0].strip() for line in lines] == [
        "lif",
        "linear_1",
        "lif_1",
        "delay",
        "li",
    ]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_named(value: float) -> None:
    graph = chain(
        nir.Linear(np.eye(2)),
        lif((2,), v_threshold=value),
        nir.Affine(np.eye(2), np.array([0.0, value])),
    )
    with pytest.raises(BadInput) as caught:
        to_program(graph, steps=4)
    assert "lif: v_threshold holds NaN or infinity" in str(caught.value)
    assert "affine: bias holds NaN or infinity" in str(caught.value)


@pytest.mark.parametrize("name", ["tau", "r", "v_leak", "v_threshold"])
def test_every_neuron_parameter_must_be_finite(name: str) -> None:
    graph = chain(nir.Linear(np.eye(2)), lif((2,), **{name: np.nan}), nir.Linear(np.eye(2)))
    with pytest.raises(BadInput, match=f"lif: {name} holds NaN or infinity"):
        to_program(graph, steps=4)


def test_all_parameters_of_a_node_that_are_not_finite_are_in_one_line() -> None:
    bad = np.array([np.nan, 1.0])
    graph = chain(
        nir.Scale(bad), nir.Linear(np.eye(2)), lif((2,)), nir.Affine(np.eye(2) * bad, bad)
    )
    with pytest.raises(BadInput) as caught:
        to_program(graph, steps=4)
    assert "scale: scale holds NaN or infinity" in str(caught.value)
    assert "affine: weight, bias hold NaN or infinity" in str(caught.value)


@pytest.mark.parametrize("dt_s", [0.0, -1.0, float("nan"), float("inf")])
def test_a_time_step_that_is_none_is_refused(dt_s: float) -> None:
    with pytest.raises(BadInput, match="a time step is a finite number of seconds above 0"):
        to_program(chain(nir.Linear(np.eye(2)), lif((2,)), nir.Linear(np.eye(2))), 4, dt_s)


def test_a_graph_without_neurons_is_refused() -> None:
    with pytest.raises(BadInput, match=r"no neurons \(IF, .*, I\): there is nothing to compile"):
        to_program(chain(nir.Linear(np.eye(2))), steps=4)


def test_two_outputs_are_two_readouts() -> None:
    graph = chain(nir.Linear(np.eye(2)), lif((2,)), nir.Linear(2 * np.eye(2)))
    graph.nodes["second"] = nir.Output(np.array([2]))
    graph.edges.append(("lif", "second"))
    spikes, readouts = float_simulator.run(
        to_program(graph, steps=2), {"input": np.ones((1, 2, 2), np.uint8)}
    )
    assert list(readouts) == ["output", "second"]
    np.testing.assert_array_equal(readouts["output"], 2.0 * spikes["lif"])
    np.testing.assert_array_equal(readouts["second"], spikes["lif"])


def test_a_graph_without_an_input_is_refused() -> None:
    graph = nir.NIRGraph(
        {"lif": lif((2,)), "y": nir.Linear(np.eye(2)), "out": nir.Output(np.array([2]))},
        [("lif", "y"), ("y", "out")],
        type_check=False,
    )
    with pytest.raises(BadInput, match="the graph has no Input node; add one"):
        to_program(graph, steps=4)


def test_a_loop_of_linear_nodes_is_refused() -> None:
    graph = chain(nir.Linear(np.eye(2)), lif((2,)), nir.Linear(np.eye(2)), nir.Linear(np.eye(2)))
    graph.nodes["before"] = nir.Linear(np.eye(2))
    graph.edges += [("linear_2", "linear_1"), ("lif", "before"), ("before", "linear_1")]
    with pytest.raises(BadInput, match="linear_1, linear_2: linear nodes that form a loop"):
        to_program(graph, steps=4)


def test_spikes_may_be_read_without_a_weight() -> None:
    graph = chain(lif((2,), v_threshold=0.4), lif((2,), r=2.0))
    program = to_program(graph, steps=3)
    assert [s.name for s in program.synapses] == ["input_to_lif", "lif_to_lif_1", "lif_1_to_output"]
    assert program.synapses[1].map.weights.tolist() == [2.0, 2.0]
    spikes, readouts = float_simulator.run(program, {"input": np.array([[[1, 0], [1, 1], [0, 1]]])})
    assert spikes["lif"].tolist() == [[[1, 0], [1, 1], [0, 1]]]
    np.testing.assert_array_equal(readouts["output"], spikes["lif_1"])


def test_a_time_step_longer_than_tau_is_refused() -> None:
    graph = chain(nir.Linear(np.eye(2)), lif((2,)), nir.Linear(np.eye(2)))
    with pytest.raises(BadInput, match=r"tau of 0.2 steps is below 1; if Norse wrote it"):
        to_program(graph, steps=4, dt_s=1e-3)
