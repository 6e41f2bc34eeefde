"""Graphs: .nir of NIR, .net of lava-dl, and spikes in NIR's own form."""

import random
from pathlib import Path
from typing import Any

import handed_over
import netx_files
import nir
import numpy as np
from nir_graphs import DT_S

from converters.netx_to_program import to_program as netx_program
from converters.nir.graph_data import read_graph_data, spikes_of_data
from converters.nir.read_graph import read_graph
from converters.nir_to_program import to_program
from fuzz import files, trees
from fuzz.reader import RAW, STEPS, Reader, run_both, spikes
from ssr_neuro.files import hdf5
from ssr_neuro.library.compile_netx import schedule_layers
from ssr_neuro.library.spikes import read_named_spikes
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.program.ir import as_integer


def _graphs(folder: Path) -> list[Any]:
    found = []
    for name, graph in handed_over.GRAPHS.items():
        nir.write(folder / f"{name}.nir", graph)
        content = (folder / f"{name}.nir").read_bytes()
        found.append((content, hdf5.read(folder / f"{name}.nir", "a graph", "write it")))
    return found


def _hdf5(rng: random.Random, good: list[Any], path: Path) -> Path:
    content, tree = rng.choice(good)
    if rng.random() < RAW:
        path.write_bytes(trees.flip_bytes(rng, content))
    else:
        files.write_hdf5(rng, path, trees.mutate(rng, tree, rng.choice((1, 1, 2, 4))))
    return path


def _nir(rng: random.Random, good: Any, folder: Path) -> None:
    graph = read_graph(_hdf5(rng, good, folder / "x.nir"))
    program = lower(to_program(graph, STEPS), Lowering(optimise=True))
    run_both(as_integer(program), spikes(program))


def _nets(folder: Path) -> list[Any]:
    found = []
    for seed in range(2):
        path = netx_files.tiny(folder / f"{seed}.net", seed)
        found.append((path.read_bytes(), hdf5.read(path, "netx", "write it")))
    return found


def _net(rng: random.Random, good: Any, folder: Path) -> None:
    from converters.netx import read

    program = schedule_layers(netx_program(read.read(_hdf5(rng, good, folder / "x.net")), STEPS))
    run_both(program, spikes(program))


def _spikes_data(folder: Path) -> list[Any]:
    """Spikes of four neurons on a grid and as events."""
    x = np.random.default_rng(0).random((2, 6, 4)) < 0.5
    grid = nir.TimeGriddedData(x, DT_S)
    found = []
    for name, observed in (("grid", grid), ("events", grid.to_event(40, time_shift=DT_S / 3))):
        path = folder / f"{name}.h5"
        nir.write_data(path, nir.NIRGraphData({"x": nir.NIRNodeData({"spikes": observed})}))
        found.append(path.read_bytes())
    return found


def _nir_spikes(rng: random.Random, good: list[bytes], folder: Path) -> None:
    path = folder / "x.h5"
    path.write_bytes(rng.choice(good))
    if rng.random() < RAW:
        path.write_bytes(trees.flip_bytes(rng, path.read_bytes()))
    else:
        files.change_hdf5(rng, path)
    found = spikes_of_data(read_graph_data(path), ["x"], DT_S)
    read_named_spikes(found, ["x"])


READERS = (
    Reader("nir", _graphs, _nir),
    Reader("nir-spikes", _spikes_data, _nir_spikes),
    Reader("net", _nets, _net),
)
