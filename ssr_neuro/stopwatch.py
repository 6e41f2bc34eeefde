"""Wall-clock seconds of named steps, told to whoever listens as they begin and end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter


class Stopwatch:
    """`steps` collects (name, seconds) in the order in which steps end.

    A listener overrides `say`. shown: whether anybody sees progress, so that bars are drawn.
    """

    shown = False

    def __init__(self, begins: Callable[[str], None] | None = None) -> None:
        self.steps: list[tuple[str, float]] = []
        self._begins = begins

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step, named to the listener as it begins."""
        if self._begins:
            self._begins(name)
        start = perf_counter()
        yield
        self.steps.append((name, perf_counter() - start))

    def say(self, what: str) -> None:
        """Something worth showing within a step; nobody listens here."""
