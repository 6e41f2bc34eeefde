"""A piece of long work; of those that lie within one another the innermost is shown."""

from types import TracebackType
from typing import ClassVar, Self


class Task:
    """Long work that shows nothing, and the base of those that are shown."""

    is_shown: ClassVar[bool] = False
    _entered: ClassVar[list["Task"]] = []  # those that are shown, outermost first

    def __init__(self, what: str, total: float | None = None) -> None:
        self.what, self.total = what, total
        self.done, self.detail = 0.0, ""

    def update(self, done: float | None = None, detail: str | None = None) -> None:
        """How much is done, and a few words about it; what is None stays as it was."""
        self.done = self.done if done is None else done
        self.detail = self.detail if detail is None else detail

    def say(self, line: str) -> None:
        """Print a line that stays."""

    def start(self) -> None:
        """Begin to be shown, or go on after `pause`."""

    def pause(self) -> None:
        """Stop being shown, for a task within this one, or for good."""

    def __enter__(self) -> Self:
        if not self.is_shown:
            return self
        if Task._entered:
            Task._entered[-1].pause()
        Task._entered.append(self)
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self.is_shown:
            return
        self.pause()
        Task._entered.remove(self)
        if Task._entered:
            Task._entered[-1].start()
