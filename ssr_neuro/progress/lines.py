"""Progress without a terminal, as in a log: a line at the start, then one every half minute."""

import sys
import threading
import time
from collections.abc import Callable

from ssr_neuro.progress.task import Task

EVERY_S = 30.0

Write = Callable[[str], None]


def write_line(line: str) -> None:
    """One whole line on standard error.

    A log that cannot be written to any more, as where the reader of a pipe has gone, is no reason
    to lose the work: whatever is printed last ends the command.
    """
    try:
        print(line, file=sys.stderr, flush=True)
    except OSError:
        return


class LineTask(Task):
    """Prints `what` when it begins, and how far it is while it goes on.

    clock: seconds. begins_silently: nothing is printed for the first half minute.
    """

    is_shown = True

    def __init__(
        self,
        what: str,
        total: float | None = None,
        *,
        write: Write = write_line,
        clock: Callable[[], float] = time.monotonic,
        begins_silently: bool = False,
    ) -> None:
        super().__init__(what, total)
        self._begins_silently = begins_silently
        self._write, self._clock = write, clock
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._began_s: float | None = None

    def say(self, line: str) -> None:
        self._write(line)

    def start(self) -> None:
        if self._began_s is None:
            self._began_s = self._clock()
            if not self._begins_silently:
                self._write(self.what)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self.report, args=(self._stopped.wait,), daemon=True)
        self._thread.start()

    def pause(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def report(self, wait: Callable[[float], bool]) -> None:
        """A line every EVERY_S, until `wait`, which gets these seconds, says to stop."""
        while not wait(EVERY_S):
            self._write(self.line())

    def line(self) -> str:
        """How far the work is, in words; the share of it where nothing was said."""
        share = f"{self.done / self.total:.0%}" if self.total else ""
        taken = f"{self._clock() - (self._began_s or 0.0):,.0f} s"
        return f"{self.what}: {', '.join(part for part in (self.detail or share, taken) if part)}"
