"""Archives of arrays that NumPy reads: any names, and equal arrays give equal bytes."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold


def packed(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
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


def write(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    path.write_bytes(packed(arrays))


def read(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Every array of an .npz file. Raises BadInput where it is none."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {key: stored[key] for key in stored.files}
    except (OSError, EOFError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise BadInput(f"{path}: cannot be read as .npz ({error})") from error
