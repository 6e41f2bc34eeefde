"""extend.md: every diff is one file, and with all of them the commands show what it says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from docs_pages import DOCS, ROOT, fences, follow
from trained import saved_ssr

from ssr_neuro import lower
from ssr_neuro.errors import BadInput

PAGE = DOCS / "how-to" / "extend.md"
COPIED = ("ssr_neuro", "converters", "simulators", "hw_targets", "tests", "pyproject.toml")
NEW_FILE = re.compile(r"^\+\+\+ b/(\S+)$", re.MULTILINE)


def diffs() -> list[str]:
    page = PAGE.read_text(encoding="utf-8")
    return [fence.text for fence in fences(page) if fence.info == "diff"]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a small model.pt, in which the page was followed to its end."""
    folder = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        else:
            shutil.copy(ROOT / name, folder / name)
    saved_ssr(folder)
    assert follow(PAGE, folder, path=folder) == 10
    return folder


@pytest.mark.lava
def test_every_diff_is_one_new_file_that_works(tree: Path) -> None:
    added = [NEW_FILE.findall(diff) for diff in diffs()]
    assert added == [
        ["hw_targets/bench-fpga.toml"],
        ["ssr_neuro/lower/parallel.py"],
        ["simulators/stepwise.py"],
        ["converters/export_csv.py"],
    ]
    new = [path for (path,) in added]
    assert [path for path in new if (ROOT / path).exists()] == []
    ruff = [sys.executable, "-m", "ruff"]
    for check in (["check"], ["format", "--check"]):
        done = subprocess.run([*ruff, *check, *new[1:]], cwd=tree, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_added_passes_stand_behind_the_one_they_name(tmp_path: Path) -> None:
    for name, after in {"b": "skips", "a": "skips", "c": "share"}.items():
        (tmp_path / f"{name}.py").write_text(f'"""A pass."""\n\nAFTER = "{after}"\n')
    (tmp_path / "other.py").write_text('"""No pass: AFTER = "share" is only spoken of."""\n')
    order = lower.with_added(("skips", "share", "realign"), tmp_path)
    assert order == ("skips", "a", "b", "share", "c", "realign")


def test_a_pass_that_follows_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text('AFTER = "fold"\n')
    with pytest.raises(BadInput, match=r"mine\.py: AFTER is 'fold'; it can be skips, share"):
        lower.with_added(("skips", "share"), tmp_path)
