"""The conformance suite's files are what its equations give, and the equations are NIR's."""

import ast
from pathlib import Path

import nir
import nir_conformance
import numpy as np
import pytest
from nir_conformance import build
from nir_conformance.graphs import cases
from nir_conformance.graphs.parts import DT_S, chain, cuba, lif
from nir_conformance.integers import NotWhole, simulate_integers
from nir_conformance.readings import NIR, READINGS, reading
from nir_conformance.simulate import simulate
from nir_conformance.suite import FOLDER, INDEX, NoSuite, load
from nir_interpreter import Interpreter

PACKAGE = Path(nir_conformance.__file__).parent
SUITE = load()
BY_NAME = {entry.name: entry for entry in SUITE.entries}
OTHERS = {"ssr_neuro", "converters", "simulators", "hw_targets"}


@pytest.mark.thorough
def test_the_files_are_what_the_program_makes(tmp_path: Path) -> None:
    build.build(tmp_path)
    names = sorted(path.name for path in FOLDER.iterdir())
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert (tmp_path / INDEX).read_text() == (FOLDER / INDEX).read_text()
    for entry in load(tmp_path).entries:
        kept, made = BY_NAME[entry.name], entry
        assert kept._arrays.keys() == made._arrays.keys(), entry.name
        for key, values in made._arrays.items():
            np.testing.assert_allclose(values, kept._arrays[key], rtol=1e-6, err_msg=entry.name)
        assert_same_graph(kept.graph().to_dict(), made.graph().to_dict())


def assert_same_graph(one: dict, other: dict) -> None:
    assert one.keys() == other.keys()
    for name, value in one.items():
        if isinstance(value, dict):
            assert_same_graph(value, other[name])
        else:
            np.testing.assert_array_equal(value, other[name])


def test_the_package_needs_nothing_of_the_project() -> None:
    """Only the table of engines may name it, and imports it when asked for."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {(path.name, name) for name in names if name.partition(".")[0] in OTHERS}
    assert found == set()


def test_every_graph_is_named_once_and_says_what_it_tests() -> None:
    names = [case.name for case in cases()]
    assert len(names) == len(set(names)) >= 60
    assert all(entry.tests and entry.equation for entry in SUITE.entries)
    assert [name for name in SUITE.readings] == [r.name for r in READINGS] + ["integers"]


def test_every_reading_differs_somewhere() -> None:
    """A reading that changes no graph could explain nothing."""
    for name in SUITE.readings:
        assert any(differs(entry, name) for entry in SUITE.entries) or name == "nir", name


def differs(entry: object, name: str) -> bool:
    return entry.readings.get(name, "nir") != "nir"


@pytest.mark.parametrize("entry", SUITE.entries, ids=lambda entry: entry.name)
def test_spikes_stand_where_membranes_pass_the_threshold(entry: object) -> None:
    golden = entry.golden("nir")
    nodes = nir_conformance.wiring.unfold(entry.graph()).nodes
    for name, spikes in golden.spikes.items():
        node = nodes[name]
        threshold = getattr(node, "v_threshold", getattr(node, "threshold", None))
        np.testing.assert_array_equal(spikes, golden.membranes[name] > threshold, name)


# Nodes that the tests' own interpreter does not have, or reads otherwise.
UNKNOWN = {"conv2d_same": "its padding is a word", "nested_twice": "", "loop_delay": ""}


@pytest.mark.parametrize("name", [name for name in BY_NAME if name not in UNKNOWN])
def test_another_interpreter_gives_the_same(name: str) -> None:
    """Node by node with PyTorch's convolutions: tests/support/nir_interpreter.py."""
    entry = BY_NAME[name]
    if len(entry.inputs) != 1 or name.endswith("_reset"):
        pytest.skip("the interpreter has one input, and resets to 0")
    graph, (x,) = entry.graph(), entry.x().values()
    interpreter = Interpreter(graph, x, SUITE.dt_s)
    for output, expected in entry.golden("nir").outputs.items():
        found = np.stack([interpreter.out(output, t) for t in range(entry.steps)])
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def one_neuron(node: nir.NIRNode, x: list[int], name: str = "nir") -> tuple[list, list]:
    """Membranes before the reset, and spikes."""
    run = simulate(chain((1,), (1,), n=node), {"input": np.array(x)[:, None]}, DT_S, reading(name))
    return run.membranes["n"].ravel().tolist(), run.spikes["n"].ravel().tolist()


@pytest.mark.parametrize(
    ("name", "membranes", "spikes"),
    [
        # tau of 2 steps, r of 4, threshold 3: a spike adds 2.
        ("nir", [2, 3, 3.5, 0, 2, 1], [0, 0, 1, 0, 0, 0]),
        ("at", [2, 3, 2, 1, 2.5, 1.25], [0, 1, 0, 0, 0, 0]),
        ("subtract", [2, 3, 3.5, 0.25, 2.125, 1.0625], [0, 0, 1, 0, 0, 0]),
        ("subtract-next", [2, 3, 3.5, -1.25, 1.375, 0.6875], [0, 0, 1, 0, 0, 0]),
        ("whole-input", [1, 1.5, 1.75, 0.875, 1.4375, 0.71875], [0] * 6),
        ("r-of-1", [0.5, 0.75, 0.875, 0.4375, 0.71875, 0.359375], [0] * 6),
    ],
)
def test_a_lif_by_hand(name: str, membranes: list[float], spikes: list[int]) -> None:
    found = one_neuron(lif(1, tau=2, r=4, threshold=3), [1, 1, 1, 0, 1, 0], name)
    assert found == (membranes, spikes)


@pytest.mark.parametrize(
    ("name", "membranes"),
    [
        # tau_syn 2, tau_mem 4, r and w_in of 4: i is 2, 1, 0.5.
        ("nir", [2, 2.5, 2.375]),
        ("old-current", [0, 2, 2.5]),
        ("whole-current", [4, 5, 4.75]),
        ("decayed-current", [2, 2.5, 2.375]),
    ],
)
def test_a_cuba_lif_by_hand(name: str, membranes: list[float]) -> None:
    found = one_neuron(cuba(1, 2, 4, r=4, w_in=4, threshold=10), [1, 0, 0], name)
    assert found == (membranes, [0, 0, 0])


def test_several_spikes_leave_what_is_below_the_threshold() -> None:
    node = lif(1, tau=1, r=1, threshold=1)
    graph = chain((1,), (1,), w=nir.Linear(np.array([[3.5]])), n=node)
    run = simulate(graph, {"input": np.ones((2, 1))}, DT_S, reading("several"))
    assert run.spikes["n"].ravel().tolist() == [3, 3]


def test_integers_drop_fractions_towards_zero() -> None:
    """tau of 4 / 3 steps keeps a quarter: 64, 16, 4, 1, 0; NIR's membrane never is 0."""
    node = lif(1, tau=4 / 3, r=1, threshold=6)
    graph, x = chain((1,), (1,), n=node), {"input": np.array([[1], [0], [0], [0], [0]])}
    membranes = simulate_integers(graph, x, DT_S).membranes["n"].ravel()
    first = membranes[0]
    assert first > 0
    assert membranes.tolist() == [first, first // 4, first // 16, first // 64, first // 256]


def test_a_graph_without_a_form_in_integers_is_told() -> None:
    graph = chain((1,), (1,), n=lif(1, reset=0.5))
    with pytest.raises(NotWhole, match="a membrane resets to 0 alone"):
        simulate_integers(graph, {"input": np.ones((1, 1))}, DT_S)


def test_a_graph_near_its_threshold_is_refused() -> None:
    case = cases()[0]
    near = chain((3,), (4,), w=nir.Linear(np.full((4, 3), 0.5)), lif=lif(4, threshold=0.25))
    wrong = type(case)(**{**vars(case), "graph": near})
    with pytest.raises(ValueError, match="lif, nir: lif meets its threshold"):
        build.golden(wrong)


def test_a_folder_without_a_suite_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoSuite, match=r"holds no suite\.json"):
        load(tmp_path)
    (tmp_path / INDEX).write_text("{}")
    with pytest.raises(NoSuite, match="is no index of a suite"):
        load(tmp_path)
    (tmp_path / INDEX).write_text((FOLDER / INDEX).read_text())
    with pytest.raises(NoSuite, match=r"lacks lif\.nir, which suite\.json names"):
        load(tmp_path)


def test_nir_is_the_plain_reading() -> None:
    assert READINGS[0] == NIR
    assert NIR.choices() == {}
