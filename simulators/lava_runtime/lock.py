"""A file that one process at a time holds, while it makes an environment."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from ssr_neuro.errors import BackendFailed

LOCK_POLL_S = 0.2
LOCK_TIMEOUT_S = 3600.0  # as long as two installations may take


@contextmanager
def hold(path: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Held by one process at a time; freed by the system when the process ends."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another process is making the Lava environment, waiting for {path}")
            _wait_for(file, path)
        yield


def _wait_for(file: TextIO, path: Path) -> None:
    """As long as two installations may take; then the other process is given up on."""
    end = time.monotonic() + LOCK_TIMEOUT_S
    while time.monotonic() < end:
        time.sleep(LOCK_POLL_S)
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
    raise BackendFailed(
        f"another process has held {path} for {LOCK_TIMEOUT_S:g} s and should have made the Lava "
        "environment by now; end that process and run again"
    )
