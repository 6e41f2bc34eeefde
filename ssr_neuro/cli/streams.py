"""Standard output and error as they are found: closed, ASCII only, or a pipe nobody reads."""

import codecs
import io
import os
import sys
from typing import TextIO

ASCII_ERRORS = "ssr-ascii"
ASCII = {
    "µ": "u",
    "μ": "u",
    "×": "x",  # noqa: RUF001
    "±": "+-",
    "·": ".",
    "–": "-",  # noqa: RUF001
    "—": "-",
    "−": "-",  # noqa: RUF001
    "→": "->",
    "≤": "<=",
    "≥": ">=",
    "≈": "~",
    "…": "...",
    "’": "'",  # noqa: RUF001
    "²": "^2",
    "³": "^3",
    "°": " deg ",
}


def prepare() -> None:
    """Streams that can be written to, whatever the terminal or the shell gave.

    A closed one leads nowhere; characters that its encoding lacks are spelled in ASCII.
    """
    codecs.register_error(ASCII_ERRORS, _spell)
    sys.stdout = sys.stdout or _open_null()
    sys.stderr = sys.stderr or _open_null()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ASCII_ERRORS)


def to_ascii(text: str) -> str:
    """The text in ASCII: ± becomes +-, a character without a counterpart becomes its code."""
    return text if text.isascii() else "".join(map(_ascii, text))


def flush() -> None:
    """Write what is still held back. Raises OSError where that cannot be."""
    sys.stdout.flush()
    sys.stderr.flush()


def abandon() -> None:
    """Lead each stream that cannot be written to nowhere, so that Python's end is quiet as well."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def is_broken_pipe(error: BaseException | None) -> bool:
    """Whether the reader of a pipe had gone: this error, or one that it was raised for."""
    while error is not None and not isinstance(error, BrokenPipeError):
        error = error.__cause__ or error.__context__
    return error is not None


def _open_null() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return to_ascii(error.object[error.start : error.end]), error.end


def _ascii(character: str) -> str:
    return ASCII.get(character) or character.encode("ascii", "backslashreplace").decode("ascii")
