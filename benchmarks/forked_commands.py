"""Commands in processes that were forked from one which has imported the packages.

So the work of a command can be stopped and limited without waiting for imports each time.
"""

import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

SSR = (sys.executable, "-m", "ssr_neuro.cli")


class Started:
    """A command under way: forked, or a process from the start. code: once it has ended.

    log: for what it says, else a file beside the folder. first: what the forked child does before
    it becomes the command, such as to limit itself.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        *,
        fresh: bool = False,
        log: Path | None = None,
        first: Callable[[], object] = bool,
    ) -> None:
        self.code: int | None = None
        self.log = log or folder.parent / f"{folder.name}.log"
        if fresh:
            with self.log.open("wb") as log:
                self.pid = subprocess.Popen(
                    [*SSR, *command], cwd=folder, stdout=log, stderr=log
                ).pid
        elif (pid := os.fork()) == 0:
            _become(command, folder, self.log, first)
        else:
            self.pid = pid

    def poll(self) -> bool:
        """Whether it has ended."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code is not None

    def wait(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not self.poll() and time.monotonic() < end:
            time.sleep(0.02)
        return self.code is not None


def _become(command: Sequence[str], folder: Path, log: Path, first: Callable[[], object]) -> None:
    """The forked child: the command itself, as its entry point runs it."""
    code: Any = 1
    try:
        os.chdir(folder)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.argv = ["ssr", *command]
        first()
        from ssr_neuro.cli import main

        main()
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(code if isinstance(code, int) else 1)


def in_child(holds: Callable[[], bool]) -> bool:
    """Whether it holds, found out in a forked process: no thread begins in this one."""
    if (child := os.fork()) == 0:
        code = 1
        try:
            code = 0 if holds() else 1
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def import_packages(modules: Iterable[str]) -> None:
    """What the forked children need not import; nothing of it is run here."""
    for name in modules:
        import_module(name)
