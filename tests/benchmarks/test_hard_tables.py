"""The table of mutants counts what is true of the modules as they are."""

import importlib
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module


def table(module: Any, monkeypatch: pytest.MonkeyPatch, root: Path, **hashes: str) -> list[str]:
    """Rows of a.py and b.py, each tried as it is unless its hash is given."""
    tables, rows = module("hard_tables"), {}
    (root / "benchmarks").mkdir()
    (root / "benchmarks" / "mutants.toml").write_text('["a.py"]\n"f: 1 -> 2" = "no matter"\n')
    for name, tried in (("a.py", 7), ("b.py", 2000)):
        (root / name).write_text(name)
        source = hashes.get(name[0], module("mutate_source").source_hash(root / name))
        rows[name] = {
            "source": source,
            "mutants": tried + 1,
            "tried": tried,
            "killed": tried - 1,
            "survivors": ["f: 1 -> 2"],
        }
    monkeypatch.setattr(tables, "ROOT", root)
    monkeypatch.setattr(tables, "read_result", lambda _: rows)
    return tables.mutants_table().splitlines()[2:]


def test_modules_that_are_as_they_were_tried_are_summed(
    module: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert table(module, monkeypatch, tmp_path) == [
        "| `a.py` | 8 | 7 | 6 | 1 | 0 |",
        "| `b.py` | 2,001 | 2,000 | 1,999 | 0 | 1 |",
        "| **all** | 2,009 | 2,007 | 2,005 | 1 | 1 |",
    ]


def test_a_module_that_changed_since_says_so_and_is_not_in_the_sum(
    module: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert table(module, monkeypatch, tmp_path, b="another") == [
        "| `a.py` | 8 | 7 | 6 | 1 | 0 |",
        "| `b.py`, changed since | 2,001 | 2,000 | 1,999 | 0 | 1 |",
        "| **all but those changed since** | 8 | 7 | 6 | 1 | 0 |",
    ]
