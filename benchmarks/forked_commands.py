"""Commands in processes that were forked from one which has imported the packages.

So the work of a command can be stopped and limited without waiting for imports each time.
"""

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path

SSR = (sys.executable, "-m", "ssr_neuro.cli")
FORK = multiprocessing.get_context("fork")


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
        self._look: Callable[[], int | None]
        if fresh:
            with self.log.open("wb") as said:
                own = subprocess.Popen([*SSR, *command], cwd=folder, stdout=said, stderr=said)
            self.pid, self._look = own.pid, own.poll
        else:
            forked = FORK.Process(target=_become, args=(command, folder, self.log, first))
            forked.start()
            assert forked.pid is not None
            self.pid, self._look = forked.pid, lambda: forked.exitcode

    def poll(self) -> bool:
        """Whether it has ended."""
        self.code = self._look()
        return self.code is not None

    def wait(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not self.poll() and time.monotonic() < end:
            time.sleep(0.02)
        return self.code is not None


def _become(command: Sequence[str], folder: Path, log: Path, first: Callable[[], object]) -> None:
    """The forked child: the command itself, as its entry point runs it."""
    os.chdir(folder)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.argv = ["ssr", *command]
    first()
    from ssr_neuro.cli import main

    main()


def in_child(holds: Callable[[], bool]) -> bool:
    """Whether it holds, found out in a forked process: no thread begins in this one."""
    child = FORK.Process(target=_exit_by, args=(holds,))
    child.start()
    child.join()
    return child.exitcode == 0


def _exit_by(holds: Callable[[], bool]) -> None:
    sys.exit(0 if holds() else 1)


def import_packages(modules: Iterable[str]) -> None:
    """What the forked children need not import; nothing of it is run here."""
    for name in modules:
        import_module(name)
