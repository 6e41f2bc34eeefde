"""Open a data file, plain, packed alone or in a zip archive, as one stream of bytes."""

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from ssr_neuro.data.packed_streams import unpack_streams
from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate
from ssr_neuro.progress.reading import count_bytes


@dataclass(frozen=True)
class FilePacking:
    """One file, packed alone. first_bytes: by which it is known whatever its name is."""

    suffix: str
    first_bytes: bytes
    unpack: Callable[[BinaryIO], Any]


PACKINGS = (
    FilePacking(".gz", b"\x1f\x8b", lambda raw: gzip.GzipFile(fileobj=raw, mode="rb")),
    FilePacking(".bz2", b"BZh", lambda raw: unpack_streams(raw, bz2.BZ2Decompressor)),
    FilePacking(
        ".xz",
        b"\xfd7zXZ\x00",
        lambda raw: unpack_streams(raw, lzma.LZMADecompressor, padding=b"\0"),
    ),
)
BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")  # of data, and of nothing, behind BZh and a digit
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
SUFFIXES = (*(one.suffix for one in PACKINGS), ".zip")
OFFICE = "[Content_Types].xml"  # in every spreadsheet and document of Office
# Names by which data sets are published: they tell the ratings from the files beside them.
INTERACTION_FILES = ("ratings.dat", "ratings.csv", "u.data", ".inter", "steam_reviews.json")


@contextmanager
def open_source(path: Path, *, progress: bool) -> Iterator[tuple[str, BinaryIO]]:
    """The name of the data file inside `path` and its bytes, unpacked.

    Raises BadInput if the path cannot be read or unpacked, also while it is being read.
    """
    try:
        with _open(path, progress) as opened:
            yield opened
    except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, lzma.LZMAError) as error:
        raise _damaged(path, error) from error
    except MemoryError as error:  # of LZMA, whose dictionary may be declared as up to 4 GiB
        raise BadInput(
            f"{path} needs more memory to be unpacked than there is. Unpack it elsewhere and give "
            "the file."
        ) from error
    except FileNotFoundError as error:
        raise BadInput(f"{path} does not exist. Give the path of a data file.") from error
    except IsADirectoryError as error:
        raise BadInput(f"{path} is a directory. Give the path of one data file in it.") from error
    except OSError as error:
        if error.errno is None:  # so bz2 says that its data are damaged
            raise _damaged(path, error) from error
        raise BadInput(f"{path} cannot be read: {error.strerror or error}.") from error


@contextmanager
def _open(path: Path, progress: bool) -> Iterator[tuple[str, BinaryIO]]:
    if not path.is_dir():
        gate.demand_regular(path, "a data file", "write it to a file first")
    with path.open("rb") as raw:
        start = raw.read(16)
        raw.seek(0)
        if start.startswith(ZIP_MAGIC) or path.suffix.lower() == ".zip":
            with _open_archive(raw, path) as archive:
                member = _only_member(archive, path)
                with (
                    _open_member(archive, member, path) as stream,
                    count_bytes(stream, member.file_size, path.name, shown=progress) as followed,
                ):
                    yield PurePosixPath(member.filename).name, followed
            return
        packing = next((one for one in PACKINGS if _is_packed(one, path, start)), None)
        if packing is not None:
            _refuse_unpacked(packing, start, path)
        with count_bytes(raw, path.stat().st_size, path.name, shown=progress) as followed:
            if packing is None:
                yield path.name, followed
            else:
                with packing.unpack(followed) as unpacked:
                    yield _without(packing.suffix, path), unpacked


def _is_packed(packing: FilePacking, path: Path, start: bytes) -> bool:
    if path.suffix.lower() == packing.suffix:
        return True
    if packing.suffix == ".bz2":  # three letters alone may well be text
        return start.startswith(packing.first_bytes) and start[4:10] in BZIP2_BLOCKS
    return start.startswith(packing.first_bytes)


def _refuse_unpacked(packing: FilePacking, start: bytes, path: Path) -> None:
    """Raise BadInput where the file only has the ending of this packing; a cut one is damaged."""
    first = start[: len(packing.first_bytes)]
    if not packing.first_bytes.startswith(first):
        raise BadInput(
            f"{path} is not packed, whatever its ending {packing.suffix} says: it begins with "
            f"{start!r}. Give it a name without {packing.suffix}."
        )


def _damaged(path: Path, error: Exception) -> BadInput:
    return BadInput(
        f"{path} is truncated or damaged ({error}). Fetch it again, or unpack it and give "
        f"the file inside."
    )


def _without(suffix: str, path: Path) -> str:
    return path.stem if path.suffix.lower() == suffix else path.name


def _only_member(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    if OFFICE in archive.namelist():
        raise BadInput(f"{path} is a spreadsheet or document of Office. Save it as CSV in UTF-8.")
    files = [
        member
        for member in archive.infolist()
        if member.filename  # a damaged list may have one without, which is_dir does not expect
        and not member.is_dir()
        and not member.filename.startswith("__MACOSX/")
        and not PurePosixPath(member.filename).name.startswith(".")
    ]
    known = [member for member in files if member.filename.lower().endswith(INTERACTION_FILES)]
    usable = known or files
    if len(usable) == 1:
        return usable[0]
    if not usable:
        raise BadInput(f"{path} holds no file. Give an archive with one data file in it.")
    listed = ", ".join(member.filename for member in usable)
    raise BadInput(
        f"{path} holds {len(usable)} files and none stands out as the data: {listed}. "
        f"Unpack it and give one of them."
    )


def _open_archive(raw: BinaryIO, path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(raw)
    except (zipfile.BadZipFile, OSError):
        raise
    except Exception as error:  # zipfile lets a damaged directory end in many others
        raise _not_readable(path, "the list of its files", error) from error


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> BinaryIO:
    if member.flag_bits & 1:
        raise BadInput(f"{path}: {member.filename} is encrypted. Unpack it and give the file.")
    try:
        return archive.open(member)  # type: ignore[return-value]
    except (zipfile.BadZipFile, OSError):
        raise
    except Exception as error:
        raise _not_readable(path, member.filename, error) from error


def _not_readable(path: Path, what: str, error: Exception) -> BadInput:
    return BadInput(
        f"{path}: {what} is packed in a way that cannot be read ({error}). "
        f"Unpack it and give the file."
    )
