"""extend.md: its package is the one of the tests, and with it the commands show what it says."""

import re
from pathlib import Path

import pytest
from docs_pages import DOCS, fences, follow
from example_package import FOLDER, install_into
from trained import saved_ssr

PAGE = DOCS / "how-to" / "extend.md"
NEW_FILE = re.compile(r"^\+\+\+ b/ssr-neuro-example/(\S+)$", re.MULTILINE)


def test_the_page_shows_every_file_of_the_example_package() -> None:
    diffs = [fence for fence in fences(PAGE.read_text(encoding="utf-8")) if fence.info == "diff"]
    shown = {}
    for diff in diffs:
        added = [line[1:] for line in diff.lines if line.startswith("+") and line[:4] != "+++ "]
        shown[NEW_FILE.findall(diff.text)[0]] = added
    files = [path for path in FOLDER.rglob("*") if path.suffix in (".py", ".toml")]
    assert shown == {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8").splitlines()
        for path in files
    }


def test_the_package_of_the_page_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "installed"
    install_into(installed, monkeypatch)
    saved_ssr(tmp_path)
    assert follow(PAGE, tmp_path, path=installed) == 10
