"""A stopwatch that people see."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.status import Status

from ssr_neuro.cli.output import errors
from ssr_neuro.stopwatch import Stopwatch


class working(Stopwatch):
    """A stopwatch that says on standard error what is going on."""

    def __init__(self, quiet: bool) -> None:
        self._status = Status("", console=errors)
        self._quiet = quiet
        super().__init__(self.say)

    def say(self, what: str) -> None:
        """Show what is going on, on a terminal."""
        if self._quiet:
            return
        self._status.update(what)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Without the spinner, for a step that shows a bar of its own."""
        self._status.stop()
        yield
        if not self._quiet:
            self._status.start()

    def __enter__(self) -> "working":
        if not self._quiet:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._status.stop()
