"""NIR's Delay: seconds to steps, per neuron, anywhere between spikes and a membrane."""

import nir
import numpy as np
import pytest
from nir_graphs import DT_S, ends, fires, graph, run

from converters.nir_to_program import to_program
from simulators.reference import Reference
from ssr_neuro.errors import BadInput
from ssr_neuro.lower import lower
from ssr_neuro.program.fixed_point import DELAY_LIMIT
from ssr_neuro.program.ir import Source

X = np.array([[1, 0, 1], [0, 1, 0], [1, 1, 0], [0, 0, 1], [1, 0, 0]])


def delay(*steps: float) -> nir.Delay:
    return nir.Delay(np.array(steps) * DT_S)


def late(x: np.ndarray, *steps: int) -> np.ndarray:
    """Each neuron's train moved by its own number of steps."""
    return np.stack([np.r_[np.zeros(n), x[: len(x) - n, i]] for i, n in enumerate(steps)], 1)


def test_one_delay_for_all_is_a_lag_of_the_same_synapse() -> None:
    made = graph("x>d>n>y", **ends((3,)), d=delay(2, 2, 2), n=fires((3,)))
    (synapse,) = to_program(made, 5).into("n")
    assert synapse.sources == (Source("x", lag=2),)
    np.testing.assert_array_equal(run(made, X)[0]["n"], late(X, 2, 2, 2))


def test_delays_per_neuron_split_the_synapse() -> None:
    made = graph("x>d>n>y", **ends((3,)), d=delay(0, 3, 1), n=fires((3,)))
    assert [s.name for s in to_program(made, 5).into("n")] == ["d@0_to_n", "d@1_to_n", "d@3_to_n"]
    np.testing.assert_array_equal(run(made, X)[0]["n"], late(X, 0, 3, 1))


@pytest.mark.parametrize("edges", ["x>d>w>n>y", "x>w>d>n>y", "x>d>w>e>n>y", "x>d>e>w>n>y"])
def test_before_behind_and_in_a_chain(edges: str) -> None:
    """Weights 0 and 1, one source each, so that a delayed sum is a delayed train."""
    w = np.eye(3)[[2, 0, 1]]
    d, e = (1, 0, 2), (0, 1, 1)
    made = graph(edges, **ends((3,)), d=delay(*d), e=delay(*e), w=nir.Linear(w), n=fires((3,)))
    made.nodes = {k: v for k, v in made.nodes.items() if k in edges}
    x = X
    for name in edges.split(">")[1:-2]:
        x = x @ w.T if name == "w" else late(x, *(d if name == "d" else e))
    np.testing.assert_array_equal(run(made, X)[0]["n"], x)


def test_a_skip_past_a_delay_is_a_source_of_the_same_synapse() -> None:
    w = nir.Affine(np.full((1, 1), 0.5), np.array([0.25]))
    made = graph("x>w>n>y, x>d>w", **ends((1,)), d=delay(1), w=w, n=fires((1,)))
    (synapse,) = to_program(made, 4).into("n")
    assert synapse.sources == (Source("x"), Source("x", lag=1))
    # 0.25 + 0.5 (x(t) + x(t - 1)) above 0.5
    assert run(made, [[1], [0], [0], [1]])[0]["n"].ravel().tolist() == [1, 1, 0, 1]


def test_the_same_spikes_twice_over_equal_delays_count_twice() -> None:
    made = graph(
        "x>d>n>y, x>e>n", **ends((1,)), d=delay(1), e=delay(1), n=nir.Threshold(np.array([1.5]))
    )
    assert len(to_program(made, 3).into("n")) == 2
    assert run(made, [[1], [0], [1]])[0]["n"].ravel().tolist() == [0, 1, 0]


def test_a_delayed_output_and_the_chip() -> None:
    made = graph("x>d>n>e>y", **ends((3,)), d=delay(0, 2, 1), n=fires((3,)), e=delay(1, 1, 1))
    expected = late(late(X, 0, 2, 1), 1, 1, 1)
    np.testing.assert_array_equal(run(made, X)[1]["y"], expected)
    program = lower(to_program(made, 5))
    twice = Reference().run(program, {"x": np.stack([X, X]).astype(np.uint8)})
    np.testing.assert_array_equal(twice.readouts["y"] * program.readouts[0].unit, [expected] * 2)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            1.5,
            "d: a delay of 1.5 steps is no whole number of steps; choose a --dt-s that divides it",
        ),
        (63, f"d: a delay of 63 steps; the chip does 0 to {DELAY_LIMIT}: shorten it"),
        (-1, "d: a delay of -1 steps, which would come before its cause; raise it to 0"),
    ],
)
def test_a_delay_the_chip_cannot_do(steps: float, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        to_program(graph("x>d>n>y", **ends((1,)), d=delay(steps), n=fires((1,))), 5)


def test_delays_that_add_up_to_too_much() -> None:
    made = graph("x>d>e>n>y", **ends((1,)), d=delay(40), e=delay(23), n=fires((1,)))
    with pytest.raises(BadInput, match="e: with 'd' before it the delays add up to 63 steps"):
        to_program(made, 5)
    made.nodes["e"] = delay(22)
    assert to_program(made, 5).into("n")[0].sources[0].lag == 62


def test_a_bias_is_never_late() -> None:
    w, s = nir.Affine(np.eye(1), np.ones(1)), nir.Scale(np.ones(1))
    made = graph("x>w>s>d>n>y", **ends((1,)), w=w, s=s, d=delay(1), n=fires((1,)))
    with pytest.raises(BadInput, match="w: its bias would pass through the Delay 'd', and only sp"):
        to_program(made, 5)
    made.nodes["d"] = delay(0)
    assert to_program(made, 5).into("n")


@pytest.mark.parametrize(
    ("edges", "sum_of_biases"), [("x>w>n>y, w>d>n", 1.25), ("x>w>n>y, w>d>n, w>e>n", 1.875)]
)
def test_a_bias_goes_past_delays_of_no_steps_and_through_them(
    edges: str, sum_of_biases: float
) -> None:
    w = nir.Affine(np.array([[0.25]]), np.array([0.625]))
    for threshold, spike in ((sum_of_biases - 0.1, 1), (sum_of_biases, 0)):
        parts = {"w": w, "d": delay(0), "e": delay(0), "n": nir.Threshold(np.array([threshold]))}
        made = graph(edges, **ends((1,)), **{k: v for k, v in parts.items() if k in edges})
        assert run(made, [[0], [0]])[0]["n"].ravel().tolist() == [spike, spike]


def test_a_bias_behind_two_delays_counts_once() -> None:
    w = nir.Affine(np.array([[0.25]]), np.array([0.625]))
    parts = {"w": w, "d": delay(1), "e": delay(1)}
    for threshold, spike in ((0.6, 1), (0.7, 0)):
        made = graph(
            "x>d>w>n>y, x>e>w", **ends((1,)), **parts, n=nir.Threshold(np.array([threshold]))
        )
        assert run(made, [[0], [0]])[0]["n"].ravel().tolist() == [spike, spike]
