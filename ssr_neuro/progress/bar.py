"""Progress on a terminal: a spinner, and a bar where the end of the work is known."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from ssr_neuro.progress.task import Task

WIDE = 110  # columns from which there is room for more than the words


def terminal() -> Console | None:
    """Standard error, where it is a terminal that can redraw a line."""
    console = Console(stderr=True, highlight=False, emoji=False)
    return console if console.is_terminal and not console.is_dumb_terminal else None


class BarTask(Task):
    """A line on a terminal that is redrawn while the work goes on."""

    is_shown = True

    def __init__(self, what: str, total: float | None, console: Console, *, keep: bool) -> None:
        super().__init__(what, total)
        self._keep = keep
        columns = _columns(console, known=total is not None)
        self._progress = Progress(*columns, console=console, transient=not keep)
        self._id = self._progress.add_task(what, total=total, detail="")

    def update(self, done: float | None = None, detail: str | None = None) -> None:
        super().update(done, detail)
        self._progress.update(self._id, completed=self.done, detail=self.detail)

    def say(self, line: str) -> None:
        self._progress.console.print(line, markup=False, soft_wrap=True)

    def start(self) -> None:
        self._progress.start()

    def pause(self) -> None:
        self._progress.stop()


def _columns(console: Console, *, known: bool) -> list[ProgressColumn]:
    wide = console.width >= WIDE
    columns: list[ProgressColumn] = [
        SpinnerColumn("line" if console.options.ascii_only else "dots"),
        TextColumn("{task.description}", markup=False),
    ]
    if known:
        columns += [BarColumn(40 if wide else 10), TaskProgressColumn()]
    wraps = Column(no_wrap=False, overflow="fold")
    columns.append(TextColumn("{task.fields[detail]}", markup=False, table_column=wraps))
    if wide or not known:
        columns.append(TimeElapsedColumn())
    return [*columns, TimeRemainingColumn()] if known else columns
