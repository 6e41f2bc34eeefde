"""The one way by which a file from outside is opened and read.

What a file declares is checked against `limits` before its content is read. Whatever a library
raises while it reads a foreign file becomes one BadInput with the file, what it was to be, the
reason, and what to do. Only the library's reading stands inside `reading`: a fault of this program
keeps its traceback.
"""

import stat
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ssr_neuro.errors import BadInput, SsrError
from ssr_neuro.files.limits import LINE_BYTES, spell_bytes

REASON_CHARS = 200


@contextmanager
def reading(path: object, kind: str, remedy: str) -> Iterator[None]:
    """Any error of a library that reads `path` becomes BadInput: no `kind`, why, and the remedy."""
    try:
        yield
    except SsrError:
        raise
    except RecursionError as error:
        raise BadInput(f"{path}: cannot be read as {kind} (nested too deep); {remedy}") from error
    except MemoryError as error:
        raise BadInput(
            f"{path}: cannot be read as {kind} (it needs more memory than there is); {remedy}"
        ) from error
    except OSError as error:
        as_kind = "" if error.errno else f" as {kind}"  # a library's own errors have no number
        raise BadInput(f"{path}: cannot be read{as_kind} ({explain(error)}); {remedy}") from error
    except Exception as error:
        raise BadInput(f"{path}: cannot be read as {kind} ({explain(error)}); {remedy}") from error


def explain(error: Exception) -> str:
    """The reason in one line."""
    if isinstance(error, UnicodeDecodeError):
        return (
            f"not UTF-8: {error.reason} at byte {error.start:,}; convert it, as with "
            "iconv -f latin1 -t utf-8"
        )
    said = (isinstance(error, OSError) and error.strerror) or str(error)
    line = " ".join(said.split()) or type(error).__name__
    return line if len(line) <= REASON_CHARS else f"{line[:REASON_CHARS]}..."


@contextmanager
def open_file(path: Path, kind: str, remedy: str) -> Iterator[BinaryIO]:
    """A regular file, open for reading; its errors become BadInput as in `reading`."""
    with reading(path, kind, remedy):
        demand_regular(path, kind, remedy)
        with path.open("rb") as file:
            yield file


def demand_regular(path: Path, kind: str, remedy: str) -> None:
    """Raises BadInput at a pipe, a device or a folder: to open one may wait for ever, or act."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise BadInput(f"{path}: is no regular file, which {kind} must be; {remedy}")


def read_bytes(path: Path, most: int, kind: str, remedy: str) -> bytes:
    """All bytes of a file of at most `most`."""
    with open_file(path, kind, remedy) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise BadInput(
            f"{path}: has more than {spell_bytes(most)}, the most that is read of {kind}; {remedy}"
        )
    return content


def read_text(path: Path, most: int, kind: str, remedy: str) -> str:
    """As `read_bytes`, decoded from UTF-8."""
    content = read_bytes(path, most, kind, remedy)
    with reading(path, kind, remedy):
        return content.decode()


def read_lines(path: Path, kind: str, remedy: str) -> Iterator[str]:
    """Lines of UTF-8 with their ends, one after the other, each of at most LINE_BYTES."""
    with open_file(path, kind, remedy) as file:
        number = 0
        while line := file.readline(LINE_BYTES):
            number += 1
            if len(line) == LINE_BYTES and not line.endswith(b"\n"):
                raise BadInput(
                    f"{path}, line {number}: has more than {spell_bytes(LINE_BYTES)}, the most "
                    f"that is read of {kind}; {remedy}"
                )
            yield (line.removeprefix(BOM_UTF8) if number == 1 else line).decode()
