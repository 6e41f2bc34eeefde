"""One file: whole or not at all, and only replaced where asked."""

import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.files import npz, output_file


def test_a_new_file_is_written_with_the_folders_above_it(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b.svg"
    output_file.write(out, "τ\n")
    assert out.read_bytes() == "τ\n".encode()
    assert [p.name for p in out.parent.iterdir()] == ["b.svg"]


def test_a_file_is_replaced_only_where_asked(tmp_path: Path) -> None:
    out = tmp_path / "a.json"
    output_file.write(out, "one")
    with pytest.raises(BadInput, match=r"a\.json exists; --overwrite replaces it, or name another"):
        output_file.write(out, "two")
    assert out.read_text() == "one"
    output_file.write(out, b"two", overwrite=True)
    assert out.read_text() == "two"


def test_a_file_that_appears_during_the_work_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "a"
    with pytest.raises(BadInput, match="a exists"):
        write_two_at_once(out)
    assert out.read_text() == "the other's"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def write_two_at_once(out: Path) -> None:
    with output_file.create(out) as partial:
        partial.write_text("ours")
        out.write_text("the other's")


def test_what_the_command_reads_is_never_overwritten(tmp_path: Path) -> None:
    read = tmp_path / "bundle" / "golden.npz"
    output_file.write(read, b"data")
    (tmp_path / "link").symlink_to(read)
    (tmp_path / "hard").hardlink_to(read)
    same = tmp_path / "bundle" / ".." / "bundle" / "golden.npz"
    for out in (read, same, tmp_path / "link", tmp_path / "hard"):
        with pytest.raises(BadInput, match=r"is read by this command .* and is never overwritten"):
            output_file.write(out, b"x", overwrite=True, inputs=[tmp_path / "none", read])
    with pytest.raises(BadInput, match=r"is read by this command \(.*bundle\)"):
        output_file.check(read, overwrite=True, inputs=[tmp_path / "bundle"])
    assert read.read_bytes() == b"data"


def test_a_link_gives_way_and_its_target_stays(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("kept")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    output_file.write(tmp_path / "link", "new", overwrite=True)
    assert (tmp_path / "target").read_text() == "kept"
    assert (tmp_path / "link").read_text() == "new"


def test_a_place_that_can_be_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a folder; name a file with --out"):
        output_file.check(tmp_path)
    with pytest.raises(BadInput, match="null is no regular file; name another with --log"):
        output_file.check(Path("/dev/null"), overwrite=True, option="--log")
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match=r"file is no folder one can write to; name another place"):
        output_file.check(tmp_path / "file" / "x")


def test_an_error_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "a"
    output_file.write(out, "one")
    with pytest.raises(ZeroDivisionError):
        half_write(out)
    assert out.read_text() == "one"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def half_write(out: Path) -> None:
    with output_file.create(out, overwrite=True) as partial:
        partial.write_text("half")
        raise ZeroDivisionError


@contextmanager
def small_disk(most: int) -> Iterator[None]:
    """No file may grow beyond `most` bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "a.npz"
    noise = np.random.default_rng(0).integers(0, 256, 5_000, dtype=np.uint8)
    message = r"a\.npz cannot be written \(File too large\); free some space, or name another"
    with small_disk(1_000), pytest.raises(BadInput, match=message):
        npz.write(out, {"x": noise})
    with small_disk(1_000), pytest.raises(BadInput, match=r"a\.npz cannot be written .*written\);"):
        save_with_numpy(out, noise)
    assert list(tmp_path.iterdir()) == []


def save_with_numpy(out: Path, array: np.ndarray) -> None:  # type: ignore[type-arg]
    with output_file.create(out) as partial, partial.open("wb") as file:
        np.save(file, array)


def test_a_folder_without_permission_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise OSError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(BadInput, match=r"x cannot be written \(Permission denied\); make its fold"):
        output_file.write(tmp_path / "x", "text")
    assert list(tmp_path.iterdir()) == []


def test_errors_of_other_files_pass_through(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="elsewhere"):
        read_another(tmp_path / "x")


def read_another(out: Path) -> None:
    with output_file.create(out):
        (out.parent / "elsewhere").read_text()
