"""Errors a user can act on: each says what, where, the limit, and what to do.

The exit code of a command is the `exit_code` of the error that ended it; EXIT_CODES lists all.
"""

from numbers import Integral
from typing import TypeGuard

EXIT_CODES = {
    0: "done; for a proof or a comparison: all is equal",
    1: "a fault of this program; its traceback is printed",
    2: "an option, a file or a value cannot be used",
    3: "a program does not fit the chip",
    4: "two stages that must agree differ, or a file of a bundle has changed",
    5: "a simulator, a tool or a device is not there, or failed",
    129: "stopped because the terminal was closed",
    130: "stopped by Ctrl-C",
    141: "whoever read the output closed the pipe",
    143: "stopped by a termination, of `timeout` or a scheduler",
}


class SsrError(Exception):
    """Base of all errors this project raises on purpose."""

    exit_code = 2


class BadInput(SsrError):
    """A file, option or value the user gave cannot be used."""

    exit_code = 2


def check_type(given: object, kinds: type | tuple[type, ...], fault: str, wanted: str) -> None:
    """Raises BadInput where a value is of no such type: what it is, its fault, what to give."""
    if not isinstance(given, kinds):
        named = "None" if given is None else f"a {type(given).__name__}"
        raise BadInput(f"{named} {fault}; give {wanted}")


def is_whole(given: object) -> TypeGuard[int]:
    """Whether a value is an integer of Python or NumPy; a bool and a span of time are none."""
    return (
        isinstance(given, Integral) and not isinstance(given, bool) and hasattr(given, "__index__")
    )


def check_whole(name: str, given: object, least: int) -> int:
    """The whole number that was given for `name`. Raises BadInput where it is none, or smaller."""
    if not is_whole(given) or given < least:
        raise BadInput(f"{name} is {given!r}; give a whole number of at least {least}")
    return int(given)


class DoesNotFit(SsrError):
    """The program exceeds a limit of the target."""

    exit_code = 3


class Mismatch(SsrError):
    """Two stages that must agree bit for bit do not."""

    exit_code = 4


class BackendFailed(SsrError):
    """A simulator, tool or device could not be started, stopped answering, or failed."""

    exit_code = 5


class Note(UserWarning):
    """What is worth knowing of data or a model that were read, and no error. Commands print it."""
