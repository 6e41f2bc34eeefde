"""The system's C compiler, and running it."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ssr_neuro.errors import BackendFailed

SETTING = "CC"
NAMES = ("cc", "gcc", "clang")
REMEDY = f"install one (Debian: apt install gcc libc6-dev), or name it in {SETTING}"
TIMEOUT_S = 300


def find() -> tuple[str, ...] | None:
    """The command of a C compiler: CC, which may hold options too, else cc, gcc or clang."""
    if asked := shlex.split(os.environ.get(SETTING, "")):
        return (found, *asked[1:]) if (found := shutil.which(asked[0])) else None
    return next(((found,) for name in NAMES if (found := shutil.which(name))), None)


def require(purpose: str) -> tuple[str, ...]:
    """As `find`. Raises BackendFailed where there is none; `purpose` begins the message."""
    if found := find():
        return found
    asked = os.environ.get(SETTING)
    missing = f"{SETTING}={asked} is not there" if asked else "there is none here"
    raise BackendFailed(f"{purpose} needs a C compiler and {missing}; {REMEDY}")


def compile(command: Sequence[str], arguments: Sequence[str | Path]) -> None:
    """Run it. Raises BackendFailed with the first lines of what it said."""
    words = [*command, *map(str, arguments)]
    try:
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BackendFailed(f"`{words[0]}` could not be run ({error}); {REMEDY}") from error
    if done.returncode:
        said = "\n".join(done.stderr.strip().splitlines()[:12])
        raise BackendFailed(f"`{shlex.join(words)}` failed:\n{said}")
