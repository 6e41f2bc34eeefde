"""Runs of `ssr measure` in a report: told by the hash of the model they are of."""

from dataclasses import replace
from pathlib import Path

import pytest
from measure_example import example, example_run

from ssr_neuro.errors import BadInput
from ssr_neuro.measure import write
from ssr_neuro.report_builder.measurements import Found, check, files, notes, select_runs

MINE = "0" * 64


def held(tmp_path: Path) -> Found:
    path = tmp_path / "m.json"
    write(path, example(), overwrite=True)
    return files((path,))[0]


def test_runs_of_the_models_are_taken_and_others_left(tmp_path: Path) -> None:
    other = replace(example_run("other.pt"), sha256="1" * 64)
    found = held(tmp_path)
    found = replace(found, held=replace(found.held, runs=(*found.held.runs, other)))
    taken = select_runs((found,), {MINE})
    assert [one.name for one in taken] == ["a.pt", "b.pt"]
    first, run = taken[0], example_run()
    assert (first.device, first.precision, first.batch) == ("NVIDIA H200", "fp32", 2)
    assert (first.form, first.best, first.file) == ("incremental", True, "m.json")
    assert first.sha256 == run.sha256
    assert first.latency_s == {"mean": 2.5, "p5": 1.0, "p50": 2.0, "p95": 3.0, "p99": 4.0}
    assert run.energy is not None
    assert first.gross_j == run.energy.gross_j_per_inference
    assert first.net_j == run.energy.net_j_per_inference
    assert (first.idle_w, first.source, first.why) == (40.0, "nothing", "")


def test_a_run_without_energy_says_why(tmp_path: Path) -> None:
    found = held(tmp_path)
    run = replace(example_run(), energy=None, no_energy="no counter answers")
    (one,) = select_runs((replace(found, held=replace(found.held, runs=(run,))),), {MINE})
    assert (one.gross_j, one.net_j, one.why) == (None, None, "no counter answers")


def test_a_file_of_other_models_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"m\.json holds runs of a\.pt, b\.pt, and no model of this"):
        check((held(tmp_path),), {"1" * 64})
    check((held(tmp_path),), {MINE})


def test_a_file_of_a_machine_without_the_device_is_a_note(tmp_path: Path) -> None:
    skipped = replace(
        example(), skipped="this machine has no GPU", device=None, method=None, source=None, runs=()
    )
    found = Found(tmp_path / "m.json", skipped)
    check((found,), set())
    assert select_runs((found,), {MINE}) == ()
    assert notes((found,)) == ("m.json: nothing was measured, this machine has no GPU",)
