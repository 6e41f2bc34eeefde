"""`ssr show` as a user meets it: a picture, a table, a document, and refusals."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from command_line import run
from picture_programs import float_graph, recurrent
from small_programs import skip_program
from trained import saved_ssr

from ssr_neuro.program import program_file
from ssr_neuro.program.ir import Program
from ssr_neuro.report.graph_picture import draw

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A current folder of its own, where pictures go."""
    monkeypatch.chdir(tmp_path_factory.mktemp("here"))


def saved(folder: Path, program: Program) -> Path:
    program_file.save(program, folder)
    return folder


def row_of(printed: str, node: str) -> list[str]:
    """The cells of the row of a node."""
    return next(line.split() for line in printed.splitlines() if f" {node} " in line)


def test_the_schedule_is_printed_and_the_graph_drawn(tmp_path: Path, capsys: Printed) -> None:
    folder = saved(tmp_path, skip_program(0))
    assert run("ssr", "show", folder) == 0
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()[2:8]] == ["0", "1", "2", "3", "a", "4"]
    row = row_of(printed, "b")
    assert (row[:3], row[-3:-1]) == (["2", "3–6", "b"], ["a", "1"])  # noqa: RUF001
    assert {"25", "2,048", "population"} <= set(row)
    assert "4 steps; gap 0, so one every 4 steps; latency 8 steps" in printed
    assert Path(f"{folder.name}.svg").read_text(encoding="utf-8") == draw(skip_program(0))
    assert not list(folder.glob("*.svg"))


def test_loops_are_printed_with_their_lag(tmp_path: Path, capsys: Printed) -> None:
    program = recurrent()
    assert run("ssr", "show", saved(tmp_path, program)) == 0
    printed = capsys.readouterr().out
    assert "a 1 lag 1" in printed
    assert f"gap {program.gap}, so one every {program.interval} steps" in printed
    assert program.gap > 0


def test_the_document_says_what_the_table_says(tmp_path: Path, capsys: Printed) -> None:
    program, out = recurrent(), tmp_path / "graph.svg"
    assert run("ssr", "show", saved(tmp_path, program), "--json", "--out", out) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["interval"] == program.interval
    assert said["latency_steps"] == program.latency_steps
    assert said["picture"] == str(out)
    for node in said["nodes"]:
        assert node["depth"] == program.depth_of(node["name"])
        assert (node["first_step"], node["last_step"]) == (
            node["depth"] + 1,
            node["depth"] + program.steps,
        )
        heard = [(r["source"], r["delay"], r["lag"], r["synapse"]) for r in node["reads"]]
        into = program.into(node["name"])
        assert heard == [(s.name, s.delay, s.lag, y.name) for y in into for s in y.sources]
        weights = sum(y.map.expanded().count_nonzero() for y in into)
        assert node["synapses"] == weights
    assert ET.parse(out).getroot().tag.endswith("svg")


@pytest.mark.parametrize("name", ["fold", "realign"])
def test_what_a_pass_left_is_shown(tmp_path: Path, capsys: Printed, name: str) -> None:
    out = tmp_path / "out"
    model = saved_ssr(tmp_path, blocks=2)
    assert run("ssr-compile", model, "--stop-after", name, "--out", out) == 0
    assert run("ssr", "show", out) == 0
    printed = capsys.readouterr().out
    assert ("layer" in printed, "threshold" in printed) == ((name == "fold"),) * 2
    assert ("latency" in printed) == (name == "realign")
    assert row_of(printed, "block1_ffn_out")[0] == "13"


def test_times_that_are_not_known_yet_are_null(tmp_path: Path, capsys: Printed) -> None:
    assert run("ssr", "show", saved(tmp_path, float_graph(3)), "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert [said[k] for k in ("gap", "interval", "depth", "latency_steps")] == [None] * 4
    assert all(node["first_step"] is None and "layer" in node for node in said["nodes"])


def test_a_name_is_no_markup(tmp_path: Path, capsys: Printed) -> None:
    document = saved(tmp_path, skip_program(0)) / "program.json"
    document.write_text(document.read_text().replace('"b"', '"[red]b"'))
    assert run("ssr", "show", tmp_path) == 0
    printed = capsys.readouterr().out
    assert "[red]b" in printed
    assert "\\[" not in printed


def test_the_picture_is_an_svg_file_whatever_its_name(tmp_path: Path) -> None:
    folder = saved(tmp_path / "p", skip_program(0))
    assert run("ssr", "show", folder, "--out", tmp_path / "graph") == 0
    assert (tmp_path / "graph.svg").is_file()
    assert not (folder / "program.svg").exists()


def test_a_folder_without_a_program_is_refused(tmp_path: Path, capsys: Printed) -> None:
    assert run("ssr", "show", tmp_path) == 2
    assert "name a folder made by ssr-compile" in " ".join(capsys.readouterr().err.split())


def test_a_picture_that_cannot_be_written_is_refused(tmp_path: Path, capsys: Printed) -> None:
    out = tmp_path / "program.json" / "graph.svg"
    assert run("ssr", "show", saved(tmp_path, skip_program(0)), "--out", out) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "program.json is no folder one can write to" in said
    assert "--out" in said


def test_a_program_whose_parts_do_not_fit_is_refused(tmp_path: Path, capsys: Printed) -> None:
    document = saved(tmp_path, skip_program(0)) / "program.json"
    document.write_text(document.read_text().replace('"target": "b"', '"target": "z"'))
    assert run("ssr", "show", tmp_path) == 2
    assert "synapse 'a_b' names 'z', which is no node" in capsys.readouterr().err
    assert not (tmp_path / "program.svg").exists()
