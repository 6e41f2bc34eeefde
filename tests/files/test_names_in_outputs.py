"""Names of strangers in everything that is written: one list, tried with every output."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import yaml
from command_line import run
from hostile_names import HALVES, NAMES, OBEYED, PATHS
from report_example import example_report
from small_programs import random_inputs, skip_program

from converters.c.export import _write
from converters.c.tables import build
from converters.export_sana_fe import files as write_sana_fe
from simulators.reference import Reference
from ssr_neuro import data
from ssr_neuro.chip import load_chip
from ssr_neuro.cli.console import ResultConsole
from ssr_neuro.errors import BadInput
from ssr_neuro.files import json_document, npz
from ssr_neuro.program import program_file
from ssr_neuro.program.ir import IntegerProgram, Program
from ssr_neuro.report.contents import Reports
from ssr_neuro.report.graph_picture import draw
from ssr_neuro.report.page import page
from ssr_neuro.report.tables_csv import to_csv
from ssr_neuro.report.tables_markdown import to_markdown
from ssr_neuro.serving.answers_file import Columns, CsvWriter, JsonLines
from ssr_neuro.serving.titles import read_titles
from ssr_neuro.serving.users import Answer
from ssr_neuro.stopwatch import Stopwatch
from ssr_neuro.study import document as study_document

Printed = pytest.CaptureFixture[str]
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def renamed(program: IntegerProgram, name: str) -> IntegerProgram:
    """Its population `a` bears that name, and so does the program."""

    def other(old: str) -> str:
        return name if old == "a" else old

    return replace(
        program,
        name=name,
        populations=tuple(replace(p, name=other(p.name)) for p in program.populations),
        synapses=tuple(
            replace(
                y,
                name=f"{name} {y.name}",
                target=other(y.target),
                sources=tuple(replace(s, name=other(s.name)) for s in y.sources),
            )
            for y in program.synapses
        ),
    )


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attributes}


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_whole_and_say_the_name(name: str) -> None:
    drawn = draw(renamed(skip_program(0), name))
    plain = draw(skip_program(0))
    found, expected = (ET.fromstring(text) for text in (drawn, plain))
    assert [e.tag for e in found.iter()] == [e.tag for e in expected.iter()]
    if name.isprintable() and len(name) < 20:
        assert any(name in (e.text or "") for e in found.iter())


def test_reports_hold_no_more_tags_links_or_rows_than_with_plain_names() -> None:
    plain = Reports((example_report(),))
    odd = [
        replace(
            plain.reports[0],
            model=replace(plain.reports[0].model, name=name, data=name, kind=name),
        )
        for name in NAMES
    ]
    expected = Tags(page(plain.reports[0], date(2026, 1, 1)))
    rows = len(to_markdown(plain).splitlines())
    cells = [len(row) for row in csv.reader(io.StringIO(to_csv(plain)))]
    for report in odd[:: max(1, len(odd) // 6)]:  # a page takes most of a second
        found = Tags(page(report, date(2026, 1, 1)))
        assert (found.tags, found.attributes) == (expected.tags, expected.attributes)
    for name, report in zip(NAMES, odd, strict=True):
        text = to_markdown(Reports((report,)))
        assert len(text.splitlines()) == rows, name
        assert not STEERS.search(text), name
        assert "<script" not in text
        assert "<img" not in text
        written = to_csv(Reports((report,)))
        found_rows = list(csv.reader(io.StringIO(written)))
        assert [len(row) for row in found_rows] == cells, name
        assert not [c for row in found_rows for c in row if is_formula(c)], name
        assert not STEERS.search(written), name


def is_formula(cell: str) -> bool:
    """As a spreadsheet sees it: begins like one and is no number."""
    if not cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False


def test_tables_of_studies_and_answers_hold_no_formula() -> None:
    rows = [["model", "value"], *([name, "1.0"] for name in NAMES)]
    text = study_document._csv(rows)
    stream = io.StringIO()
    ids = np.array(NAMES)
    columns = Columns(ids, dict(zip(NAMES, NAMES, strict=True)), integers=True)
    writer = CsvWriter(stream, columns)
    for row, name in enumerate(NAMES):
        writer.add(Answer(name, np.array([row]), np.array([3])))
    for written in (text, stream.getvalue()):
        cells = [cell for row in csv.reader(io.StringIO(written)) for cell in row]
        assert len(cells) > len(NAMES)
        assert not list(filter(is_formula, cells))
        assert not STEERS.search(written)
    lines = io.StringIO()
    JsonLines(lines, columns).add(Answer(NAMES[3], np.array([3]), np.array([3])))
    assert not STEERS.search(lines.getvalue())
    assert json.loads(lines.getvalue())["user"] == NAMES[3]


@pytest.mark.parametrize("name", NAMES)
def test_terminals_obey_no_name(name: str, capsys: Printed) -> None:
    ResultConsole().print(name, markup=False)
    printed = capsys.readouterr().out
    assert not any(character in printed for character in OBEYED)
    assert ":cat:" in printed or "cat" not in name


def test_commands_print_names_as_text(tmp_path: Path, capsys: Printed) -> None:
    for name in ("\x1b[31mred\x1b[0m", "[bold]markup[/]", "\u202eevil", "a:cat:b"):
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        program_file.save(renamed(skip_program(0), name), folder)
        assert run("ssr", "show", folder, "--out", folder / "x.svg") == 0
        printed = capsys.readouterr().out
        assert not any(character in printed for character in OBEYED)
        assert "[bold]" in printed or "bold" not in name
        assert ":cat:" in printed or "cat" not in name


def written_sources(program: IntegerProgram, folder: Path) -> Iterator[tuple[str, str]]:
    """Every text file of the exports that need no tool: C and SANA-FE."""
    trace = Reference().run(program, random_inputs(program, 2, seed=0))
    (folder / "c").mkdir(parents=True)
    (folder / "sana-fe").mkdir()
    _write(build(program), None, trace, None, folder / "c")
    write_sana_fe(program, load_chip("loihi1"), trace, folder / "sana-fe", Stopwatch())
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".c", ".h", ".md", ".yaml", ".json", ".txt"):
            yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")


def test_exports_are_the_same_files_whatever_the_names_are(tmp_path: Path) -> None:
    plain = dict(written_sources(skip_program(0), tmp_path / "plain"))
    for number, name in enumerate(NAMES):
        found = dict(written_sources(renamed(skip_program(0), name), tmp_path / f"{number}"))
        assert found.keys() == plain.keys()
        for file, text in found.items():
            assert not STEERS.search(text), (name, file)
            lines = (len(text.splitlines()), len(plain[file].splitlines()))
            assert lines[0] == lines[1] or file.endswith("model.h"), (name, file)
        network = yaml.safe_load(found["sana-fe/network.yaml"])
        assert [type(g) for g in network["network"]["groups"]] == [dict] * len(
            yaml.safe_load(plain["sana-fe/network.yaml"])["network"]["groups"]
        )


@pytest.mark.parametrize("name", PATHS)
def test_names_of_nodes_are_no_paths(name: str, tmp_path: Path) -> None:
    """Arrays are kept by number or within an archive: nothing is written beside the folder."""
    folder = tmp_path / "inner" / "folder"
    program = renamed(skip_program(0), name)
    program_file.save(program, folder)
    loaded: Program = program_file.load(folder)
    assert next(p.name for p in loaded.populations) == name
    npz.write(tmp_path / "inner" / "x.npz", {name: np.zeros(2)})
    assert set(npz.read(tmp_path / "inner" / "x.npz")) == {name}
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == [
        "program.json",
        "weights.npz",
        "x.npz",
    ]


@pytest.mark.parametrize("half", HALVES)
def test_halves_of_characters_are_refused_where_they_come_in(half: str, tmp_path: Path) -> None:
    document = tmp_path / "x.json"
    for content in ({"name": half}, {half: 1}):
        document.write_text(json.dumps(content))
        with pytest.raises(BadInput, match="which is no text"):
            json_document.read_any(document, "write it again")
    lines = tmp_path / "x.jsonl"
    lines.write_text(json.dumps({"user_id": half, "item_id": "a", "timestamp": 1}) + "\n")
    with pytest.raises(BadInput, match="line 1: no text or number under 'user_id'"):
        data.load(lines)


def test_titles_are_one_line_that_prints(tmp_path: Path) -> None:
    path = tmp_path / "titles.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("id", "title"))
        rows.writerows((str(k), name.replace("\x00", "")) for k, name in enumerate(NAMES))
    titles = read_titles(path)
    assert len(titles) == len(NAMES)
    assert all(title.isprintable() for title in titles.values())
