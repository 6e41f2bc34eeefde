"""Nested graphs of a file are read as those in memory, without nir's own type check."""

from pathlib import Path

import h5py
import nir
import numpy as np
import pytest
from nir_graphs import ends, graph, lif

from converters.nir.read_graph import read_graph
from converters.nir_to_program import to_program
from ssr_neuro.errors import BadInput
from ssr_neuro.program import float_simulator


def nested(depth: int) -> nir.NIRGraph:
    """A depthwise convolution, which that check refuses, in `depth` graphs."""
    weight = np.random.default_rng(0).integers(-2, 5, (4, 1, 3, 3)) / 4
    conv = nir.Conv2d((5, 5), weight, 1, 0, 1, 2, np.zeros(4))
    made = graph("x>c>n>y", **ends((2, 5, 5), (4, 3, 3)), c=conv, n=lif((4, 3, 3), r=2))
    for _ in range(depth):
        made = graph("x>g>y", **ends((2, 5, 5), (4, 3, 3)), g=made)
    return made


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_convolution_by_groups_may_stand_in_a_nested_graph_of_a_file(
    depth: int, tmp_path: Path
) -> None:
    nir.write(tmp_path / "g.nir", nested(depth))
    x = (np.random.default_rng(1).random((1, 5, 2, 5, 5)) < 0.5).astype(np.uint8)
    expected, found = (
        float_simulator.run(to_program(made, 5), {"x": x})[1]["y"]
        for made in (nested(depth), read_graph(tmp_path / "g.nir"))
    )
    assert expected.any()
    np.testing.assert_array_equal(found, expected)


def test_a_nested_graph_keeps_its_nodes_and_gets_no_more(tmp_path: Path) -> None:
    """A neuron that nothing feeds, for which the check adds an Input."""
    made = nested(1)
    made.nodes["g"].nodes["driver"] = lif((4, 3, 3), v_leak=2)
    made.nodes["g"].edges.append(("driver", "n"))
    nir.write(tmp_path / "g.nir", made)
    found = read_graph(tmp_path / "g.nir").nodes["g"]
    assert set(found.nodes) == {"x", "c", "n", "y", "driver"}


@pytest.mark.parametrize("place", ["node", "node/nodes/g"])
def test_a_field_that_would_ask_for_the_check_is_refused(place: str, tmp_path: Path) -> None:
    nir.write(tmp_path / "g.nir", nested(1))
    with h5py.File(tmp_path / "g.nir", "a") as file:
        file[place]["type_check"] = True
    with pytest.raises(BadInput, match="a graph of it has a field 'type_check', and no graph of"):
        read_graph(tmp_path / "g.nir")
