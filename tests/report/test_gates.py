"""Models in gates in a report: the file, whose it is, the table of the page and of report.md."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from gates_example import gates
from report_pages import whole_report

from converters.rtl.gates_result import write_gates_result
from ssr_neuro.errors import BadInput
from ssr_neuro.files import gates_result
from ssr_neuro.files.gates_result import GatesResult
from ssr_neuro.files.hashes import sha256_of_file
from ssr_neuro.report.contents import Reports
from ssr_neuro.report.document import to_json
from ssr_neuro.report.page import page
from ssr_neuro.report.tables_markdown import to_markdown
from ssr_neuro.report_builder import gates as gates_files

OLDER = gates(library="sky130_fd_sc_hd", memories_j=None, small_memories_j=None)
PART = gates(model="sasrec.pt", target="rtl-int8", left_out="softmax", memories_j=1e-6)
REPORTS = Reports((whole_report(),), gates=(gates(), OLDER, PART))


def test_a_file_comes_back_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gates.json"
    gates_result.write(path, OLDER)
    assert gates_result.read(path) == OLDER
    assert OLDER.total_j is None
    assert gates().total_j == pytest.approx(18e-6)
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, "cycles": 0}))
    with pytest.raises(BadInput, match=r"gates\.json.*cycles"):
        gates_result.read(path)
    path.write_text("{}")
    with pytest.raises(BadInput, match="--target rtl --liberty"):
        gates_result.read(path)


def test_it_is_made_of_what_the_gates_counted(tmp_path: Path) -> None:
    model, folder = tmp_path / "ssr.pt", tmp_path / "rtl"
    model.write_text("weights")
    folder.mkdir()
    core = {
        "parameters": {"LANES": 4},
        "a_sample": {"operations": 10.5},
        "memories": [{"bytes": 3}, {"bytes": 4}],
    }
    priced = {
        "library": "cells",
        "liberty_sha256": "c" * 64,
        "cycles": 7,
        "cells": {"a": 1, "b": 2},
        "total_area_um2": 9.0,
        "logic_joules": 5.0,
        "clock_joules": 2.0,
        "memory_joules": {"weight": 3.0, "sum": 4.0},
        "small_memory_joules": 4.0,
    }
    (folder / "core.json").write_text(json.dumps(core))
    (folder / "synthesis.json").write_text(json.dumps(priced))
    write_gates_result(folder, model, "rtl")
    found = gates_result.read(folder / "gates.json")
    assert (found.model, found.model_sha256) == ("ssr.pt", sha256_of_file(model))
    assert (found.lanes, found.cells, found.memory_bytes, found.operations) == (4, 3, 7, 10.5)
    assert (found.logic_j, found.clock_j, found.memories_j, found.total_j) == (3.0, 2.0, 7.0, 12.0)


def test_a_file_of_no_model_of_the_report_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gates.json"
    gates_result.write(path, gates())
    found = gates_files.files([path])
    gates_files.check(found, {"a" * 64})
    with pytest.raises(BadInput, match=r"gates\.json is of the model ssr-ml-1m\.pt, and no model"):
        gates_files.check(found, {"d" * 64})


def test_the_page_shows_all_rows_and_says_what_is_a_bound() -> None:
    html = page(REPORTS, date(2026, 1, 1))
    section = html[html.index('<section id="gates">') :]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section))
    for said in ("In gates", "183,815", "19,277", "NangateOpenCellLibrary", "18.00", "2.500"):
        assert said in text, said
    assert "at least: without softmax" in text
    assert "unknown" in text  # of 130 nm no memories are priced
    assert "8 KiB at 45 nm, 1 KiB at 130 nm) is priced as that one" in text
    assert '<a href="#gates">' in html
    assert "gates" not in page(replace(REPORTS, gates=()), date(2026, 1, 1))


def test_every_number_of_the_table_that_names_its_place_is_there_in_the_json() -> None:
    document = json.loads(to_json(REPORTS))
    html = page(REPORTS, date(2026, 1, 1))
    places = re.findall(r'data-json="(gates\.\d+\.\w+)"', html)
    assert len(places) == 3 * 4
    for place in places:
        _, row, key = place.split(".")
        assert isinstance(document["gates"][int(row)][key], int | float)


BOTH = {"hr@10": 0.1, "ndcg@10": 0.05, "hr@10_window_left_out": 0.2}


def test_accuracy_is_that_of_the_file_the_program_or_the_baseline() -> None:
    report = replace(
        whole_report(),
        fingerprint="a" * 64,
        model=replace(whole_report().model, metrics={"float": {"hr@10": 0.9}, "integer": BOTH}),
    )
    recorded = {"b" * 64: {"hr@10": 0.3}}

    def found(one: GatesResult) -> tuple[float | None, str]:
        judged = gates_files.add_accuracy(one, [report], recorded)
        return judged.metrics.get("hr@10"), judged.metrics_of

    assert found(gates()) == (0.1, "the integers in gates")
    assert found(gates(metrics={"hr@10": 0.4}, metrics_of="x")) == (0.4, "x")
    assert found(gates(model_sha256="b" * 64)) == (0.3, "float weights")
    part = gates(model_sha256="b" * 64, left_out="softmax")
    assert found(part) == (0.3, "float weights, the whole model")
    assert found(gates(model_sha256="c" * 64))[0] is None


def test_accuracy_stands_beside_joules() -> None:
    judged = gates(metrics=BOTH, metrics_of="the integers in gates")
    text = to_markdown(replace(REPORTS, gates=(judged, OLDER)))
    head, _, first, second = text[text.index("One recommendation in gates") :].split("\n")[2:6]
    assert "HR@10 | NDCG@10 | HR@10, window left out | NDCG@10, window left out" in head
    assert "| 0.1000 (the integers in gates) | 0.0500 | 0.2000 | unknown |" in first
    assert "| unknown (not evaluated: no data set was given) | unknown |" in second


def test_the_text_has_the_table_too() -> None:
    text = to_markdown(REPORTS)
    assert "One recommendation in gates" in text
    assert "| ssr-ml-1m.pt, NangateOpenCellLibrary |" in text
    assert "183,815" in text
