"""Which files of two bundles are results, and which are sources of a release."""

import importlib
from pathlib import Path
from typing import Any

import pytest

from ssr_neuro.bundle.write import SCRIPTS


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "benchmarks")
    module = importlib.import_module("compare_bundles")
    monkeypatch.setattr(module, "MODELS", ("ssr",))
    monkeypatch.setattr(module, "GRAPHS", {})
    return module


def bundles(folder: Path, release: str, program: str) -> Path:
    """One bundle, whose scripts and manifest are of this release."""
    (folder / "ssr").mkdir(parents=True)
    for name in ("MANIFEST.json", *SCRIPTS):
        (folder / "ssr" / name).write_text(release)
    (folder / "ssr" / "program.json").write_text(program)
    return folder


def test_scripts_of_another_release_are_no_other_result(script: Any, tmp_path: Path) -> None:
    before = bundles(tmp_path / "before", "one", "same")
    after = bundles(tmp_path / "after", "two", "same")
    assert list(script.differences(before, after)) == []


def test_another_program_is_another_result(script: Any, tmp_path: Path) -> None:
    before = bundles(tmp_path / "before", "one", "same")
    after = bundles(tmp_path / "after", "one", "other")
    assert list(script.differences(before, after)) == ["ssr/program.json"]
