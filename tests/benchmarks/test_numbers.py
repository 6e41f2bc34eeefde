"""The pages hold the numbers that benchmarks/results/ gives, and a page that does not is found."""

import importlib
import shutil
import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ssr_neuro.errors import BadInput

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made_whole() -> dict[str, str]:
    """Of the results in the repository, which no test changes: the pictures take a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        made: dict[str, str] = importlib.import_module("write_numbers").made_whole()
    return made


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module


@pytest.fixture
def writing(module: Any, made_whole: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    script: ModuleType = module("write_numbers")
    monkeypatch.setattr(script, "made_whole", lambda: dict(made_whole))
    return script


@pytest.fixture
def pages(writing: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """README.md, the page of results and the pictures, in a folder that the script works on."""
    shutil.copytree(ROOT / "docs" / "pictures", tmp_path / "docs" / "pictures")
    (tmp_path / "docs" / "reference").mkdir()
    for name in ("README.md", "docs/reference/results.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr(writing, "ROOT", tmp_path)
    return tmp_path


def test_the_pages_hold_what_the_results_give(
    writing: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["write_numbers.py", "--check"])
    writing.main()


def test_stale_files_are_named_and_written_anew(
    writing: ModuleType, pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["write_numbers.py", "--check"])
    (pages / "docs" / "reference" / "results.md").write_text("0.9999")
    (pages / "docs" / "pictures" / "curves-of-a-run-that-is-gone.svg").write_text("")
    stale = pages / "docs" / "stale.md"
    stale.write_text("<!-- numbers: ssr-ml-1m.train training.steps , -->7<!-- end --> steps")
    with pytest.raises(SystemExit, match=r"is-gone\.svg, docs/reference/results\.md, docs/stale"):
        writing.main()
    monkeypatch.setattr(sys, "argv", ["write_numbers.py"])
    writing.main()
    assert not (pages / "docs" / "pictures" / "curves-of-a-run-that-is-gone.svg").exists()
    assert "-->5,000<!-- end --> steps" in stale.read_text()


def test_a_table_stands_between_empty_lines(module: Any) -> None:
    fill = module("number_regions").fill_regions
    page = "a\n<!-- numbers: sizes --><!-- end -->\nb"
    filled = fill(page, {"sizes": lambda: "| 1 |\n"})
    assert filled == "a\n<!-- numbers: sizes -->\n\n| 1 |\n\n<!-- end -->\nb"
    assert fill(filled, {"sizes": lambda: "| 1 |\n"}) == filled


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("<!-- numbers: sizes --> 1", "has no <!-- end -->"),
        ("<!-- numbers: of-none --><!-- end -->", "'of-none' is no table; there are sizes"),
        ("<!-- numbers: gone a.b .1f --><!-- end -->", r"gone\.json: no such result"),
        ("<!-- numbers: ssr-ml-1m.train a.b .1f --><!-- end -->", "nothing at 'a'"),
        ("<!-- numbers: ssr-ml-1m.train data .1f --><!-- end -->", "'data' is no number"),
        ("<!-- numbers: ssr-ml-1m.train parameters Q --><!-- end -->", "'Q' is no format"),
    ],
    ids=["no end", "no table", "no file", "no key", "no number", "no format"],
)
def test_a_region_that_cannot_be_filled_is_named(module: Any, page: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        module("number_regions").fill_regions(page, {"sizes": lambda: "| 1 |"})


@pytest.mark.parametrize(
    ("pj", "text"), [(41_700.0, "41.7 nJ"), (3_992_000.0, "3.99 µJ"), (11_310_000.0, "11.3 µJ")]
)
def test_an_energy_has_a_unit_of_its_size(module: Any, pj: float, text: str) -> None:
    assert module("number_regions").energy_text(pj) == text


def test_a_recorded_table_takes_figures_from_where_they_stand(module: Any) -> None:
    recorded = module("recorded_tables")
    table = recorded.recorded_table("training-diary", "two-teachers")
    trained = module("number_regions").read_result("ssr-ann-ml-1m-128.train")["training"]["valid"]
    first = table.splitlines()[2]
    assert first == f"| 128 features | {trained['hr@10']:.4f} | {trained['ndcg@10']:.4f} |"


def test_every_recorded_table_says_what_printed_it_and_when(module: Any) -> None:
    recorded, read = module("recorded_tables"), module("number_regions").read_result
    tables = {
        f"{file} {name}": read(file)["tables"][name]
        for file, names in recorded.recorded_files().items()
        for name in names
    }
    assert {"training-diary widths", "onnx int8", "lava-dl runs", "sana-fe beside"} <= set(tables)
    for table in tables.values():
        assert table["command"]
        date.fromisoformat(table["made"])
        keys = {column["key"] for column in table["columns"]}
        assert all(keys & set(row) for row in table["rows"])


def test_ranks_of_the_recorded_trainings_in_both_columns(module: Any) -> None:
    ranks = module("recorded_ranks")
    for metric in (ranks.METRIC, ranks.LEFT_OUT):
        found = ranks.recorded_ranks(metric)
        of_beauty = found.values["beauty-leave-one-out.json"]
        for kind, value in of_beauty.items():
            recorded = module("number_regions").read_result(f"{kind}-beauty-leave-one-out.train")
            test, window = recorded["training"]["test"], recorded["hidden"]["window"]
            assert value == (test if metric == ranks.METRIC else window)["ndcg@10"]
    assert ranks.table() != ranks.table(ranks.LEFT_OUT)
    assert set(map(len, found.values.values())) == {len(ranks.KINDS)}
