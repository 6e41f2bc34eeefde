"""The stopwatch of a command, whose steps are shown on standard error."""

from collections.abc import Iterator
from contextlib import contextmanager

from ssr_neuro.cli.console import is_quiet
from ssr_neuro.progress import Task, task
from ssr_neuro.stopwatch import Stopwatch


class Progress(Stopwatch):
    """Shows each step while it goes on, unless the command is --quiet."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = not is_quiet()
        self._task = Task("", None)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        before = self._task
        with task(name, shown=self.shown) as self._task, super().step(name):
            yield
        self._task = before

    def say(self, detail: str) -> None:
        """What is going on within the step."""
        self._task.update(detail=detail)
