"""Progress without a terminal, as in a log: one line every half minute, whatever the task."""

import sys
import threading
import time
from collections.abc import Callable
from typing import ClassVar

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
    """Prints how far it is, half a minute after the last line of this task or of another.

    Many short tasks in a row so print no line each. clock: seconds.
    """

    is_shown = True
    _written_s: ClassVar[float] = 0.0  # when the last line was printed, or the outermost task began

    def __init__(
        self,
        what: str,
        total: float | None = None,
        *,
        write: Write = write_line,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(what, total)
        self._write, self._clock = write, clock
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._began_s: float | None = None

    def say(self, line: str) -> None:
        LineTask._written_s = self._clock()
        self._write(line)

    def start(self) -> None:
        if self._began_s is None:
            self._began_s = self._clock()
            if len(Task._entered) == 1:
                LineTask._written_s = self._began_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self.report, args=(self._stopped.wait,), daemon=True)
        self._thread.start()

    def pause(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def report(self, wait: Callable[[float], bool]) -> None:
        """A line every EVERY_S, until `wait`, which gets seconds, says to stop."""
        while not wait(self._seconds_left()):
            if self._seconds_left() <= 0:
                self.say(self.line())

    def line(self) -> str:
        """How far the work is, in words; the share of it where nothing was said."""
        share = f"{self.done / self.total:.0%}" if self.total else ""
        taken = f"{self._clock() - (self._began_s or 0.0):,.0f} s"
        return f"{self.what}: {', '.join(part for part in (self.detail or share, taken) if part)}"

    def _seconds_left(self) -> float:
        """Until the next line; half a minute after the last one of any task."""
        return max(0.0, LineTask._written_s + EVERY_S - self._clock())
