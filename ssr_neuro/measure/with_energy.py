"""Timed runs with what they cost: the device at rest, warm, at work, and at rest again."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ssr_neuro.errors import BackendFailed
from ssr_neuro.measure.clocks import ReadMhz, judge_clocks, sample_clock
from ssr_neuro.measure.energy import Meter, energy
from ssr_neuro.measure.figures import Clocks, Energy, Idle
from ssr_neuro.measure.forms import Ready
from ssr_neuro.measure.served import Served
from ssr_neuro.measure.timing import Timed, Times, time_batches

Result = TypeVar("Result")


@dataclass(frozen=True)
class Costed:
    """energy: or why there is none. warm_up_runs: before the timed ones, not counted. clocks: of
    the timed runs, None where none is read."""

    timed: Timed
    warm_up_runs: int
    energy: Energy | str
    clocks: Clocks | None = None


def time_with_energy(
    served: Served,
    given: Sequence[Ready],
    times: Times,
    meter: Meter | str,
    sleep: Callable[[float], None] = time.sleep,
    clock_mhz: ReadMhz | None = None,
) -> Costed:
    """given: batches of one size. meter: or why there is none; then the device does not rest.
    clock_mhz: reads the device's clock."""
    meter = _long_enough(meter, times)
    before = _measure_idle(meter, times, sleep)
    warm_up_runs = len(time_batches(served, given, times.warm_up_s).times_s)
    with sample_clock(clock_mhz) as readings:
        found, joules = _run_metered(meter, lambda: time_batches(served, given, times.seconds))
    after = _measure_idle(meter, times, sleep)
    inferences = len(found.times_s) * len(given[0][1])
    energy_found = _energy(found, inferences, before, joules, after)
    return Costed(found, warm_up_runs, energy_found, judge_clocks(readings))


def _energy(
    found: Timed, inferences: int, before: Idle | str, joules: float | str, after: Idle | str
) -> Energy | str:
    if isinstance(before, str):
        return before
    if isinstance(joules, str):
        return joules
    if isinstance(after, str):
        return after
    return energy(joules, found.duration_s, inferences, (before, after))


def _long_enough(meter: Meter | str, times: Times) -> Meter | str:
    if isinstance(meter, str) or min(times.seconds, times.idle_s) >= meter.source.least_s:
        return meter
    least_s = meter.source.least_s
    return (
        f"{times.seconds:g} s of runs and {times.idle_s:g} s of rest are too short for the "
        f"{meter.source.name} counter, which takes {least_s:g} s of both; give --seconds and "
        "--idle-seconds of at least that"
    )


def _measure_idle(meter: Meter | str, times: Times, sleep: Callable[[float], None]) -> Idle | str:
    """The idle power, or why it is not known."""
    if isinstance(meter, str):
        return meter
    sleep(times.settle_s)
    begin = time.perf_counter()
    _, joules = _run_metered(meter, lambda: sleep(times.idle_s))
    duration_s = time.perf_counter() - begin
    return joules if isinstance(joules, str) else Idle(joules / duration_s, duration_s)


def _run_metered(meter: Meter | str, do: Callable[[], Result]) -> tuple[Result, float | str]:
    """What it gave, and its joules or why they are not known."""
    if isinstance(meter, str):
        return do(), meter
    try:
        meter.start()
    except BackendFailed as error:
        return do(), str(error)
    try:
        result = do()
    finally:
        joules = _stop(meter)  # also where it fails: a meter may sample in a thread
    return result, joules


def _stop(meter: Meter) -> float | str:
    try:
        return meter.stop()
    except BackendFailed as error:
        return str(error)
