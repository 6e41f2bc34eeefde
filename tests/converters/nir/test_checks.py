"""Numbers that no node can have are named before any of them is used."""

from dataclasses import fields
from typing import Any

import nir
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nir_graphs import DT_S, ends, graph, lif
from random_graphs import random_graph

from converters.nir.checks import TYPES, parameter_problems
from converters.nir_to_program import to_program
from ssr_neuro.errors import BadInput

CUBA = nir.CubaLIF(*(np.full(2, value) for value in (2e-4, 2e-4, 1.0, 0.0, 0.5)))
CONV = nir.Conv2d((4, 4), np.ones((2, 1, 3, 3)), 1, 0, 1, 1, np.zeros(2))
ODD = (
    0,
    -1,
    None,
    3,
    np.nan,
    np.inf,
    "same",
    (1, 2, 3),
    np.zeros(3),
    np.array(2.0),
    np.ones((2, 2)),
    np.ones((1, 2, 3, 2)),
    np.zeros((0,)),
    np.array(["a"]),
)


def changed(node: nir.NIRNode, **values: Any) -> nir.NIRNode:
    """As a file gives it: nir checks no value behind its constructor, and few in it."""
    copy = object.__new__(type(node))
    copy.__dict__ |= vars(node) | values
    return copy


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        (changed(CUBA, r="high"), "r holds no real numbers; give an array of them"),
        (changed(CUBA, r=None, tau_syn=np.zeros(0)), "tau_syn, r hold no real numbers"),
        (changed(CUBA, w_in=np.ones(3)), r"its parameters differ in shape: .*, w_in \(3,\); give"),
        (changed(CONV, stride=0), "stride is 0; it is at least 1"),
        (changed(CONV, stride=(1, 1.5)), r"stride is \[1.0, 1.5\]; give a whole number, or 2"),
        (changed(CONV, padding="twice"), "padding is 'twice'; give a whole number, or 2"),
        (changed(CONV, padding=(0, -1)), r"padding is \[0, -1\]; it is at least 0"),
        (changed(CONV, groups=(1, 1)), r"groups is \[1, 1\]; give a whole number$"),
        (changed(CONV, dilation=None), "dilation is None; give a whole number, or 2"),
        (changed(CONV, input_shape=(4, 4, 4)), r"input_shape is \[4, 4, 4\]; give a whole"),
        (changed(CONV, weight=np.ones((2, 3, 3))), r"\(2, 3, 3\); a Conv2d needs 4 axes$"),
        (changed(nir.Linear(np.eye(2)), weight=np.ones(2)), r"a Linear needs 2 axes or more"),
        (nir.Flatten(None, 0, np.nan), "end_dim is nan; give a whole number$"),
        (nir.AvgPool2d(0, 1, 0), "kernel_size is 0; it is at least 1"),
        (nir.AvgPool2d(1e308, 1, 0), r"kernel_size is 1e\+308; it is at most 2,147,483,648"),
        (
            changed(CONV, padding=(1 << 31) + 1),
            "padding is 2147483649; it is at most 2,147,483,648",
        ),
    ],
)
def test_what_is_wrong_with_a_node_alone(node: nir.NIRNode, problem: str) -> None:
    (found,) = parameter_problems(node)
    with pytest.raises(BadInput, match=problem):
        raise BadInput(found)


def test_a_sound_node_has_no_problem() -> None:
    absent = changed(CONV, input_shape=None, bias=None, padding="same")
    for node in (CUBA, CONV, absent, nir.SumPool2d(2, (2, 1), np.zeros(2)), nir.Flatten(None)):
        assert list(parameter_problems(node)) == []


def test_all_that_is_wrong_with_one_node_is_listed() -> None:
    node = lif((2,), tau=0.5, v_reset=1, v_threshold=0)
    node.metadata["reset_mechanism"] = "subtract"
    late = nir.Delay(np.array([-1, 63.5]) * DT_S)
    with pytest.raises(BadInput) as caught:
        to_program(graph("x>n>d>y", **ends((2,)), n=node, d=late), 4)
    lines = [line.strip() for line in str(caught.value).splitlines()]
    expected = [
        "the graph cannot be compiled, 6 problems:",
        "n: v_reset is not 0; the chip resets to 0",
        "n: reset_mechanism is 'subtract', a soft reset; read it with --reset subtract",
        "n: tau of 0.5 steps is below 1; if Norse wrote it",
        "n: v_threshold of 0 is not above 0",
        "d: a delay of 63.5 steps is no whole number of steps",
        "d: a delay of -1 steps, which would come before its cause; raise it to 0",
    ]
    assert [line[: len(e)] for line, e in zip(lines, expected, strict=True)] == expected


@pytest.mark.parametrize("size", [(0,), (-2,), (np.nan,), ("two",)])
def test_an_input_of_no_size_has_no_shape(size: Any) -> None:
    made = graph("x>n>y", **ends((2,)), n=lif((2,)))
    made.nodes["x"] = changed(
        made.nodes["x"],
        input_type={"input": np.array(size)},
        output_type={"output": np.array(size)},
    )
    with pytest.raises(BadInput, match="x: this Input has no shape; give it one"):
        to_program(made, 4)


@settings(suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1))
def test_a_damaged_graph_is_compiled_or_refused_with_its_problems(seed: int) -> None:
    made, steps = random_graph(seed)
    rng = np.random.default_rng(seed)
    for _ in range(rng.integers(1, 4)):
        damage(made, rng)
    try:
        assert to_program(made, steps, DT_S).populations
    except BadInput as refused:
        assert str(refused).startswith("the graph cannot be compiled, ")  # noqa: PT017


def damage(made: nir.NIRGraph, rng: np.random.Generator) -> None:
    """An edge less, an edge more, a node less, or a parameter that is none."""
    name, other = (list(made.nodes)[i] for i in rng.integers(0, len(made.nodes), 2))
    kind = rng.integers(0, 6)
    if kind == 0 and made.edges:
        made.edges.pop(rng.integers(len(made.edges)))
    elif kind == 1:
        made.edges.append((name, other))
    elif kind == 2 and len(made.nodes) > 2:
        del made.nodes[name]
    elif not isinstance(made.nodes[name], nir.NIRGraph):
        node = made.nodes[name]
        names = [f.name for f in fields(node) if f.name not in TYPES]
        values = {rng.choice(names): ODD[rng.integers(len(ODD))]} if names else {}
        made.nodes[name] = changed(node, **values)
