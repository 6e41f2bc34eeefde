"""Energy from readings of the power, taken all the time in a thread, for GPUs without a counter."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from time import perf_counter

from ssr_neuro.errors import BackendFailed
from ssr_neuro.measure.contents import EnergySource

EVERY_S = 0.02
Sample = tuple[float, float]


@dataclass
class PowerMeter:
    """read: the power in W now; raises BackendFailed where it cannot be read.

    The first and the last sample are those of `start` and `stop`, so that nothing is left out.
    """

    source: EnergySource
    read: Callable[[], float]
    clock: Callable[[], float] = perf_counter
    _samples: list[Sample] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _failed: BackendFailed | None = None

    def start(self) -> None:
        self._samples, self._failed = [], None
        self._done.clear()
        self._sample()
        self._thread = threading.Thread(target=self._watch, name="power samples", daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._done.set()
        if self._thread is not None:
            self._thread.join()
        if self._failed is not None:
            raise self._failed
        self._sample()
        return joules(self._samples)

    def _watch(self) -> None:
        try:
            while not self._done.wait(EVERY_S):
                self._sample()
        except BackendFailed as error:
            self._failed = error  # told by `stop`, in the thread that measures

    def _sample(self) -> None:
        self._samples.append((self.clock(), self.read()))


def joules(samples: Sequence[Sample]) -> float:
    """(seconds, watts) in the order of time -> energy, as if power went straight in between."""
    return sum((b - a) * (before + after) / 2 for (a, before), (b, after) in pairwise(samples))
