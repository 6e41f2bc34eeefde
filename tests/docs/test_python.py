"""Python in the pages, and the notebook: run as they are, each in a folder of small files."""

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from docs_pages import DOCS, ROOT, Fence, fences
from report_inputs_example import baseline, compiled

import ssr_neuro as sn

ELSEWHERE = "<!-- in the Python of lava-dl -->"
NEEDS = "<!-- needs "  # a framework; tests/docs/test_frameworks_page.py runs those
NOTEBOOK = DOCS / "tutorial" / "line.ipynb"


def blocks(page: Path) -> list[Fence]:
    """The Python of a page that runs in ours."""
    found = fences(page.read_text(encoding="utf-8"))
    python = (fence for fence in found if fence.info == "python")
    return [fence for fence in python if fence.above != ELSEWHERE and NEEDS not in fence.above]


PAGES = [page for page in (ROOT / "README.md", *sorted(DOCS.rglob("*.md"))) if blocks(page)]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that pages name: models, a bundle, spikes, and a measurement."""
    folder = tmp_path_factory.mktemp("files")
    bundle = sn.open_bundle(compiled(folder))
    baseline(folder, "sasrec")
    np.savez(folder / "spikes.npz", **bundle.proof.trace.inputs)
    sn.measure_models(
        folder / "model.pt", folder / "m.json", device="cpu", batches=[1], seconds=0.1
    )
    return folder


@pytest.fixture
def here(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(files, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.usefixtures("here")
def test_the_python_of_a_page_runs_and_gives_what_its_comments_say(page: Path) -> None:
    names: dict[str, Any] = {}
    for block in blocks(page):
        exec(compile(block.text, page.name, "exec"), names)
        for expression, said in commented_values(block):
            assert eval(expression, names) == said, f"{page.name}: {expression} is not {said!r}"


def commented_values(block: Fence) -> list[tuple[str, Any]]:
    """Expressions alone on their line, with the number or string that a comment begins with."""
    found = []
    for statement in ast.parse(block.text).body:
        line = block.lines[statement.lineno - 1]
        said = line.partition("#")[2].strip().split(",")[0]
        if isinstance(statement, ast.Expr) and said[:1].isdigit() | said.startswith("'"):
            found.append((ast.unparse(statement), ast.literal_eval(said)))
    return found


def test_values_in_comments_are_found() -> None:
    block = Fence(
        "python", ("a.b  # 2.5, in pJ", "c  # '# not this'", "d  # any", "e = 1  # 2"), ""
    )
    assert commented_values(Fence("python", block.lines[:1], "")) == [("a.b", 2.5)]
    assert [
        text for text, _ in commented_values(Fence("python", ("d  # any", "e = 1  # 2"), ""))
    ] == []
    assert sum(len(commented_values(b)) for page in PAGES for b in blocks(page)) == 3


def test_the_notebook_shows_the_whole_line_in_few_lines() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    lines = [line for cell in code_cells(cells) for line in cell.splitlines() if line.strip()]
    assert len(lines) <= 24
    shown, line = "\n".join(lines), "load_data train compile verify evaluate cost build_report"
    assert [name for name in line.split() if f"sn.{name}(" not in shown] == []
    assert all(not cell.get("outputs") for cell in cells), "outputs go stale; clear them"


def test_the_notebook_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for cell in code_cells(json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]):
        exec(compile(cell, NOTEBOOK.name, "exec"), names)
    printed = capsys.readouterr().out
    assert "0 golden values differ" in printed
    assert printed.count(" spikes, 0 differ") == 4
    assert printed.count("HR@10") == 3
    assert (tmp_path / "report" / "report.html").is_file()


def code_cells(cells: list[dict[str, Any]]) -> list[str]:
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
