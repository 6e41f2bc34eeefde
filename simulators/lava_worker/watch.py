"""Notices what Lava does not: a process that failed, one that was killed, a caller that is gone.

When a Lava process fails, `run()` and `stop()` wait for ever, and an ordinary end of the
interpreter waits for the children. So whatever goes wrong ends in `fail`, which ends at once.
"""

import ctypes
import os
import shutil
import signal
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, Optional, Type

from .program import Refused

FAILED, REFUSED = 1, 3
POLL_S = 0.2
_PR_SET_PDEATHSIG = 1


class Watcher:
    """Watches the actors of the runtime that `root` is run by. `caller`: the parent's id;
    `keep`: leave the files when it is gone."""

    def __init__(self, folder: Path, caller: int, keep: bool) -> None:
        self.folder, self.caller, self.keep = folder, caller, keep
        self.root: Any = None
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """From here on an uncaught error ends the worker, and every child dies with it."""
        sys.excepthook = self._uncaught
        if sys.platform == "linux":
            worker = os.getpid()
            os.register_at_fork(after_in_child=lambda: _die_with(worker))
        self.thread.start()

    def stop(self) -> None:
        """Stop watching; Lava closes the pipes that are watched when it stops."""
        self.ended.set()
        self.thread.join()

    def fail(self, message: str, status: int = FAILED) -> None:
        (self.folder / "error.txt").write_text(message + "\n")
        sys.stdout.flush()
        os._exit(status)

    def _watch(self) -> None:
        while not self.ended.wait(POLL_S):
            if os.getppid() != self.caller:
                self._leave()
            fault = self._fault()
            if fault:
                self.fail(fault)

    def _leave(self) -> None:
        """The caller is gone: nobody is left to read a message or to remove the files."""
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)
        os._exit(FAILED)

    def _fault(self) -> "Optional[str]":
        runtime = self.root and self.root.runtime
        if not runtime or not runtime._messaging_infrastructure:
            return None
        processes = list(runtime._executable.proc_builders)
        for i, actor in enumerate(list(runtime._messaging_infrastructure.actors)):
            is_service = i >= len(processes)
            name = "its runtime service" if is_service else _describe(processes[i])
            fault = _fault_of(actor)
            if fault:
                return f"{name} {fault}"
        return None

    def _uncaught(
        self, kind: "Type[BaseException]", error: BaseException, trace: "Optional[TracebackType]"
    ) -> None:
        traceback.print_exception(kind, error, trace)
        status = REFUSED if isinstance(error, Refused) else FAILED
        own = str(error) if isinstance(error, Refused) else f"{kind.__name__}: {error}"
        self.fail(self._fault() or own, status)


def _describe(process: Any) -> str:
    return f"{type(process).__name__} {process.name!r}"


def _fault_of(actor: Any) -> "Optional[str]":
    try:
        exception = actor.exception
        status = None if actor._is_done else actor.exitcode
    except (OSError, EOFError, ValueError):  # joined, and its pipe closed, at this very moment
        return None
    if exception:
        error, trace = exception
        print(trace, file=sys.stderr)
        return f"failed with {type(error).__name__}: {error}"
    if status is not None and status < 0:
        return f"was ended by {signal.Signals(-status).name} (memory may have run out)"
    return f"ended with status {status}" if status else None


def _die_with(worker: int) -> None:
    """In a child, on Linux: be killed when the worker ends, however it ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != worker:
        os._exit(FAILED)
