"""The folder: whole or not at all, and never over a file that is not listed in its manifest."""

import errno
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.files import manifest, output_folder
from ssr_neuro.files.manifest import MANIFEST

COMMAND = {"command": ["ssr-compile", "model.pt"]}


def make(out: Path, name: str = "a", text: str = "one") -> Path:
    with output_folder.create(out, COMMAND, overwrite=out.exists()) as fresh:
        (fresh / "golden").mkdir()
        (fresh / "golden" / name).write_text(text)
    return out


def contents(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_a_new_and_an_empty_folder_are_filled_and_sealed(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for out in (make(tmp_path / "a" / "new"), make(tmp_path / "empty")):
        assert set(contents(out)) == {MANIFEST, "golden/a"}
        assert manifest.check(out) == (1, [])


def test_what_was_made_is_replaced_only_where_asked(tmp_path: Path) -> None:
    out = make(tmp_path / "out")
    before = contents(out)
    with pytest.raises(BadInput, match=r"out exists, made by `ssr-compile`; --overwrite replaces"):
        output_folder.check(out)
    with pytest.raises(BadInput, match="--overwrite"), output_folder.create(out, {}):
        raise AssertionError("no work before the check")
    assert contents(out) == before
    make(out, "b")
    assert set(contents(out)) == {MANIFEST, "golden/b"}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def add_note(out: Path) -> str:
    (out / "notes.md").write_text("mine")
    return r"out holds other files than those that were made.*: notes\.md \(not listed\)\. Move"


def change_a_file(out: Path) -> str:
    (out / "golden" / "a").write_text("edited")
    return r"golden/a \(changed\)"


def add_a_folder(out: Path) -> str:
    (out / "mine").mkdir()
    return r"mine/ \(not listed\)"


def add_a_link(out: Path) -> str:
    (out / "golden" / "link").symlink_to(out / "golden" / "a")
    return r"golden/link \(a link or a special file\)"


def hide_bytecode(out: Path) -> str:
    (out / "golden" / "__pycache__").mkdir()
    (out / "golden" / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"")
    return r"golden/__pycache__/ \(not listed\).*a\.cpython-311\.pyc \(not listed\)"


def break_the_seal(out: Path) -> str:
    path = out / MANIFEST
    path.write_bytes(path.read_bytes().replace(b"model.pt", b"other.pt"))
    return r"has no valid MANIFEST\.json, so it is not replaced; it holds MANIFEST\.json, golden\."


def forge_a_manifest(out: Path) -> str:
    (out / MANIFEST).write_text(json.dumps({"files": {"golden/a": "0"}}))
    return r"no valid MANIFEST\.json"


def drop_the_manifest(out: Path) -> str:
    (out / MANIFEST).unlink()
    return r"no valid MANIFEST\.json.*it holds golden\. Name another folder"


@pytest.mark.parametrize("overwrite", [True, False])
@pytest.mark.parametrize(
    "change",
    [
        add_note,
        change_a_file,
        add_a_folder,
        add_a_link,
        hide_bytecode,
        break_the_seal,
        forge_a_manifest,
        drop_the_manifest,
    ],
)
def test_anything_else_in_a_folder_is_named_and_left_alone(
    tmp_path: Path, change: Callable[[Path], str], overwrite: bool
) -> None:
    out = make(tmp_path / "out")
    message = change(out)
    before = contents(out)
    with pytest.raises(BadInput, match=message):
        output_folder.check(out, overwrite=overwrite)
    assert contents(out) == before


def test_bytecode_of_listed_sources_does_not_count(tmp_path: Path) -> None:
    out = make(tmp_path / "out", "check.py")
    cache = out / "golden" / "__pycache__"
    cache.mkdir()
    (cache / "check.cpython-311.pyc").write_bytes(b"")
    output_folder.check(out, overwrite=True)
    (cache / "other.cpython-311.pyc").write_bytes(b"")
    with pytest.raises(BadInput, match=r"other\.cpython-311\.pyc \(not listed\)"):
        output_folder.check(out, overwrite=True)


def test_a_file_added_during_the_work_is_kept(tmp_path: Path) -> None:
    out = make(tmp_path / "out")
    with pytest.raises(BadInput, match=r"notes\.md \(not listed\)"):
        add_a_note_meanwhile(out)
    assert (out / "notes.md").read_text() == "mine"
    assert (out / "golden" / "a").read_text() == "one"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def add_a_note_meanwhile(out: Path) -> None:
    with output_folder.create(out, {}, overwrite=True):
        (out / "notes.md").write_text("mine")


def test_a_folder_that_appears_during_the_work_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(BadInput, match="out exists, made by"):
        make_two_at_once(out)
    assert (out / "golden" / "a").read_text() == "the other's"


def make_two_at_once(out: Path) -> None:
    with output_folder.create(out, COMMAND) as fresh:
        (fresh / "a").write_text("ours")
        make(out, text="the other's")


def test_a_folder_that_holds_an_input_is_never_replaced(tmp_path: Path) -> None:
    out = make(tmp_path / "out")
    read = (tmp_path / "else", out / "golden" / "a")
    with pytest.raises(BadInput, match=r"out holds .*golden/a, which this command reads"):
        output_folder.check(out, overwrite=True, inputs=read)
    with pytest.raises(BadInput, match=r"out holds .*out, which this command reads"):
        output_folder.check(out, overwrite=True, inputs=[out])


def test_a_place_that_cannot_be_written_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match=r"cannot be written: .*file is no folder one can write to"):
        output_folder.check(tmp_path / "file" / "out")
    with pytest.raises(BadInput, match="file is a file; name a folder with --out"):
        output_folder.check(tmp_path / "file")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput, match="is a link, or the current folder or one above it"):
        output_folder.check(tmp_path / "link")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for place in (Path(), tmp_path):
        with pytest.raises(BadInput, match="the current folder or one above it"):
            output_folder.check(place)
    with pytest.raises(BadInput, match=r"cannot be written \(File name too long\)"):
        make(tmp_path / ("x" * 254))


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_an_error_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    out = make(tmp_path / "out")
    before = contents(out)
    for place in (out, tmp_path / "new" / "deep"):
        with pytest.raises(error):
            half_write(place, error)
    assert contents(out) == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def half_write(out: Path, error: type[BaseException]) -> None:
    with output_folder.create(out, {}, overwrite=True) as fresh:
        (fresh / "new").write_text("new")
        raise error


def test_a_swap_that_fails_brings_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = make(tmp_path / "out")
    before, rename = contents(out), Path.rename

    def fail(self: Path, target: Path) -> Path:
        if Path(target) == out and not self.name.endswith("-old"):
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(BadInput, match=r"out cannot be written \(No space .*\); free some space"):
        make(out, "b")
    assert contents(out) == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_hashes_cover_every_file(tmp_path: Path) -> None:
    out = make(tmp_path / "out")
    listed = manifest.read(out)["files"]
    assert listed == {"golden/a": manifest.sha256_of_file(out / "golden" / "a")}
    shutil.rmtree(out / "golden")
    output_folder.check(out, overwrite=True)  # a listed file that is gone is no loss
