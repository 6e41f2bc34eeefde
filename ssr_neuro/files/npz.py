"""Archives of arrays that NumPy reads: any names, and equal arrays give equal bytes."""

import zipfile
import zlib
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput
from ssr_neuro.files import output_file

# What NumPy and zipfile raise on a file that is damaged, encrypted, or something else.
DAMAGED = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold


def pack(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """An .npz without dates. Unlike `numpy.savez`, takes names such as `file`."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, array in arrays.items():
            member = BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{key}.npy", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, member.getvalue())
    return out.getvalue()


def write(
    path: Path,
    arrays: Mapping[str, npt.NDArray[Any]],
    *,
    overwrite: bool = False,
    inputs: Iterable[Path] = (),
) -> None:
    """The whole file or, where that is interrupted, none of it; see `output_file.create`."""
    output_file.write(path, pack(arrays), overwrite=overwrite, inputs=inputs)


def read(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Every array of an .npz file. Raises BadInput where it is none."""
    try:
        if path.is_file() and not zipfile.is_zipfile(path):
            raise ValueError("it is no archive of arrays")
        with np.load(path, allow_pickle=False) as stored:
            found = {key: stored[key] for key in stored.files}
    except DAMAGED as error:
        raise BadInput(
            f"{path}: cannot be read as .npz ({error}); write it with numpy.savez(FILE, NAME=array)"
        ) from error
    foreign = sorted(key for key, x in found.items() if not isinstance(x, np.ndarray))
    if foreign:
        raise BadInput(f"{path}: {', '.join(foreign)} in it is no array; leave it out")
    return found


def read_array(path: Path) -> npt.NDArray[Any]:
    """The array of an .npy file. Raises BadInput where it is none."""
    try:
        array = np.load(path, allow_pickle=False)
        if not isinstance(array, np.ndarray):
            raise ValueError("it is an archive of arrays")
    except DAMAGED as error:
        raise BadInput(
            f"{path}: cannot be read as .npy ({error}); write it with numpy.save"
        ) from error
    return array
