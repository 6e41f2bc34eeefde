"""`ssr-compile` on a NIR graph: what it refuses, before anything runs."""

import subprocess
import sys
from pathlib import Path

import nir
import numpy as np
import pytest

import ssr_neuro as sn
from converters.nir.read_graph import read_graph
from ssr_neuro.errors import BadInput
from ssr_neuro.program.spikes_file import read_inputs


def graph_file(folder: Path, population: str) -> Path:
    """Three inputs, three neurons of the given name, three outputs."""
    lif = nir.LIF(*(np.full(3, v) for v in (2e-4, 1.0, 0.0, 0.5, 0.0)))
    graph = nir.NIRGraph(
        {
            "in": nir.Input(np.array([3])),
            "w": nir.Linear(np.eye(3)),
            population: lif,
            "y": nir.Linear(np.eye(3)),
            "out": nir.Output(np.array([3])),
        },
        [("in", "w"), ("w", population), (population, "y"), ("y", "out")],
    )
    nir.write(folder / "graph.nir", graph)
    return folder / "graph.nir"


def compiled(folder: Path, population: str, with_spikes: bool) -> Path:
    """Folder of the outputs of a compiled graph whose only population is `population`."""
    np.savez(folder / "spikes.npz", inputs=np.ones((2, 4, 3), np.uint8))
    made = sn.compile(
        graph_file(folder, population),
        inputs=folder / "spikes.npz",
        target="program",
        weight_bits=8,
        optimise=False,
        trace=with_spikes,
    )
    return made.save(folder / "out")


def test_a_population_may_not_take_the_place_of_the_outputs(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="with --trace a population cannot be called outputs; ren"):
        compiled(tmp_path, "outputs", with_spikes=True)
    assert not (tmp_path / "out").exists()
    with np.load(compiled(tmp_path, "outputs", with_spikes=False) / "outputs.npz") as stored:
        assert stored.files == ["outputs"]


@pytest.mark.parametrize("name", ["layer.1", "file", "allow_pickle"])
def test_other_names_are_kept_as_they_are(tmp_path: Path, name: str) -> None:
    out = compiled(tmp_path, name, with_spikes=True)
    with np.load(out / "outputs.npz") as stored:
        assert sorted(stored.files) == sorted([name, "outputs"])
    done = subprocess.run([sys.executable, "-I", out / "check.py"], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()[-1]) == (0, "PASS"), done.stdout


def test_a_name_that_a_file_cannot_hold_is_explained(tmp_path: Path) -> None:
    path = graph_file(tmp_path, "layer/1")
    with pytest.raises(BadInput, match=r"graph\.nir: a node lacks its 'type', .* rename the node"):
        read_graph(path)


def test_inputs_that_are_no_archive_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "spikes.npy", np.ones((2, 4, 3), np.uint8))
    with pytest.raises(BadInput, match=r"spikes\.npy: cannot be read as \.npz"):
        read_inputs(tmp_path / "spikes.npy", ["x"])
