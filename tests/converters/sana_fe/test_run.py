"""Running SANA-FE in a process of its own; where it is not installed, only how that is told."""

import json
import sys
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sana_fe_networks import SMALL, agree, late_program, written
from small_programs import random_inputs, skip_program

from converters.export_sana_fe import EXPORTER, run
from converters.sana_fe.check import read_recorded
from simulators import sana_fe_run
from simulators.reference import Reference
from simulators.sana_fe_worker import DIFFERS, WRONG, differences
from ssr_neuro import registry
from ssr_neuro.errors import BackendFailed, Mismatch
from ssr_neuro.exporter import Deployed
from ssr_neuro.files import sana_fe_result
from ssr_neuro.program import program_file
from ssr_neuro.stopwatch import Stopwatch


@pytest.fixture
def python() -> Path:
    """The interpreter with SANA-FE; skips, and says how to get one, where there is none."""
    found = sana_fe_run.interpreter()
    if found is None:
        pytest.skip(f"SANA-FE is not installed: {sana_fe_run.HOW}")
    return found


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Of a model.pt only name and content matter here."""
    path = tmp_path / "model.pt"
    path.write_bytes(b"weights")
    return path


def job(monkeypatch: pytest.MonkeyPatch, seed: int = 0) -> Any:
    """What an exporter reads of one, with a small program, on a chip of small cores."""
    program = skip_program(seed)
    trace = Reference().run(program, random_inputs(program, 3, seed=1))
    monkeypatch.setattr("converters.export_sana_fe.load_chip", lambda name: SMALL)
    return SimpleNamespace(
        chip="small",
        watch=Stopwatch(),
        integer=lambda: Deployed(program, None, trace),  # type: ignore[arg-type]
    )


def test_the_target_is_known() -> None:
    assert "sana-fe" in registry.targets()
    assert registry.exporter("sana-fe") == EXPORTER


def test_without_sana_fe_the_files_are_there_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sana_fe_run, "interpreter", lambda: None)
    found = EXPORTER.export(job(monkeypatch), tmp_path)
    assert found["SANA-FE"] == f"not run, it is not installed: {sana_fe_run.HOW}"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "README.md",
        "architecture-sana-fe.yaml",
        "architecture.yaml",
        "network.yaml",
        "run_sana_fe.py",
        "schedule.json",
    ]


@pytest.mark.skipif(find_spec("sanafe") is not None, reason="SANA-FE is beside the tests")
def test_an_interpreter_without_sana_fe_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(sana_fe_run.SETTING, raising=False)
    assert sana_fe_run.interpreter() is None
    monkeypatch.setenv(sana_fe_run.SETTING, sys.executable)
    with pytest.raises(BackendFailed, match="No module named 'sanafe'; install it with `pip inst"):
        sana_fe_run.interpreter()


def test_an_interpreter_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sana_fe_run.SETTING, "/nowhere/python")
    with pytest.raises(BackendFailed, match="SSR_SANAFE_PYTHON=/nowhere/python: cannot be run"):
        sana_fe_run.interpreter()


def test_a_folder_without_its_schedule_is_refused(tmp_path: Path) -> None:
    (tmp_path / sana_fe_run.SCRIPT).write_text(sana_fe_run.WORKER.read_text())
    with pytest.raises(
        BackendFailed,
        match=rf"SANA-FE ended with {WRONG} on architecture.yaml: .*schedule.json.*; run run_sana",
    ):
        sana_fe_run.run(Path(sys.executable), tmp_path, "architecture.yaml", tmp_path / "record")


def test_a_count_that_differs_is_named() -> None:
    found = differences({"messages": 1200, "hops": 3}, {"messages": 1199, "hops": 3})
    assert found == ["messages: 1,200 in SANA-FE, 1,199 expected"]
    assert sana_fe_run.DIFFERS == DIFFERS


@pytest.mark.parametrize("seed", range(3))
def test_sana_fe_fires_the_same_spikes_and_counts_the_same_traffic(
    tmp_path: Path, python: Path, model: Path, seed: int
) -> None:
    made, trace = written(tmp_path, skip_program(seed))
    told = run(made, python, tmp_path, Stopwatch(), model)
    spikes = sum(x.size for x in trace.spikes.values())
    assert told["spikes and readouts compared"] == spikes + trace.readouts["out"].size
    result = sana_fe_result.read(tmp_path / "sana_fe.json")
    counts = result.counts
    assert (result.model, result.model_sha256) == ("model.pt", sha256(b"weights").hexdigest())
    assert result.program_sha256 == program_file.fingerprint(made.net.program)
    assert result.stimulus_sha256 == trace.stimulus_sha256
    expected = json.loads((tmp_path / "schedule.json").read_text())["expected"]
    assert {name: counts[name] for name in expected} == expected


@pytest.mark.parametrize("skips", [False, True])
@pytest.mark.parametrize("delay", [2, 6, 7, 13])
def test_sana_fe_hears_a_delay_however_long(
    tmp_path: Path, python: Path, delay: int, skips: bool
) -> None:
    made, trace = written(tmp_path, late_program(delay, skips=skips))
    sana_fe_run.run(python, tmp_path, "architecture.yaml", tmp_path / "record")
    theirs = read_recorded(made.net, tmp_path / "record")
    assert all(np.array_equal(theirs.spikes[name], x) for name, x in trace.spikes.items())
    agree(tmp_path, made, trace)


def test_sana_fe_charges_what_the_counts_cost(tmp_path: Path, python: Path, model: Path) -> None:
    made, _ = written(tmp_path, skip_program(1))
    run(made, python, tmp_path, Stopwatch(), model)
    found = sana_fe_result.read(tmp_path / "sana_fe.json")
    own, theirs = found.prices
    hops, counts = made.placed.traffic.hops, found.counts
    assert hops is not None
    assert own.energy_j["synapse"] == pytest.approx(
        23.6e-12 * counts["synaptic_operations"] / found.samples
    )
    assert own.energy_j["network"] == pytest.approx(
        1.7e-12 * counts["messages"] / found.samples
        + 3.0e-12 * hops.east_west
        + 4.0e-12 * hops.north_south
    )
    neurons, steps = 4 * (3 + 3 + 2) + 3, 4
    entering = made.placed.traffic.messages.entering
    assert own.energy_j["dendrite"] is None
    assert own.energy_j["soma"] == pytest.approx(
        52e-12 * neurons * steps + 29e-12 * (counts["neuron_updates"] / found.samples - entering)
    )
    assert own.step_s is not None
    assert own.latency_s == pytest.approx(own.step_s * (4 + 4))
    assert theirs.energy_j["synapse"] == pytest.approx(35.5 / 23.6 * own.energy_j["synapse"])
    assert theirs.name == "sana-fe"
    assert theirs.latency_s is None  # its latencies are not in the chip's file
    assert "synapse latency_process_spike: timings.synaptic_operation is not stated" in (
        theirs.unknown
    )


def test_a_weight_that_changed_is_found(tmp_path: Path, python: Path, model: Path) -> None:
    made, _ = written(tmp_path, late_program(1))
    path = tmp_path / "network.yaml"
    text = path.read_text()
    assert "weight: [9," in text
    path.write_text(text.replace("weight: [9,", "weight: [-9,"))
    with pytest.raises(
        Mismatch, match=r"ssr-neuro and SANA-FE differ in .* first at population 'a'"
    ):
        run(made, python, tmp_path, Stopwatch(), model)


def test_traffic_that_changed_is_found(tmp_path: Path, python: Path, model: Path) -> None:
    made, _ = written(tmp_path, late_program(1))
    path = tmp_path / "schedule.json"
    path.write_text(path.read_text().replace('"hops":0', '"hops":5'))
    with pytest.raises(Mismatch, match="counts otherwise: hops: 0 in SANA-FE, 5 expected; its"):
        run(made, python, tmp_path, Stopwatch(), model)


def test_a_damaged_network_is_told_by_its_error(tmp_path: Path, python: Path, model: Path) -> None:
    made, _ = written(tmp_path, late_program(1))
    path = tmp_path / "network.yaml"
    path.write_text(path.read_text().replace("network:", "net:", 1))
    with pytest.raises(BackendFailed, match=r"ended with 1 on architecture.yaml: .*network"):
        run(made, python, tmp_path, Stopwatch(), model)
