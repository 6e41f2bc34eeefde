"""Wall-clock seconds of named steps, told to whoever listens as they begin and end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter


class Stopwatch:
    """`steps` collects (name, seconds) in the order in which steps end."""

    def __init__(self, begins: Callable[[str], None] | None = None) -> None:
        self.steps: list[tuple[str, float]] = []
        self._begins = begins

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        if self._begins:
            self._begins(name)
        start = perf_counter()
        yield
        self.steps.append((name, perf_counter() - start))
