"""`ssr-compile graph.nir --target rtl`: files of small networks, as a stranger has them."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nir
import numpy as np
import pytest
from command_line import run
from random_graphs import DT_S
from rtl_bench import needs_verilator
from small_programs import random_inputs, skip_program

from converters import export_rtl
from simulators.reference import Reference
from ssr_neuro.exporter import GraphJob
from ssr_neuro.stopwatch import Stopwatch

ALL = "SSR_RTL_DEMO" in os.environ  # set by `make test-rtl`
RNG = np.random.default_rng(3)
STEPS, SAMPLES = 6, 3


def lif(*shape: int, tau: float = 2.0) -> nir.LIF:
    full = np.full(shape, 1.0)
    return nir.LIF(tau=full * tau * DT_S, r=full, v_leak=full * 0, v_threshold=full * 0.4)


def weights(*shape: int) -> np.ndarray:
    return RNG.normal(0.3, 1.0, shape)


def chain(*nodes: nir.ir.NIRNode, loop: bool = False) -> nir.NIRGraph:
    named = {f"node{i}": node for i, node in enumerate(nodes)}
    edges = list(zip(list(named)[:-1], list(named)[1:], strict=True))
    if loop:
        named["loop"] = nir.Linear(weights(5, 5) / 4)
        edges += [("node2", "loop"), ("loop", "node2")]
    return nir.NIRGraph(named, edges, type_check=False)


def dense() -> nir.NIRGraph:
    return chain(
        nir.Input(np.array([7])),
        nir.Affine(weights(5, 7), weights(5)),
        lif(5, tau=3.0),
        nir.Linear(weights(4, 5)),
        lif(4),
        nir.Output(np.array([4])),
    )


def recurrent() -> nir.NIRGraph:
    return chain(
        nir.Input(np.array([7])),
        nir.Linear(weights(5, 7)),
        lif(5),
        nir.Linear(weights(2, 5)),
        lif(2),
        nir.Output(np.array([2])),
        loop=True,
    )


def convolution() -> nir.NIRGraph:
    return chain(
        nir.Input(np.array([2, 6, 6])),
        nir.Conv2d((6, 6), weights(3, 2, 3, 3), (1, 1), (1, 1), (1, 1), 1, np.zeros(3)),
        lif(3, 6, 6, tau=7.5),
        nir.SumPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0])),
        lif(3, 3, 3),
        nir.Flatten({"input": np.array([3, 3, 3])}, 0, -1),
        nir.Linear(weights(4, 27)),
        lif(4),
        nir.Output(np.array([4])),
    )


NETWORKS: dict[str, Callable[[], nir.NIRGraph]] = {
    "recurrent": recurrent,
    "dense": dense,
    "convolution": convolution,
}


@pytest.mark.skipif(not ALL, reason="a build for each: `make test-rtl` runs it")
@needs_verilator
@pytest.mark.parametrize("name", NETWORKS)
def test_a_graph_runs_in_gates(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    graph = NETWORKS[name]()
    shape = tuple(graph.nodes["node0"].output_type["output"])
    nir.write(tmp_path / "graph.nir", graph)
    spikes = (RNG.random((SAMPLES, STEPS, *shape)) < 0.4).astype(np.uint8)
    np.savez(tmp_path / "spikes.npz", inputs=spikes)
    asked = ("--inputs", str(tmp_path / "spikes.npz"), "--target", "rtl", "--lanes", "4")
    out = tmp_path / "out"
    code = run("ssr-compile", str(tmp_path / "graph.nir"), *asked, "--out", str(out), "--json")
    assert code == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["samples"], found["mismatches"]) == (SAMPLES, 0)
    assert found["fired"] > 10
    assert found["places of top tens compared"] == 0

    assert (out / "rtl" / "run.sh").exists()


@needs_verilator
def test_a_graph_that_the_core_cannot_hold_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nir.write(tmp_path / "graph.nir", dense())
    np.savez(tmp_path / "spikes.npz", inputs=np.zeros((1, 300, 7), np.uint8))
    asked = ("--inputs", str(tmp_path / "spikes.npz"), "--target", "rtl")
    out = tmp_path / "out"
    assert run("ssr-compile", str(tmp_path / "graph.nir"), *asked, "--out", str(out)) == 3
    assert "has 300 steps; the core counts to 256" in " ".join(capsys.readouterr().err.split())
    assert not out.exists()


def test_a_graph_in_cells_leaves_what_a_report_reads_as_a_model_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        export_rtl, "write_rtl", lambda *given, **more: {"liberty": more["liberty"]}
    )
    monkeypatch.setattr(export_rtl, "write_gates_result", lambda *given: made.append(given))
    program = skip_program(0)
    trace = Reference().run(program, random_inputs(program, 1, 0))
    job = GraphJob(Path("g.nir"), program, trace, Stopwatch(), liberty="cells.lib")
    found = export_rtl.EXPORTER.export_graph(job, tmp_path)
    assert found == {"liberty": Path("cells.lib")}
    assert made == [(tmp_path / "rtl", Path("g.nir"), "rtl")]
    assert (tmp_path / "program.json").exists()
    export_rtl.EXPORTER.export_graph(replace(job, liberty=None), tmp_path / "other")
    assert len(made) == 1
