"""Branches, skips, loops, nested graphs: which synapses they become, and what is no graph."""

from itertools import pairwise

import nir
import numpy as np
import pytest
from nir_graphs import cuba, ends, fires, graph, lif, run

from converters.nir_to_program import to_program
from ssr_neuro.errors import BadInput
from ssr_neuro.program import float_simulator
from ssr_neuro.program.ir import Source

EYE = nir.Linear(np.eye(2))


def refused(made: nir.NIRGraph) -> str:
    with pytest.raises(BadInput) as caught:
        to_program(made, 3)
    return str(caught.value)


def recurrent(weight: float, neuron: nir.NIRNode) -> nir.NIRGraph:
    """As snnTorch and Rockpool nest a recurrent layer of two neurons."""
    nodes = {
        "input": nir.Input(np.array([2])),
        "lif": neuron,
        "output": nir.Output(np.array([2])),
        "w_rec": nir.Linear(np.array([[0, weight], [weight, 0]])),
    }
    edges = [("input", "lif"), ("lif", "w_rec"), ("w_rec", "lif"), ("lif", "output")]
    return nir.NIRGraph(nodes, edges)


def test_a_bias_shared_by_several_ways_counts_once() -> None:
    """y = W (2 x + x) + 1: with the bias once, the sum is 1 without spikes and 4 with one."""
    made = graph(
        "x>a>w>n>y, x>w",
        **ends((1,)),
        a=nir.Scale(np.full(1, 2.0)),
        n=fires((1,)),
        w=nir.Affine(np.eye(1), np.ones(1)),
    )
    for threshold, spikes in ((0.5, [1, 1]), (1.0, [0, 1]), (3.5, [0, 1]), (4.0, [0, 0])):
        made.nodes["n"] = nir.Threshold(np.array([threshold]))
        assert run(made, [[0], [1]])[0]["n"].ravel().tolist() == spikes


def test_a_bias_that_reaches_a_target_by_two_ways_counts_twice() -> None:
    made = graph(
        "x>w>a>n>y, w>b>n",
        **ends((1,)),
        w=nir.Affine(np.eye(1), np.ones(1)),
        a=nir.Scale(np.full(1, 2.0)),
        b=nir.Scale(np.full(1, 3.0)),
    )
    for threshold, spikes in ((4.5, 1), (5.0, 0)):
        made.nodes["n"] = nir.Threshold(np.array([threshold]))
        assert run(made, [[0]])[0]["n"].item() == spikes


def test_fan_out_and_a_skip_sum() -> None:
    made = graph(
        "x>a>b>n>y, a>n",
        **ends((2,)),
        a=fires((2,)),
        b=fires((2,)),
        n=nir.Threshold(np.full(2, 1.5)),
    )
    (synapse,) = to_program(made, 2).into("n")
    assert synapse.sources == (Source("b"), Source("a"))
    assert run(made, [[1, 0], [1, 1]])[0]["n"].tolist() == [[1, 0], [1, 1]]


def test_a_population_that_feeds_itself_hears_its_last_step() -> None:
    """A spike that goes round and round."""
    w = nir.Linear(np.ones((1, 1)))
    made = graph("x>n>w>n>y", **ends((1,)), w=w, n=nir.Threshold(np.array([0.5])))
    assert to_program(made, 3).into("n")[1].sources == (Source("n", lag=1),)
    assert run(made, [[0], [1], [0], [0]])[0]["n"].ravel().tolist() == [0, 1, 1, 1]


@pytest.mark.parametrize("depth", [1, 3])
def test_nested_graphs_are_unfolded(depth: int) -> None:
    inner = recurrent(1.0, fires((2,)))
    for _ in range(depth - 1):
        inner = graph(
            "input>deeper>output",
            input=nir.Input(np.array([2])),
            deeper=inner,
            output=nir.Output(np.array([2])),
        )
    made = graph("x>layer>y", **ends((2,)), layer=inner)
    name = ".".join(["layer", *["deeper"] * (depth - 1), "lif"])
    program = to_program(made, 3)
    assert [p.name for p in program.populations] == [name]
    assert sorted(s.target for s in program.synapses) == [name, name, "y"]
    assert run(made, [[1, 0], [0, 0], [0, 0]])[0][name].tolist() == [[1, 0], [0, 1], [1, 0]]


def test_several_inputs_and_outputs() -> None:
    made = graph(
        "a>n>y, b>n, b>z",
        a=nir.Input(np.array([2])),
        b=nir.Input(np.array([2])),
        n=nir.Threshold(np.full(2, 1.5)),
        y=nir.Output(np.array([2])),
        z=nir.Output(np.array([2])),
    )
    inputs = {"a": np.array([[[1, 0]]], np.uint8), "b": np.array([[[1, 1]]], np.uint8)}
    spikes, readouts = float_simulator.run(to_program(made, 1), inputs)
    assert spikes["n"].ravel().tolist() == [1, 0]
    assert readouts["y"].ravel().tolist() == [1, 0]
    assert readouts["z"].ravel().tolist() == [1, 1]


def test_shapes_that_do_not_fit_name_both_nodes() -> None:
    made = graph("x>w>n>v>y", **ends((3,), (2,)), w=EYE, n=lif((2,)), v=nir.Linear(np.ones((3, 2))))
    text = refused(made)
    assert "w: it takes (2,), and 'x' gives (3,)" in text
    assert "y: it takes (2,), and 'v' gives (3,)" in text


def test_a_node_that_its_source_does_not_fit() -> None:
    made = graph("x>p>n>y", **ends((4, 4)), p=nir.SumPool2d(2, 2, 0), n=lif((4, 4)))
    assert "p: pooling needs (channels, rows, columns), and reads (4, 4) (from 'x')" in refused(
        made
    )


def test_membranes_are_not_spikes() -> None:
    li = nir.LI(np.full(2, 2e-4), np.ones(2), np.zeros(2))
    made = graph("x>n>li>w>y", **ends((2,)), n=lif((2,)), li=li, w=EYE)
    assert "li: LI gives analog values, and 'w' needs spikes; give it a threshold" in refused(made)
    made = graph("x>n>li>y, n>y", **ends((2,)), n=lif((2,)), li=li)
    assert "y: it adds the membrane of 'li' and 'n'; give each an Output of its own" in refused(
        made
    )


def test_an_unknown_node_is_named_with_those_known() -> None:
    class Gru(nir.NIRNode):
        def __init__(self) -> None:
            self.input_type, self.output_type = {"input": np.array([2])}, {"output": np.array([2])}

    text = refused(graph("x>n>g>y", **ends((2,)), n=cuba((2,)), g=Gru()))
    assert "1 problem:\n  g: Gru is not known here; a graph may hold Input, Output, Delay" in text


@pytest.mark.parametrize(
    ("edges", "message"),
    [
        (
            "x>n>y, n>ghost",
            "ghost: an edge names it, and the graph has no such node; add the node, or leave the "
            "edge out",
        ),
        ("x>n>y, x>n", "x: its edge to 'n' stands twice; keep one"),
        ("x>n>y>m", "y: 'm' reads this Output; let it read what feeds the Output"),
        ("n>x>m>y", "x: 'n' feeds this Input; only the outside may"),
        ("x>n, w>y", "w: nothing feeds this Linear; connect it"),
        ("x>n", "y: nothing feeds this Output; connect it"),
    ],
)
def test_what_is_no_graph(edges: str, message: str) -> None:
    made = graph(edges, **ends((2,)), n=lif((2,)), m=lif((2,)), w=EYE)
    assert message in refused(made)


def test_nested_graphs_that_cannot_be_unfolded() -> None:
    two = graph(
        "a>n>y, b>n",
        a=nir.Input(np.array([2])),
        b=nir.Input(np.array([2])),
        n=lif((2,)),
        y=nir.Output(np.array([2])),
    )
    text = refused(graph("x>two>y", **ends((2,)), two=two))
    assert "two: the nested graph has 2 Input nodes, and an edge cannot say which" in text
    wire = graph("i>o", i=nir.Input(np.array([2])), o=nir.Output(np.array([2])))
    text = refused(graph("x>wire>n>y, x>n", **ends((2,)), wire=wire, n=lif((2,))))
    assert "n: 'x' feeds it twice, once through a nested graph" in text
    text = refused(graph("x>wire>n>y, wire>wire", **ends((2,)), wire=wire, n=lif((2,))))
    assert "it feeds itself without a node between" in text
    made = graph("x>a>y", **ends((2,)), a=recurrent(1.0, lif((2,))))
    made.nodes["a.lif"] = lif((2,))
    assert "a.lif: two nodes have this name once nested; rename one" in refused(made)


def test_an_input_without_a_shape_is_refused() -> None:
    pool, flat = nir.SumPool2d(2, 2, 0), nir.Flatten(None)
    made = graph("x>p>f>n>y", **ends((2,)), p=pool, f=flat, n=lif((2,)))
    made.nodes["x"] = nir.Input({"input": None})
    assert "1 problem:\n  x: this Input has no shape; give it one" in refused(made)


def test_names_of_synapses_differ_whatever_nodes_are_called() -> None:
    """`a_to_b` into c and a into `b_to_c`; x twice into n, and x into `n_2`."""
    made = graph(
        "x>a_to_b>c>y, a>b_to_c>c",
        **ends((2,)),
        a=nir.Input(np.array([2])),
        a_to_b=EYE,
        b_to_c=fires((2,)),
        c=fires((2,)),
    )
    assert sorted(s.name for s in to_program(made, 2).synapses) == [
        "a_to_b_to_c",
        "a_to_b_to_c_2",
        "b_to_c_to_c",
        "c_to_y",
    ]
    made = graph(
        "x>d>n>y, x>e>n, x>n_2>z",
        **ends((2,)),
        d=nir.Delay(np.full(2, 1e-4)),
        e=nir.Delay(np.full(2, 1e-4)),
        n=fires((2,)),
        n_2=fires((2,)),
        z=nir.Output(np.array([2])),
    )
    assert sorted(s.name for s in to_program(made, 2).synapses) == [
        "n_2_to_z",
        "n_to_y",
        "x_to_n",
        "x_to_n_2",
        "x_to_n_2_2",
    ]


def ladder(layers: int) -> nir.NIRGraph:
    """Two Scales a layer, each of which reads both of the layer before: 2^layers ways, and one."""
    rungs = [(f"a{i}", f"b{i}") for i in range(layers)]
    joins = [f"{s}>{t}" for low, high in pairwise(rungs) for s in low for t in high]
    edges = ", ".join(["x>a0", "x>b0", *joins, f"a{layers - 1}>n", f"b{layers - 1}>n", "x>n>y"])
    scales = {name: nir.Scale(np.full(2, 0.5)) for rung in rungs for name in rung}
    return graph(edges, **ends((2,)), n=fires((2,)), **scales)


def test_more_ways_than_a_program_has_synapses_are_counted_and_refused() -> None:
    """Sixty layers would take longer than there is."""
    assert len(to_program(ladder(4), 2).into("n")) == 2**4 + 1
    for layers in (12, 60):
        assert (
            "n: the graph has more than 4,096 ways through linear nodes and delays, most of them "
            "to here, and each is a synapse; make one matrix of the linear nodes that branch and "
            "join again, or put neurons between"
        ) in refused(ladder(layers))


def test_delays_of_single_neurons_multiply_the_ways() -> None:
    times = np.arange(17) * 1e-4
    delays = {name: nir.Delay(times) for name in ("d", "e", "f")}
    made = graph("x>d>e>f>n>y", **ends((17,)), **delays, n=fires((17,)))
    assert "n: the graph has more than 4,096 ways" in refused(made)


def test_a_long_chain_of_linear_nodes_is_one_synapse() -> None:
    chain = {f"s{i}": nir.Scale(np.ones(2)) for i in range(1100)}
    made = graph(f"x>{'>'.join(chain)}>n>y", **ends((2,)), **chain, n=fires((2,)))
    (synapse,) = to_program(made, 2).into("n")
    assert len(synapse.chain) == 1100
