"""The clock of a GPU over a run: one that falls under load makes a measurement another's."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ssr_neuro.errors import BackendFailed
from ssr_neuro.measure.figures import Clocks

EVERY_S = 0.1
# Boost clocks move by steps of 15 MHz, under 1 %; what throttles falls by far more.
TOLERANCE = 0.05
ReadMhz = Callable[[], float]


@contextmanager
def sample_clock(read: ReadMhz | None, every_s: float = EVERY_S) -> Iterator[list[float]]:
    """Readings of the clock in MHz while the context is open, taken in a thread; the last is that
    of its end. Empty where there is no clock, or it stops to answer."""
    readings: list[float] = []
    if read is None:
        yield readings
        return
    done, failed = threading.Event(), threading.Event()

    def watch() -> None:
        try:
            while not done.wait(every_s):
                readings.append(read())
            readings.append(read())
        except BackendFailed:
            failed.set()

    thread = threading.Thread(target=watch, name="clock samples", daemon=True)
    thread.start()
    try:
        yield readings
    finally:
        done.set()
        thread.join()
        if failed.is_set():
            readings.clear()


def judge_clocks(readings: Sequence[float], tolerance: float = TOLERANCE) -> Clocks | None:
    """None where nothing was read."""
    if not readings:
        return None
    least, largest = min(readings), max(readings)
    differ = (largest - least) / largest if largest else 0.0
    mean = sum(readings) / len(readings)
    return Clocks(len(readings), least, mean, largest, differ, tolerance)
