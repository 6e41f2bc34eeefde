"""Archives of arrays that NumPy reads: any names, and equal arrays give equal bytes."""

import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate, limits, npy_members, output_file

Array = npt.NDArray[Any]
KIND, REMEDY = ".npz", "write it with numpy.savez(FILE, NAME=array)"
ZIP_MAGIC = b"PK"
LEVEL = 4  # a seventh more bytes of spikes than by 6, in a quarter of the time
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold


def pack(arrays: Mapping[str, Array]) -> bytes:
    """An .npz without dates. Unlike `numpy.savez`, takes names such as `file`."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, array in arrays.items():
            member = BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{key}.npy", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, member.getvalue(), compresslevel=LEVEL)
    return out.getvalue()


def write(
    path: Path,
    arrays: Mapping[str, Array],
    *,
    overwrite: bool = False,
    inputs: Iterable[Path] = (),
) -> None:
    """The whole file or, where that is interrupted, none of it; see `output_file.create`."""
    output_file.write(path, pack(arrays), overwrite=overwrite, inputs=inputs)


def read(path: Path, remedy: str = REMEDY) -> dict[str, Array]:
    """Every array of an .npz file. Raises BadInput, which ends in `remedy`, where it is none.

    Names, sizes and types are checked before an array is read; see `limits`.
    """
    with gate.open_file(path, KIND, remedy) as file:
        return npy_members.read(file, path, remedy)


def read_array(path: Path) -> Array:
    """The array of an .npy file. Raises BadInput where it is none."""
    remedy = "write it with numpy.save"
    with gate.open_file(path, ".npy", remedy) as file:
        if file.read(len(ZIP_MAGIC)) == ZIP_MAGIC:
            raise BadInput(f"{path}: is an archive of arrays, not one array; {remedy}")
        file.seek(0)
        return npy_members.read_array(file, path.stat().st_size, limits.array_bytes())
