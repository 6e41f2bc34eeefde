"""Errors a user can act on: each says what, where, the limit, and what to do.

The exit code of a command is the `exit_code` of the error that ended it.
"""


class SsrError(Exception):
    """Base of all errors this project raises on purpose."""

    exit_code = 2


class BadInput(SsrError):
    """A file, option or value the user gave cannot be used."""

    exit_code = 2


class DoesNotFit(SsrError):
    """The program exceeds a limit of the target."""

    exit_code = 3


class Mismatch(SsrError):
    """Two stages that must agree bit for bit do not."""

    exit_code = 4


class BackendFailed(SsrError):
    """A simulator or foreign tool could not be started, stopped answering, or failed."""

    exit_code = 5
