"""Random NIR graphs read by the converter and by the equations of their nodes: the same spikes."""

from collections import Counter

import nir
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nir_graphs import ends, fires, graph, lif, run
from nir_interpreter import MEMBRANES, Interpreter, unfolded
from random_graphs import random_graph

often = settings(suppress_health_check=list(HealthCheck))


def demand_same(made: nir.NIRGraph, x: np.ndarray) -> None:
    spikes, readouts = run(made, x)
    theirs = Interpreter(made, x)
    for name, found in spikes.items():
        np.testing.assert_array_equal(found, [theirs.out(name, t) for t in range(len(x))], name)
    for name, found in readouts.items():
        expected = [theirs.out(name, t) for t in range(len(x))]
        np.testing.assert_allclose(found, expected, atol=1e-9, err_msg=name)


def random_spikes(steps: int, shape: tuple[int, ...], seed: int) -> np.ndarray:
    return (np.random.default_rng(seed).random((steps, *shape)) < 0.5).astype(np.uint8)


@often
@given(seed=st.integers(0, 2**32 - 1))
def test_the_same_spikes_and_outputs(seed: int) -> None:
    made, steps = random_graph(seed)
    demand_same(made, random_spikes(steps, tuple(made.nodes["input"].input_type["input"]), seed))


def test_the_graphs_hold_every_primitive_and_fire() -> None:
    kinds, rates = Counter(), []
    for seed in range(40):
        made, steps = random_graph(seed)
        nodes, _ = unfolded(made)
        kinds.update(type(node) for node in nodes.values())
        kinds.update(type(node) for node in made.nodes.values())
        x = random_spikes(steps, tuple(made.nodes["input"].input_type["input"]), seed)
        rates += [spikes.mean() for spikes in run(made, x)[0].values()]
    every = {
        nir.Input,
        nir.Output,
        nir.Affine,
        nir.Linear,
        nir.Scale,
        nir.Conv1d,
        nir.Conv2d,
        nir.SumPool2d,
        nir.AvgPool2d,
        nir.Flatten,
        nir.Delay,
        nir.NIRGraph,
        *MEMBRANES,
    }
    assert set(kinds) == every
    assert 0.2 < np.mean(rates) < 0.8


def test_a_loop_over_two_populations_takes_a_step_at_each() -> None:
    rng = np.random.default_rng(0)
    w, back = (nir.Linear(rng.normal(0.3, 1, (3, 3))) for _ in range(2))
    made = graph(
        "x>a>w>b>back>a, b>y, w>c>z",
        **ends((3,)),
        w=w,
        back=back,
        a=lif((3,)),
        b=lif((3,)),
        c=lif((3,)),
        z=nir.Output(np.array([3])),
    )
    demand_same(made, random_spikes(12, (3,), 1))
    spikes, _ = run(made, random_spikes(12, (3,), 1))
    # b and c read the same, b a step late.
    np.testing.assert_array_equal(spikes["b"][1:], spikes["c"][:-1])
    assert 0 < spikes["c"].mean() < 1


def test_a_delay_in_a_loop_is_the_step_that_it_takes() -> None:
    made = graph("x>n>d>n, n>y", **ends((1,)), n=fires((1,)), d=nir.Delay(np.array([3e-4])))
    found = run(made, [[1], *[[0]] * 6])[0]["n"].ravel().tolist()
    assert found == [1, 0, 0, 1, 0, 0, 1]
