"""Runs timed one by one, and the best batch found by short ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import torch

from ssr_neuro.measure.batches import LARGEST
from ssr_neuro.measure.device import HostMemory
from ssr_neuro.measure.forms import Ready
from ssr_neuro.measure.served import Served
from ssr_neuro.out_of_memory import is_out_of_memory

LEAST_RUNS, LEAST_PROBE_RUNS = 10, 3
MOST_PROBES = LARGEST.bit_length()


@dataclass(frozen=True)
class Times:
    """Seconds: of the timed runs; of warming up; of either rest; of settling before a rest, while
    the device still falls to its idle power; of each probe for the best batch."""

    seconds: float
    idle_s: float
    warm_up_s: float
    settle_s: float
    probe_s: float

    @classmethod
    def of(cls, seconds: float, idle_s: float) -> "Times":
        """The others follow; at 20 s and 5 s they are 2 s, 2 s and 0.5 s."""
        return cls(seconds, idle_s, min(2.0, seconds / 4), min(2.0, idle_s), min(0.5, seconds / 10))

    @classmethod
    def in_budget(cls, budget_s: float, runs: int) -> "Times":
        """Times of so many runs together, which the search for the best batch shares.

        Of a run's part about a quarter is timed and either rest takes as much; what is left is for
        warming up, settling and probes, of which a search by doubling takes at most 17.
        """
        each = budget_s / runs
        return cls(
            seconds=0.27 * each,
            idle_s=0.24 * each,
            warm_up_s=0.05 * each,
            settle_s=0.03 * each,
            probe_s=0.14 * each / MOST_PROBES,
        )


@dataclass(frozen=True)
class Timed:
    """times_s: of every run, from items in the host's memory to lists there."""

    times_s: tuple[float, ...]
    duration_s: float


def batches(served: Served, windows: torch.Tensor, batch: int) -> list[Ready]:
    """Batches of exactly that size that hold every window, the first again to fill the last."""
    places = torch.arange(len(windows) + -len(windows) % batch) % len(windows)
    return [served.ready(windows[part]) for part in places.view(-1, batch)]


def time_batches(
    served: Served, given: Sequence[Ready], seconds: float, least_runs: int = LEAST_RUNS
) -> Timed:
    """Runs the batches in turn for so long, and no fewer than `least_runs`."""
    times_s: list[float] = []
    begin = end = perf_counter()
    while end - begin < seconds or len(times_s) < least_runs:
        ready = given[len(times_s) % len(given)]
        start = perf_counter()
        served.run(ready)
        end = perf_counter()
        times_s.append(end - start)
    return Timed(tuple(times_s), end - begin)


def throughputs(
    served: Served, windows: torch.Tensor, seconds: float
) -> Callable[[int], float | None]:
    """Batch -> windows per second at the median of short runs, which one slow run does not move;
    None where the memory does not hold it."""
    memory = HostMemory()

    def throughput(batch: int) -> float | None:
        if served.device.type == "cpu" and batch > 1 and not memory.holds_twice():
            return None
        try:
            (first,) = batches(served, windows[:batch], batch)
            served.run(first)
            found = time_batches(served, [first], seconds, LEAST_PROBE_RUNS)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            torch.cuda.empty_cache()
            return None
        return batch / median(found.times_s)

    return throughput
