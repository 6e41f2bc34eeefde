"""Files from outside: what they declare is refused before it is read, in one clear sentence."""

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from ssr_neuro.data import load
from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate, hdf5, json_document, npz, toml_document
from ssr_neuro.files.limits import spell_bytes


def test_only_errors_of_reading_become_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"^x: cannot be read as a map \('odd'\); draw it again$"):
        with gate.reading("x", "a map", "draw it again"):
            raise KeyError("odd")
    with pytest.raises(BadInput, match=r"a map \(it needs more memory than there is\)"):
        with gate.reading("x", "a map", "draw it again"):
            raise MemoryError
    with pytest.raises(KeyboardInterrupt), gate.reading("x", "a map", "draw it again"):
        raise KeyboardInterrupt
    with pytest.raises(BadInput, match=r"none.json: cannot be read \(No such file or directory\)"):
        json_document.read(tmp_path / "none.json", "`make`")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(BadInput, match=r"pipe: is no regular file, which \.npz must be; write it"):
        npz.read(path)
    with pytest.raises(BadInput, match=r"pipe: is no regular file, which a data file must be"):
        load(path)


def test_a_file_beyond_its_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"123456")
    assert gate.read_bytes(path, 6, "a map", "draw it") == b"123456"
    with pytest.raises(BadInput, match=r"x: has more than 5 bytes, the most that is read of a map"):
        gate.read_bytes(path, 5, "a map", "draw it")
    assert spell_bytes(3 << 29) == "1.5 GiB"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100 + "]" * 100, r"nested deeper than 64 levels at \[0\]\[0\]"),
        ("[" * 100_000, "nested too deep"),
        ('{"a": [1, {"b": 1' + "0" * 400 + "}]}", r"a\[1\]\.b is a number of 1,329 bits"),
        ('{"a": 1, "a": 2}', "the key 'a' stands twice in one object"),
        ("[" + "0," * 2_000_000 + "0]", "it holds about 2,000,001 values; 2,000,000 are read"),
        ('{"a": "\xff"}', "not UTF-8: invalid start byte at byte 7; convert it"),
    ],
)
def test_json_within_limits(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadInput, match=rf"x\.json: cannot be read as JSON \(.*{message}"):
        json_document.read(path, "`make`")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = " + "[" * 2000, "nested too deep"),
        ("b = 1\n" + ".".join("a" * 100) + " = 1", "line 2: a key of more than 64 parts is nested"),
        (
            "[" + ".".join("a" * 50) + "]\n" + ".".join("b" * 50) + " = 1",
            "deeper than 64 levels at a",
        ),
        ("a = [" + "0," * 100_000 + "]", "it holds about 100,002 values; 100,000 are read"),
        (
            "[a]\nb = 1" + "0" * 400,
            r"a\.b is a number of 1,329 bits; a whole number has at most 64",
        ),
    ],
)
def test_toml_within_limits(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(BadInput, match=rf"x\.toml: cannot be read as TOML \(.*{message}"):
        toml_document.read(path)


def archive(path: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def stored(array: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array(out, np.asarray(array), **options)
    return out.getvalue()


ONES = stored(np.ones(3))


@pytest.mark.parametrize(
    ("members", "packing", "message"),
    [
        ({"a.npy": ONES}, zipfile.ZIP_LZMA, "a.npy in it is neither stored nor deflated"),
        ({"a.txt": ONES}, zipfile.ZIP_STORED, "a.txt in it is no array; leave it out"),
        ({"a.npy": ONES[:-3]}, zipfile.ZIP_STORED, r"a.npy: an array of 24 bytes, of which 21"),
        ({"a.npy": ONES + b"more"}, zipfile.ZIP_STORED, r"a.npy: bytes follow the 24 of an array"),
        ({"a.npy": stored([None])}, zipfile.ZIP_STORED, "an array of object; numbers"),
        ({"a.npy": stored(np.zeros(1, "i4,i4"))}, zipfile.ZIP_STORED, "an array of .*; numbers"),
        ({"a.npy": ONES.replace(b"(3,)", b"(-3,)")}, zipfile.ZIP_STORED, r"of the shape \(-3,\)"),
        (
            {"a.npy": ONES.replace(b"(3,), }      ", b"(3000000,), }")},
            zipfile.ZIP_STORED,
            "an array of 24,000,000 bytes in a member of 152",
        ),
        ({"a.npy": ONES.replace(b"(3,)", b"(3,(")}, zipfile.ZIP_STORED, r"cannot be read as \.npz"),
    ],
)
def test_archives_of_arrays(
    tmp_path: Path, members: dict[str, bytes], packing: int, message: str
) -> None:
    with pytest.raises(BadInput, match=rf"x\.npz: .*{message}"):
        npz.read(archive(tmp_path / "x.npz", members, packing))


def test_an_encrypted_member_and_one_named_twice(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.npz", {"a.npy": ONES})
    content = bytearray(path.read_bytes())
    for magic, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(magic) + flags] |= 1
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"a\.npy in it is encrypted"):
        npz.read(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.npy", ONES)
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("a.npy", ONES)
    with pytest.raises(BadInput, match=r"a\.npy stands in it twice"):
        npz.read(path)


def test_more_than_memory_allows_is_refused_by_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.npz"
    np.savez_compressed(path, a=np.zeros(1 << 18))
    assert npz.read(path)["a"].shape == (1 << 18,)
    monkeypatch.setattr("ssr_neuro.files.limits.PACKED_BYTES", 1 << 16)
    with pytest.raises(BadInput, match=r"2 MiB, more than the .* KiB that a file of its size"):
        npz.read(path)
    monkeypatch.setattr("ssr_neuro.files.limits.free_memory_bytes", lambda: 1 << 18)
    with pytest.raises(BadInput, match=r"unpacks to 2 MiB, more than the 64 KiB"):
        npz.read(path)


def test_other_byte_orders_and_orders_of_axes_come_out_native(tmp_path: Path) -> None:
    x = np.arange(6.0).reshape(2, 3)
    np.savez(tmp_path / "x.npz", big=x.astype(">f8"), fortran=np.asfortranarray(x), text=["é"])
    found = npz.read(tmp_path / "x.npz")
    assert found["big"].dtype.isnative
    np.testing.assert_array_equal(found["big"], x)
    np.testing.assert_array_equal(found["fortran"], x)
    assert found["text"].tolist() == ["é"]


def external(file: Any, path: Path) -> None:
    secret = path.with_name("secret")
    secret.write_bytes(b"\1" * 8)
    file.create_dataset("w", (8,), "u1", external=[(str(secret), 0, 8)])


def virtual(file: Any, path: Path) -> None:
    with h5py.File(path.with_name("other.h5"), "w") as other:
        other["x"] = np.ones(3)
    layout = h5py.VirtualLayout((3,), "f8")
    layout[:] = h5py.VirtualSource(path.with_name("other.h5"), "x", (3,))
    file.create_virtual_dataset("w", layout)


def link_out(file: Any, path: Path) -> None:
    file["w"] = h5py.ExternalLink("other.h5", "x")


def link_in(file: Any, path: Path) -> None:
    file["w"] = h5py.SoftLink("/nowhere")


def loop(file: Any, path: Path) -> None:
    inner = file.create_group("a/b")
    inner["back"] = file["a"]


def twice(file: Any, path: Path) -> None:
    file["b"] = file.create_group("a")


def deep(file: Any, path: Path) -> None:
    file.create_group("/".join("a" * 80))


def huge(file: Any, path: Path) -> None:
    file.create_dataset("w", (400_000_000,), "f4", chunks=True)


def mostly_absent(file: Any, path: Path) -> None:
    file.create_dataset("w", (400_000_000,), "f4", chunks=(1000,))[:10] = 1


def plugin(file: Any, path: Path) -> None:
    file.create_dataset("w", (10,), "f4", chunks=(10,), compression=307, allow_unknown_filter=True)


def references(file: Any, path: Path) -> None:
    file.create_dataset("w", (1,), h5py.ref_dtype)


def long_text(file: Any, path: Path) -> None:
    file["w"] = "x" * 100_000


def nothing(file: Any, path: Path) -> None:
    file["w"] = h5py.Empty("f4")


def kind(file: Any, path: Path) -> None:
    file["w"] = np.dtype("i4")


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (external, "/w: its content stands in other files"),
        (virtual, "/w: its content stands in other files"),
        (link_out, "/w is a link; write what it leads to"),
        (link_in, "/w is a link"),
        (loop, "/a/b/back: a loop of links leads back to it"),
        (twice, "the group /b: it has two names"),
        (deep, "nested deeper than 64 groups"),
        (huge, "/w declares 400,000,000 values and holds none of them"),
        (mostly_absent, r"/w declares 1\.49 GiB and holds 3\.906 KiB"),
        (plugin, "/w: packed by filter 307"),
        (references, "/w holds object; numbers"),
        (long_text, "/w holds a text of 100,000 bytes"),
        (nothing, "/w is an array of nothing"),
        (kind, "/w is neither a group nor an array"),
    ],
)
def test_hdf5_is_checked_before_it_is_read(tmp_path: Path, build: Any, message: str) -> None:
    path = tmp_path / "x.h5"
    with h5py.File(path, "w") as file:
        build(file, path)
    with pytest.raises(BadInput, match=rf"x\.h5: .*{message}.*; write it again$"):
        hdf5.read(path, "HDF5", "write it again")


def test_what_hdf5_holds_comes_out_plain(tmp_path: Path) -> None:
    path = tmp_path / "x.h5"
    with h5py.File(path, "w") as file:
        file["a/text"] = "é"
        file["a/texts"] = ["x", "yy"]
        file.create_dataset("a/w", data=np.zeros((300, 300)), compression="gzip")
        file["n"] = np.array(3, ">i4")
    found = hdf5.read(path, "HDF5", "write it again")
    assert found["a"]["text"] == "é"
    assert found["a"]["texts"].tolist() == ["x", "yy"]
    assert found["a"]["w"].shape == (300, 300)
    assert (found["n"].dtype.isnative, int(found["n"])) == (True, 3)


def test_lines_are_read_one_by_one_and_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("\ufeffé\r\nb\n".encode())
    assert list(gate.read_lines(path, "a table", "cut it")) == ["é\r\n", "b\n"]
    monkeypatch.setattr(gate, "LINE_BYTES", 8)
    path.write_bytes(b"short\n1234567\n")
    assert len(list(gate.read_lines(path, "a table", "cut it"))) == 2
    path.write_bytes(b"short\n12345678\n")
    with pytest.raises(BadInput, match=r"x.csv, line 2: has more than 8 bytes, the most .* cut it"):
        list(gate.read_lines(path, "a table", "cut it"))


@pytest.mark.parametrize("text", ["[NaN]", "[-Infinity]", "[1e999]", "[-1e400]"])
def test_json_holds_finite_numbers_alone(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"is no number of JSON|is beyond a float"):
        json_document.read_any(path, "write it again")
