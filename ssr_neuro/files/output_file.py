"""One file that a command writes: whole or not at all, and never over what it must not lose.

A file that exists is replaced only where the user asked for it (`--overwrite`), and a file that the
same command reads is never replaced. What is written goes to a hidden file beside the place, which
takes the name at the end.
"""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from ssr_neuro.errors import BadInput

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS}


def check(
    path: Path, *, overwrite: bool = False, inputs: Iterable[Path] = (), option: str = "--out"
) -> None:
    """Raises BadInput, before any work, where `path` must not or cannot be written.

    inputs: what the same command reads; a folder among them stands for every file in it.
    option: the one that names the path.
    """
    if not path.name or path.is_dir():
        raise _folder(path, option)
    check_parent(path, option)
    if not os.path.lexists(path):
        return
    if read := find_read(path, inputs):
        raise BadInput(
            f"{path} is read by this command ({read}) and is never overwritten; name another file "
            f"with {option}"
        )
    if not (path.is_symlink() or stat.S_ISREG(path.stat().st_mode)):
        raise BadInput(f"{path} is no regular file; name another with {option}")
    if not overwrite:
        raise BadInput(f"{path} exists; --overwrite replaces it, or name another with {option}")


def name_beside(path: Path, name: str, option: str = "--out") -> Path:
    """A file of that name in the folder of `path`. Raises BadInput where `path` is `.` or `/`."""
    if not path.name:
        raise _folder(path, option)
    return path.with_name(name)


def _folder(path: Path, option: str) -> BadInput:
    return BadInput(f"{path} is a folder; name a file with {option}")


def check_parent(path: Path, option: str = "--out") -> None:
    """Raises BadInput where the nearest folder above `path` that exists cannot be written to."""
    parent = next(p for p in path.absolute().parents if p.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise BadInput(
            f"{path} cannot be written: {parent} is no folder one can write to; name another place "
            f"with {option}"
        )


def find_read(path: Path, inputs: Iterable[Path]) -> Path | None:
    """The one of `inputs` that is the file at `path`, by any name, or a folder that holds it."""
    place = path.resolve()
    for given in inputs:
        same = given.exists() and path.exists() and os.path.samefile(given, path)
        if same or given.resolve() in (place, *place.parents):
            return given
    return None


@contextmanager
def create(
    path: Path, *, overwrite: bool = False, inputs: Iterable[Path] = (), option: str = "--out"
) -> Iterator[Path]:
    """A file to write to, beside `path`; at the end it takes that name, or vanishes on an error.

    Raises BadInput as `check` does, also at the end, and where the disk is full or read-only.
    """
    reads = tuple(inputs)
    check(path, overwrite=overwrite, inputs=reads, option=option)
    partial = path.with_name(f".{path.name}-{token_hex(4)}.partial")  # of this writer alone
    try:
        with name_errors(path, partial, option):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield partial
            check(path, overwrite=overwrite, inputs=reads, option=option)
            partial.replace(path)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def write(
    path: Path,
    content: str | bytes,
    *,
    overwrite: bool = False,
    inputs: Iterable[Path] = (),
    option: str = "--out",
) -> None:
    """`create` for content at hand; text is written as UTF-8, its line ends as they are."""
    stored = content.encode() if isinstance(content, str) else content
    with create(path, overwrite=overwrite, inputs=inputs, option=option) as partial:
        partial.write_bytes(stored)


@contextmanager
def name_errors(path: Path, partial: Path, option: str = "--out") -> Iterator[None]:
    """An OSError of writing to `partial`, or below it, becomes a BadInput that names `path`.

    NumPy and HDF5 raise some without a number or a file's name.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL or error.errno is None or _names(error, path, partial):
            raise unwritable(path, error, option) from error
        raise


def _names(error: OSError, path: Path, partial: Path) -> bool:
    """Whether an error is of `path`, a folder above it, or anything in `partial`."""
    if not isinstance(error.filename, str):
        return False
    at = Path(error.filename).absolute()
    return at in (path.absolute(), *path.absolute().parents) or at.is_relative_to(
        partial.absolute()
    )


def unwritable(path: Path, error: Exception, option: str = "--out") -> BadInput:
    """The error for a place that cannot be written to: why, and what to do."""
    number = error.errno if isinstance(error, OSError) else None
    why = (isinstance(error, OSError) and error.strerror) or str(error)
    remedy = f"name another place with {option}"
    if number in FULL:
        remedy = f"free some space, or {remedy}"
    elif number in READ_ONLY:
        remedy = f"make its folder writable, or {remedy}"
    return BadInput(f"{path} cannot be written ({why}); {remedy}")
