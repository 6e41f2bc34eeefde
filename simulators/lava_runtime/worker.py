"""A worker of Lava or lava-dl at work: waited for, how far it is, and what it said at its end."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

LOG = "worker.log"
LOG_LINES = 8
ERROR, PROGRESS = "error.txt", "progress.npy"
POLL_S = 0.1


def wait(
    worker: subprocess.Popen[bytes],
    limit_s: float,
    folder: Path,
    progress: Callable[[int], None] | None,
) -> int | None:
    """The worker's exit status, or None when it is still running after `limit_s`.

    progress: called with the steps that are done.
    """
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        try:
            return worker.wait(min(POLL_S, max(0.0, end - time.monotonic())))
        except subprocess.TimeoutExpired:
            if progress is not None:
                progress(steps_done(folder))
    return None


def steps_done(folder: Path) -> int:
    """As the worker says; 0 before it says anything."""
    path = folder / PROGRESS
    return int(np.load(path)[0]) if path.exists() else 0


def reason(folder: Path, status: int) -> str:
    """Why a worker ended with a status that is not 0."""
    path = folder / ERROR
    if path.exists():
        return path.read_text(encoding="utf-8", errors="replace").strip()
    return f"the worker ended with status {status} and no message (memory may have run out)"


def last_lines(folder: Path) -> str:
    """Of the worker's log; "" where it said nothing."""
    log = (folder / LOG).read_text(encoding="utf-8", errors="replace").strip()
    lines = log.splitlines()[-LOG_LINES:]
    return "Last lines of the worker:\n" + "\n".join(lines) if lines else ""
