"""Heaps of texts in HDF5 files: sizes over which the library would walk without end."""

import io
from pathlib import Path

import h5py
import pytest

from ssr_neuro.errors import BadInput
from ssr_neuro.files import hdf5

WHOLE = 4096  # bytes of the heap that HDF5 makes
FIRST = 16  # where its first object begins


def _file(path: Path, changes: dict[int, bytes]) -> Path:
    """Two texts of any length, and bytes of their heap changed, by place in it."""
    made = io.BytesIO()
    with h5py.File(made, "w") as file:
        file.create_dataset("kind", data="CUBA", dtype=h5py.string_dtype())
        file.create_dataset("other", data="LIF", dtype=h5py.string_dtype())
    content = bytearray(made.getvalue())
    heap = content.index(b"GCOL")
    for at, value in changes.items():
        content[heap + at : heap + at + len(value)] = value
    path.write_bytes(content)
    return path


def test_a_heap_as_hdf5_writes_it_is_read(tmp_path: Path) -> None:
    found = hdf5.read(_file(tmp_path / "a.h5", {}), "HDF5", "write it again")
    assert found == {"kind": "CUBA", "other": "LIF"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({FIRST + 8: b"\xff" * 8}, "holds one of 18,446,744,073,709,551,615 bytes"),
        ({FIRST + 8: (WHOLE - 16).to_bytes(8, "little")}, "holds one of 4,080 bytes"),
        ({FIRST: b"\0\0", FIRST + 8: b"\0" * 8}, "holds one of 0 bytes"),
        ({8: b"\0" * 8}, r"a heap of texts at byte \d+ ends beyond the file"),
        ({8: b"\xff" * 8}, r"a heap of texts at byte \d+ ends beyond the file"),
    ],
)
def test_a_heap_whose_sizes_do_not_fit_is_refused(
    changes: dict[int, bytes], message: str, tmp_path: Path
) -> None:
    path = _file(tmp_path / "a.h5", changes)
    with pytest.raises(BadInput, match=rf"a\.h5: cannot be read as HDF5 \(.*{message}.*write it"):
        hdf5.read(path, "HDF5", "write it again")


def test_an_empty_file_is_no_hdf5(tmp_path: Path) -> None:
    (tmp_path / "a.h5").touch()
    with pytest.raises(BadInput, match=r"a\.h5: cannot be read as HDF5 \(.*; write it again$"):
        hdf5.read(tmp_path / "a.h5", "HDF5", "write it again")
