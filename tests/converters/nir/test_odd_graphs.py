"""Graphs that strangers send, against the conformance suite's own interpreter: equal outputs."""

import nir
import numpy as np
import pytest
from nir_conformance.readings import NIR
from nir_conformance.simulate import simulate
from nir_graphs import DT_S, cuba, ends, graph, lif, run

RNG = np.random.default_rng(7)
STEPS = 14


def eighths(*shape: int, low: int = -3, high: int = 6) -> np.ndarray:
    return RNG.integers(low, high, shape) / 8


def recurrent(size: int) -> nir.NIRGraph:
    back = nir.Linear(eighths(size, size, low=-4, high=3))
    return graph("x>n>b>n, n>y", **ends((size,)), n=lif((size,), r=2), b=back)


def around() -> nir.NIRGraph:
    """A loop around a nested graph that has a loop of its own."""
    inner = graph("x>w>r>y", **ends((4,)), w=nir.Linear(eighths(4, 4)), r=recurrent(4))
    back = nir.Linear(eighths(4, 4, low=-4, high=2))
    return graph("x>g>y, g>b>g", **ends((4,)), g=inner, b=back)


def typed(kind: str) -> nir.NIRGraph:
    weight = RNG.integers(0, 5, (4, 4)).astype(kind)
    return graph("x>w>n>y", **ends((4,)), w=nir.Linear(weight), n=lif((4,), v_threshold=2.5))


def named(first: str, second: str) -> nir.NIRGraph:
    made = graph("x>w>n>y", **ends((4,)), w=nir.Linear(eighths(4, 4)), n=lif((4,), r=4))
    swapped = {"w": first, "n": second}
    nodes = {swapped.get(name, name): node for name, node in made.nodes.items()}
    edges = [(swapped.get(a, a), swapped.get(b, b)) for a, b in made.edges]
    return nir.NIRGraph(nodes, edges, type_check=False)


def late() -> nir.NIRGraph:
    before, behind = (nir.Delay(DT_S * np.array(steps)) for steps in ([0, 1, 2, 3], [5, 0, 7]))
    parts = {"w": nir.Linear(eighths(3, 4)), "n": lif((3,), r=3)}
    return graph("x>d>w>e>n>y", **ends((4,), (3,)), d=before, e=behind, **parts)


def own_parameters() -> nir.NIRGraph:
    cell = cuba(
        (4,),
        tau_syn=np.array([1, 2, 4, 2]),
        tau_mem=np.array([2, 2, 4, 8]),
        r=np.array([1, 2, 0.5, 4]),
        v_leak=np.array([0, 0.125, -0.25, 0.5]),
        w_in=np.array([1, 0.5, 2, 4]),
    )
    return graph("x>w>n>y", **ends((4,)), w=nir.Affine(eighths(4, 4), eighths(4)), n=cell)


CASES = {
    "a loop around a loop": around,
    "delays on both sides of a matrix": late,
    "parameters of every neuron": own_parameters,
    "quotes and line ends in names": lambda: named("a'b\"", "n\n2"),
    "names that passes use": lambda: named("quiet", "always"),
    "two alphabets": lambda: named("层", "n.ä"),
    **{kind: (lambda kind=kind: typed(kind)) for kind in ("f2", ">f4", "i1", "u1", "?")},
}


@pytest.mark.parametrize("case", CASES)
def test_it_fires_as_the_equations_say(case: str) -> None:
    made, x = CASES[case](), (RNG.random((STEPS, 4)) < 0.5).astype(np.uint8)
    expected = simulate(made, {"x": x}, DT_S, NIR).outputs["y"]
    np.testing.assert_array_equal(run(made, x)[1]["y"], expected)
    assert expected.any()
