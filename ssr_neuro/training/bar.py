"""The progress bar of a training run, and a Ctrl-C that waits for the end of the step."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

# done (0 to 1), step, loss, mean firing rate, best validation NDCG@10 so far
Show = Callable[[float, int, float, float | None, float], None]


PIPE_WIDTH = 120  # a pipe or a log has no width of its own


@contextmanager
def training_bar(*, shown: bool) -> Iterator[Show]:
    """A bar on standard error with steps, loss, firing rate, best NDCG@10 and the time to go."""
    columns = (
        TextColumn("training"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("step {task.fields[step]}  loss {task.fields[loss]:.3f}{task.fields[rate]}"),
        TextColumn("best NDCG@10 {task.fields[best]:.4f}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    width = None if sys.stderr.isatty() else PIPE_WIDTH
    progress = Progress(*columns, console=Console(stderr=True, width=width), disable=not shown)
    with progress:
        task = progress.add_task("training", total=1.0, step=0, loss=0.0, rate="", best=0.0)

        def show(done: float, step: int, loss: float, rate: float | None, best: float) -> None:
            fires = "" if rate is None else f"  firing {rate:.1%}"
            progress.update(task, completed=done, step=step, loss=loss, rate=fires, best=best)

        yield show


@contextmanager
def stop_requests() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C or a termination was asked for; a second Ctrl-C interrupts at once.

    A step that is cut in the middle would leave half-updated weights to be saved.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set  # only the main thread may handle signals
        return

    def ask(number: int, frame: FrameType | None) -> None:
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, ask)
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
