"""What long work shows on standard error: bars on a terminal, plain lines anywhere else."""

import sys

from ssr_neuro.progress.task import Task

__all__ = ["Task", "heartbeat", "task"]


def task(what: str, total: float | None = None, *, shown: bool = True, keep: bool = False) -> Task:
    """Long work called `what`, to be entered with `with` and updated while it goes on.

    total: `done` at its end, None where that is not known. shown: False shows nothing.
    keep: leave the bar on the terminal at the end.
    """
    if not shown or sys.stderr is None:
        return Task(what, total)
    from ssr_neuro.progress.bar import BarTask, terminal
    from ssr_neuro.progress.lines import LineTask

    console = terminal()
    return LineTask(what, total) if console is None else BarTask(what, total, console, keep=keep)


def heartbeat(what: str, *, shown: bool = True) -> Task:
    """A command as a whole: a line every half minute in which no task within it is shown.

    On a terminal it shows nothing.
    """
    if not shown or sys.stderr is None or sys.stderr.isatty():
        return Task(what)
    from ssr_neuro.progress.lines import LineTask

    return LineTask(what)
