"""From what a counter says before and after to the energy of one inference."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

from ssr_neuro.errors import BackendFailed
from ssr_neuro.measure.contents import EnergySource
from ssr_neuro.measure.figures import Energy, Idle

# No package that a counter here measures draws more; a faster one would count round unseen.
MOST_POWER_W = 1000.0


class Meter(Protocol):
    """Something that tells the energy between two moments."""

    @property
    def source(self) -> EnergySource:
        """What it is, and what it covers."""
        ...

    def start(self) -> None:
        """Begin. Raises BackendFailed where it cannot be read."""
        ...

    def stop(self) -> float:
        """Joules since `start`. Raises BackendFailed where they cannot be told."""
        ...


@dataclass(frozen=True)
class EnergyCounter:
    """A number that only grows, in joules; read raises BackendFailed where it cannot be read.

    range_j: it starts again from 0 there; None where it never does.
    """

    name: str
    read: Callable[[], float]
    range_j: float | None = None

    def grown(self, before_j: float, after_j: float) -> float:
        """Joules between two readings, at most one time round. Raises BackendFailed."""
        if after_j >= before_j:
            return after_j - before_j
        if self.range_j is None:
            raise BackendFailed(
                f"{self.name} went back from {before_j:g} to {after_j:g} J while it was measured, "
                "as after a reset of its driver; measure again"
            )
        return after_j - before_j + self.range_j


@dataclass
class CounterMeter:
    """The sum of counters, each read when the measurement starts and when it stops."""

    source: EnergySource
    counters: Sequence[EnergyCounter]
    clock: Callable[[], float] = perf_counter
    _before: list[float] = field(default_factory=list)
    _started_s: float = 0.0

    def start(self) -> None:
        self._started_s = self.clock()
        self._before = [counter.read() for counter in self.counters]

    def stop(self) -> float:
        after = [counter.read() for counter in self.counters]
        self._refuse_round_twice(self.clock() - self._started_s)
        pairs = zip(self.counters, self._before, after, strict=True)
        return sum(counter.grown(was, now) for counter, was, now in pairs)

    def _refuse_round_twice(self, elapsed_s: float) -> None:
        ranges_j = [c.range_j for c in self.counters if c.range_j is not None]
        longest_s = min(ranges_j, default=float("inf")) / MOST_POWER_W
        if elapsed_s > longest_s:
            raise BackendFailed(
                f"the energy counter starts again after {min(ranges_j):g} J and may have done so "
                f"twice in {elapsed_s:.3g} s; measure for less than {longest_s:.3g} s"
            )


def energy(gross_j: float, duration_s: float, inferences: int, idle: tuple[Idle, Idle]) -> Energy:
    """idle: before and after; the mean of their powers is taken off for the whole duration."""
    before, after = idle
    idle_j = (before.power_w + after.power_w) / 2 * duration_s
    return Energy(
        gross_j=gross_j,
        duration_s=duration_s,
        inferences=inferences,
        power_w=gross_j / duration_s,
        gross_j_per_inference=gross_j / inferences,
        net_j_per_inference=(gross_j - idle_j) / inferences,
        idle_before=before,
        idle_after=after,
        idle_drift_w=after.power_w - before.power_w,
    )
