"""What a machine refuses, in words: the file, the reason, and what to do."""

import errno
import os
import sys

from ssr_neuro.cli.console import errors
from ssr_neuro.out_of_memory import is_out_of_memory

REMEDIES = {
    errno.ENOSPC: "free some space, or name another place",
    errno.EDQUOT: "free some of your quota, or name another place",
    errno.EFBIG: "raise `ulimit -f`, or name another place",
    errno.EROFS: "name a place that can be written to",
    errno.EACCES: "change its permissions, or name another place",
    errno.EPERM: "change its permissions, or name another place",
    errno.EMFILE: "raise `ulimit -n`",
    errno.ENFILE: "close other programs, or raise the system's limit of open files",
    errno.ENOMEM: "give fewer samples or a smaller batch, or use a larger machine",
    errno.EAGAIN: "raise `ulimit -u`, or close other programs",
    errno.ENAMETOOLONG: "name another place with a shorter name",
}


def describe(error: Exception) -> str | None:
    """One sentence for an error of the machine; None for any other, which keeps its traceback."""
    if is_out_of_memory(error):
        return f"There is not enough memory; {REMEDIES[errno.ENOMEM]}"
    if not isinstance(error, OSError):
        return None
    place = f"{error.filename}: " if error.filename else ""
    remedy = REMEDIES.get(error.errno or 0)
    return f"{place}{error.strerror or error}" + (f"; {remedy}" if remedy else "")


def say(text: str) -> None:
    """Print it on standard error, also where there is not even the memory to lay it out."""
    try:
        errors.print(text, markup=False, soft_wrap=True)
    except MemoryError:
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, f"{text}\n".encode())
