"""The locator: the first difference is the earliest cause."""

import numpy as np
import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import Readout
from ssr_neuro.program.trace import Trace, compare, in_graph_units


def trace(**spikes: np.ndarray) -> Trace:
    return Trace({"x": np.zeros((2, 3, 1), np.uint8)}, spikes, {})


def test_the_first_difference_is_in_the_earliest_population() -> None:
    early, late = np.zeros((2, 3, 2, 2), np.uint8), np.zeros((2, 3, 4), np.uint8)
    wrong_early, wrong_late = early.copy(), late.copy()
    wrong_early[1, 2, 0, 1] = 1
    wrong_late[0, 0, 0] = 1
    found = compare(trace(a=early, b=late), trace(a=wrong_early, b=wrong_late), ("A", "B"))
    assert (found.mismatches, found.spikes_compared) == (2, 48)
    assert found.first is not None
    assert found.first.describe("A", "B") == (
        "population 'a', neuron (0, 1), sample 1, step 3: A has 0, B has 1"
    )


def test_a_readout_is_called_one() -> None:
    bits = np.zeros((2, 3, 1), np.uint8)
    ours, theirs = np.zeros((2, 3, 2), np.int64), np.zeros((2, 3, 2), np.int64)
    theirs[1, 0, 1] = -7
    found = compare(
        Trace({"x": bits}, {"a": bits}, {"out": ours}),
        Trace({"x": bits}, {"a": bits}, {"out": theirs}),
        ("A", "B"),
    )
    assert found.first is not None
    assert found.first.describe("A", "B") == (
        "readout 'out', neuron (1), sample 1, step 1: A has 0, B has -7"
    )


def test_readouts_in_the_units_of_the_graph() -> None:
    values = np.array([[[2, -3]]], np.int64)
    found = Trace({}, {}, {"out": values})
    for unit, wanted in ((None, [2, -3]), (0.5, [1, -1.5]), (np.array([0.5, 2.0]), [1, -6])):
        readout = Readout("out", (2,), np.zeros(2), unit=unit)
        np.testing.assert_array_equal(in_graph_units(readout, found), [[wanted]])


def test_different_nodes_cannot_be_compared() -> None:
    a = np.zeros((1, 1, 1), np.uint8)
    with pytest.raises(BadInput, match=r"only one of them has \['b'\]"):
        compare(trace(a=a), trace(a=a, b=a), ("A", "B"))
    with pytest.raises(BadInput, match=r"node 'a': A recorded \(1, 1, 1\), B \(2, 1, 1\)"):
        compare(trace(a=a), trace(a=np.zeros((2, 1, 1), np.uint8)), ("A", "B"))


def test_the_stimulus_is_told_by_names_shapes_and_spikes() -> None:
    bits = np.zeros((2, 3, 4), np.uint8)
    one = bits.copy()
    one[1, 2, 3] = 1
    inputs = ({"x": bits}, {"x": one}, {"y": bits}, {"x": bits.reshape(2, 3, 2, 2)})
    assert len({Trace(given, {}, {}).stimulus_sha256 for given in inputs}) == 4
    both, turned = {"x": bits, "y": one}, {"y": one, "x": bits.astype(bool)}
    assert Trace(both, {}, {}).stimulus_sha256 == Trace(turned, {}, {}).stimulus_sha256
