"""The folder: whole or not at all, and never over something that is not ours."""

import hashlib
from pathlib import Path

import pytest

from ssr_neuro.bundle import write
from ssr_neuro.errors import BadInput
from ssr_neuro.files import manifest


def test_a_foreign_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(BadInput, match=r"is no folder made by ssr-compile \(it has no MANIFEST"):
        write.check_free(tmp_path)


def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match=r"cannot be made: .*file is no folder one can write to"):
        write.check_free(tmp_path / "file" / "out")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput, match="is a link or the current folder"):
        write.check_free(tmp_path / "link")


def test_an_error_leaves_the_old_bundle_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with write.replacing(out) as fresh:
        (fresh / "old").write_text("old")
        manifest.write(fresh, {})
    with pytest.raises(ZeroDivisionError):
        half_write(out)
    assert sorted(p.name for p in out.iterdir()) == ["MANIFEST.json", "old"]
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def half_write(out: Path) -> None:
    with write.replacing(out) as fresh:
        (fresh / "new").write_text("new")
        raise ZeroDivisionError


def test_a_new_bundle_takes_the_place_of_the_old(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for name in ("first", "second"):
        with write.replacing(out) as fresh:
            (fresh / name).write_text(name)
            manifest.write(fresh, {})
    assert sorted(p.name for p in out.iterdir()) == ["MANIFEST.json", "second"]


def test_hashes_cover_every_file(tmp_path: Path) -> None:
    (tmp_path / "golden").mkdir()
    (tmp_path / "golden" / "a").write_bytes(b"x")
    assert manifest.hashes(tmp_path) == {"golden/a": hashlib.sha256(b"x").hexdigest()}
