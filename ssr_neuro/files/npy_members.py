"""The .npy members of an .npz archive: what they declare is checked before they are read."""

import zipfile
from collections.abc import Iterator
from io import SEEK_END
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput
from ssr_neuro.files import limits
from ssr_neuro.files.limits import spell_bytes

ENDING = ".npy"
KINDS = "biufcSU"  # truth values, numbers and text; no objects, records or dates
WIDEST = 8  # bytes of a real number: others differ between machines
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 1  # bit of a member's flags
HEADER_BYTES = 10_000
BLOCK_BYTES = 1 << 20


def read(file: IO[bytes], path: Path, remedy: str) -> dict[str, npt.NDArray[Any]]:
    """Every array by name. Raises BadInput, or what zipfile and NumPy raise on damage."""
    stored = file.seek(0, SEEK_END)
    if not zipfile.is_zipfile(file):
        raise ValueError("it is no archive of arrays")
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        size = sum(member.file_size for member in members)
        # To ask the system how much is free takes longer than to take so little.
        left = limits.array_bytes(stored) if size > limits.MEBI else limits.MEBI
        for problem in _problems(members, left):
            raise BadInput(f"{path}: {problem}; {remedy}")
        found = {}
        for member in members:
            try:
                with archive.open(member) as stream:
                    array = read_array(stream, member.file_size, left)
            except ValueError as error:
                raise ValueError(f"{member.filename}: {error}") from error
            left -= array.nbytes
            found[member.filename.removesuffix(ENDING)] = array
    return found


def _problems(members: list[zipfile.ZipInfo], most: int) -> Iterator[str]:
    """What is wrong with the list of members, before any is opened. most: bytes, unpacked."""
    if len(members) > limits.MEMBERS:
        yield f"holds {len(members):,} arrays, more than the {limits.MEMBERS:,} that are read"
    seen = set()
    for member in members:
        name = member.filename
        if not name.endswith(ENDING):
            yield f"{name} in it is no array; leave it out"
        if name in seen:
            yield f"{name} stands in it twice"
        if member.flag_bits & ENCRYPTED:
            yield f"{name} in it is encrypted"
        if member.compress_type not in PACKINGS:
            yield f"{name} in it is neither stored nor deflated"
        seen.add(name)
    if (size := sum(member.file_size for member in members)) > most:
        yield (
            f"unpacks to {spell_bytes(size)}, more than the {spell_bytes(most)} that a file of its "
            "size may take of this machine's memory"
        )


def read_array(stream: IO[bytes], size: int, most: int) -> npt.NDArray[Any]:
    """One array, in this machine's byte order. size: bytes of the member; most: of the array.

    Raises ValueError where the header and the size differ, or values are neither numbers nor text.
    """
    shape, fortran, kind = read_header(stream)
    _check(shape, kind, size, most)
    flat = _fill(stream, prod(shape) * kind.itemsize).view(kind)
    array = flat.reshape(shape[::-1]).transpose() if fortran else flat.reshape(shape)
    return array.astype(kind.newbyteorder("="), copy=False)


def read_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether columns come first, and type; the stream is then at the first value.

    Raises ValueError, or what NumPy raises on damage.
    """
    version = np.lib.format.read_magic(stream)
    reader = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if reader is None:
        raise ValueError(f"version {version} of .npy; versions 1.0 and 2.0 are read")
    shape, fortran, kind = reader(stream, max_header_size=HEADER_BYTES)
    return shape, fortran, kind


def _fill(stream: IO[bytes], size: int) -> npt.NDArray[np.uint8]:
    """The bytes that are left in a stream, which must be `size`; its end checks their CRC."""
    found = np.empty(size, np.uint8)
    for at in range(0, size, BLOCK_BYTES):
        block = stream.read(min(BLOCK_BYTES, size - at))
        found[at : at + len(block)] = np.frombuffer(block, np.uint8)
        if len(block) < min(BLOCK_BYTES, size - at):
            raise ValueError(f"an array of {size:,} bytes, of which {at + len(block):,} are there")
    if stream.read(1):
        raise ValueError(f"bytes follow the {size:,} of an array")
    return found


def _check(shape: tuple[int, ...], kind: np.dtype[Any], size: int, most: int) -> None:
    """Raises ValueError where the header declares what cannot be."""
    if kind.kind not in KINDS or (kind.kind in "biuf" and kind.itemsize > WIDEST):
        raise ValueError(f"an array of {kind}; numbers of at most 64 bits and text are read")
    if not kind.itemsize:
        raise ValueError(f"an array of {kind}, which holds nothing")
    if any(isinstance(length, bool) or length < 0 for length in shape):
        raise ValueError(f"an array of the shape {shape}")
    needed = prod(shape) * kind.itemsize
    if needed > size:
        raise ValueError(f"an array of {needed:,} bytes in a member of {size:,}")
    if needed > most:
        raise ValueError(f"an array of {spell_bytes(needed)}, where {spell_bytes(most)} are left")
