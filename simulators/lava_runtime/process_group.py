"""Runs a command in a session of its own and leaves none of its processes behind."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

GRACE_S = 10.0
# Multiprocessing's tracker removes the shared memory of the dead, then ends by itself.
_TRACKER = "resource_tracker"


@contextmanager
def session(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start `command`, its output in `log`; on leaving, every process of its session is gone."""
    with log.open("wb") as output:
        leader = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
    try:
        yield leader
    finally:
        _end(leader)


def _end(leader: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + GRACE_S
    leader.kill()
    leader.wait()
    while left := _members(leader.pid):
        for process in left:
            if not _is_tracker(process) or time.monotonic() > give_up:
                _kill(process)
        time.sleep(0.02)


def _members(session_id: int) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if _lives_in(process, session_id)]


def _lives_in(process: psutil.Process, session_id: int) -> bool:
    try:
        if os.getsid(process.pid) != session_id:
            return False
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except (ProcessLookupError, PermissionError, psutil.Error):
        return False


def _is_tracker(process: psutil.Process) -> bool:
    try:
        return any(_TRACKER in word for word in process.cmdline())
    except psutil.Error:
        return False


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return
