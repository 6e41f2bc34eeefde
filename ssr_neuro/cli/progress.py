"""The stopwatch of a command, whose steps are shown on standard error."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Self

from ssr_neuro.cli.console import is_quiet
from ssr_neuro.progress import task
from ssr_neuro.stopwatch import Stopwatch


class Progress(Stopwatch):
    """Shows the work and each of its steps, unless the command is --quiet."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.shown = not is_quiet()
        self._task = task(what, shown=self.shown)
        self._entered = ExitStack()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        outer = self._task
        with task(name, shown=self.shown) as self._task, super().step(name):
            yield
        self._task = outer

    def say(self, detail: str) -> None:
        """A few words on where the step is."""
        self._task.update(detail=detail)

    def __enter__(self) -> Self:
        self._entered.enter_context(self._task)
        return self

    def __exit__(self, *error: object) -> None:
        self._entered.close()
