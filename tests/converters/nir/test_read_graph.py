"""Files that hold no whole NIR graph, and what is said of them."""

from collections.abc import Callable
from pathlib import Path

import h5py
import nir
import numpy as np
import pytest
from nir_graphs import DT_S, ends, graph, lif

import ssr_neuro as sn
from converters.nir.read_graph import read_graph
from ssr_neuro.errors import BadInput


def written(path: Path, made: nir.NIRGraph, change: Callable[[h5py.Group], None]) -> Path:
    """The graph as a file, its nodes changed there."""
    nir.write(path, made)
    with h5py.File(path, "r+") as file:
        change(file["node/nodes"])
    return path


def plain() -> nir.NIRGraph:
    return graph("x>n>y", **ends((3,)), n=lif((3,)))


def test_data_in_place_of_a_graph_are_told_where_they_belong(tmp_path: Path) -> None:
    spikes = nir.TimeGriddedData(np.ones((1, 4, 3), bool), DT_S)
    path = tmp_path / "x.h5"
    nir.write_data(path, nir.NIRGraphData({"x": nir.NIRNodeData({"spikes": spikes})}))
    with pytest.raises(
        BadInput, match=r"x\.h5: holds NIR data and no graph; give it as --inputs, beside a graph"
    ):
        read_graph(path)
    (obstacle,) = sn.check(path).obstacles
    assert obstacle.remedy.startswith("give it as --inputs")


def test_a_file_of_something_else_is_told_what_it_lacks(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "g.h5", "w") as file:
        file["weights"] = np.ones(3)
    with pytest.raises(BadInput, match=r"g\.h5: holds no 'node', as a NIR graph does; write the"):
        read_graph(tmp_path / "g.h5")


@pytest.mark.parametrize(("name", "kind"), [("x", "Input"), ("y", "Output")])
def test_an_end_without_a_shape_is_named(name: str, kind: str, tmp_path: Path) -> None:
    def remove_shape(nodes: h5py.Group) -> None:
        del nodes[name]["shape"]

    path = written(tmp_path / "g.nir", plain(), remove_shape)
    with pytest.raises(BadInput, match=rf"{name}: this {kind} lacks its shape; write the node"):
        read_graph(path)


def test_parameters_of_other_shapes_are_told_apart(tmp_path: Path) -> None:
    def make_single(nodes: h5py.Group) -> None:
        del nodes["n"]["v_threshold"]
        nodes["n"]["v_threshold"] = 0.5

    path = written(tmp_path / "g.nir", plain(), make_single)
    with pytest.raises(
        BadInput,
        match=r"n: its parameters differ in shape: .*tau \(3,\), .*v_threshold \(\); give all",
    ):
        read_graph(path)


def test_a_convolution_without_an_input_shape_is_read_as_in_memory(tmp_path: Path) -> None:
    def remove_shape(nodes: h5py.Group) -> None:
        del nodes["w"]["input_shape"]

    weight = np.arange(8.0).reshape(2, 1, 2, 2)
    conv = nir.Conv2d((4, 4), weight, 1, 0, 1, 1, np.zeros(2))
    made = graph("x>w>n>y", **ends((1, 4, 4), (2, 3, 3)), w=conv, n=lif((2, 3, 3)))
    path = written(tmp_path / "g.nir", made, remove_shape)
    assert read_graph(path).nodes["w"].input_shape is None
    assert sn.check(path).compiles
