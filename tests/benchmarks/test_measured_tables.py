"""How coverage and sameness are counted, on two files each."""

import importlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module


def counted(lines: int, run: int, branches: int, taken: int) -> dict[str, Any]:
    return {
        "summary": {
            "num_statements": lines,
            "covered_lines": run,
            "num_branches": branches,
            "covered_branches": taken,
        },
        "missing_lines": list(range(1, lines - run + 1)),
        "missing_branches": [[7, n] for n in range(branches - taken)],
    }


def test_a_file_counts_in_the_first_part_that_holds_it(module: Any) -> None:
    measure = module("measure_coverage")
    files = {
        "ssr_neuro/program/file_read.py": counted(10, 9, 4, 2),
        "ssr_neuro/program/ir.py": counted(20, 20, 0, 0),
        "converters/nir/read_graph.py": counted(6, 6, 2, 2),
        "ssr_neuro/cli/train.py": counted(50, 0, 10, 0),
    }
    readers, core, converters = measure.sum_up(files)
    assert (readers.lines, readers.lines_run, readers.branches, readers.branches_run) == (
        16,
        15,
        6,
        4,
    )
    assert readers.percent == pytest.approx(100 * 19 / 22)
    assert (core.percent, converters.percent, converters.lines) == (100, 100, 0)
    assert measure.worst_files(files) == [("ssr_neuro/program/file_read.py", 3, "1 7->0 7->1")]


def test_every_place_of_a_part_is_there(module: Any) -> None:
    for places in module("measure_coverage").PARTS.values():
        for place in places:
            folder, _, start = place.rpartition("/")
            found = [p for p in (ROOT / folder).iterdir() if p.name.startswith(start)]
            assert found, place


def test_a_file_that_differs_or_is_not_there_is_named(
    module: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    same = module("same_bytes")
    rows = same.compare({"one": {"a": "1", "b": "2"}, "two": {"a": "3"}, "three": {"a": "1"}})
    assert [row.differ for row in rows] == [(), ("a", "b"), ("b",)]
    assert "two: 2 files, 2 differ a, b" in capsys.readouterr().out.splitlines()


def report(*cases: str) -> ElementTree.Element:
    """As pytest writes it."""
    return ElementTree.fromstring(
        f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>"
    )


def case(name: str, inside: str = "") -> str:
    return f'<testcase name="{name}" time="1.5">{inside}</testcase>'


def seen(name: str, count: int) -> str:
    return f'<properties><property name="{name}" value="{count}"/></properties>'


def test_counts_of_tests_are_summed_over_their_settings(module: Any) -> None:
    one = report(case("test_a[1]", seen("graphs", 20)), case("test_c[1]", "<skipped/>"))
    other = report(case("test_a[8]", seen("graphs", 20)), case("test_b"))
    earlier = {"test_a": {"settings": 9}, "test_d": {"settings": 5}}
    found = module("record_rtl_tests").summary([one, other], earlier)
    assert found == {
        "passed": 8,
        "skipped": 1,
        "tests": {
            "test_a": {"settings": 2, "seconds": 3, "graphs": 40},
            "test_b": {"settings": 1, "seconds": 2},
            "test_d": {"settings": 5},
        },
    }


def test_nothing_is_recorded_where_a_test_failed(module: Any) -> None:
    failed = report(case("test_a"), case("test_b[8]", "<failure/>"))
    with pytest.raises(SystemExit, match=r"1 tests failed, first test_b\[8\]; nothing"):
        module("record_rtl_tests").summary([failed], {})
