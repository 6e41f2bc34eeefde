"""Graphs as files: what nir reads is what was written, and weights stand there once."""

from itertools import pairwise
from pathlib import Path

import h5py
import nir
import numpy as np
import pytest

from converters.nir.read_graph import read_back
from converters.nir.write_graph import write


def graph(**nodes: nir.NIRNode) -> nir.NIRGraph:
    chain = ["input", *nodes, "output"]
    ends = {
        "input": nir.Input({"input": nodes[chain[1]].input_type["input"]}),
        "output": nir.Output({"output": nodes[chain[-2]].output_type["output"]}),
    }
    edges = list(pairwise(chain))
    return nir.NIRGraph({**ends, **nodes}, edges, metadata={"dt": 1e-4, "made": "by hand"})


def lif(shape: tuple[int, ...]) -> nir.LIF:
    return nir.LIF(*(np.full(shape, value) for value in (2e-4, 1.0, 0.0, 0.9, 0.0)))


@pytest.fixture
def repeated() -> np.ndarray:
    one = np.random.default_rng(0).normal(size=(1, 64, 48))
    return np.repeat(one, 20, axis=0)


def test_what_was_written_is_read(tmp_path: Path, repeated: np.ndarray) -> None:
    sparse = np.zeros((300, 20 * 64))
    sparse[250:, 1200:] = np.random.default_rng(1).normal(size=(50, 80))
    sparse[3, 5] = np.nan
    made = graph(
        mix=nir.Affine(repeated, np.zeros((20, 64))),
        fire=lif((20, 64)),
        flat=nir.Flatten({"input": np.array([20, 64])}, 0, -1),
        dense=nir.Linear(sparse),
        small=nir.Linear(np.arange(600.0).reshape(2, 300)),
    )
    write(tmp_path / "g.nir", made)
    nir.write(tmp_path / "plain.nir", made)
    found, plain = (nir.read(tmp_path / name) for name in ("g.nir", "plain.nir"))
    assert found.edges == plain.edges
    assert found.metadata == plain.metadata
    assert list(found.nodes) == list(plain.nodes)
    for name, node in plain.nodes.items():
        np.testing.assert_equal(found.nodes[name].to_dict(), node.to_dict())
    np.testing.assert_array_equal(found.nodes["dense"].weight, sparse)


def test_weights_of_all_positions_stand_there_once(tmp_path: Path, repeated: np.ndarray) -> None:
    write(tmp_path / "g.nir", graph(mix=nir.Affine(repeated, np.zeros((20, 64)))))
    with h5py.File(tmp_path / "g.nir") as file:
        stored = file["node/nodes/mix/weight"].id.get_storage_size()
    assert stored < 1.3 * repeated[0].nbytes


def test_zeros_between_blocks_are_not_stored(tmp_path: Path) -> None:
    blocks = np.random.default_rng(2).normal(size=(8, 256, 64))
    matrix = np.zeros((8 * 256, 8 * 64))
    for at, block in enumerate(blocks):
        matrix[at * 256 : (at + 1) * 256, at * 64 : (at + 1) * 64] = block
    write(tmp_path / "g.nir", graph(mix=nir.Linear(matrix)))
    with h5py.File(tmp_path / "g.nir") as file:
        assert file["node/nodes/mix/weight"].id.get_num_chunks() == 8
    np.testing.assert_array_equal(nir.read(tmp_path / "g.nir").nodes["mix"].weight, matrix)


@pytest.mark.parametrize("sparse", [False, True])
def test_what_is_read_back_is_what_nir_reads(
    tmp_path: Path, repeated: np.ndarray, sparse: bool
) -> None:
    other = repeated.copy()
    other[7, 3, 1] += 1
    diagonal = np.diag(np.arange(960.0))
    made = graph(
        mix=nir.Affine(repeated, np.zeros((20, 64))),
        again=nir.Linear(other.swapaxes(1, 2)),
        flat=nir.Flatten({"input": np.array([20, 48])}, 0, -1),
        dense=nir.Linear(diagonal),
    )
    write(tmp_path / "g.nir", made)
    found, plain = read_back(tmp_path / "g.nir", sparse=sparse), nir.read(tmp_path / "g.nir")
    assert list(found.nodes) == list(plain.nodes)
    assert found.nodes["mix"].weight.strides[0] == 0
    for name in ("mix", "again"):
        np.testing.assert_array_equal(found.nodes[name].weight, plain.nodes[name].weight)
    weight = found.nodes["dense"].weight
    np.testing.assert_array_equal(weight.toarray() if sparse else weight, diagonal)
