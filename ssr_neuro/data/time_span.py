"""From when to when the interactions of a data set happened, and how finely that is known."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from ssr_neuro.data.dataset import Dataset, FloatArray
from ssr_neuro.data.times import LEAST_CLOCK_S

DAY_S = 86_400.0
LONGEST_LOG_S = 1e9  # 31 years: seconds since the user's first are fewer


@dataclass(frozen=True)
class TimeSpan:
    """first_s, last_s: in seconds. unit: of the source. kind: what the numbers count from.

    kind is "clock" (since 1970), "since the user's first" (every history begins with 0), or
    "unknown": so small that they may as well be ranks or numbers of days. whole_days: no time of
    day is known.
    """

    first_s: float
    last_s: float
    unit: str
    kind: str
    whole_days: bool

    @property
    def described(self) -> str:
        """From when to when, in words."""
        if self.kind == "clock":
            return f"{_date(self.first_s)} to {_date(self.last_s)}"
        if self.kind == "unknown":
            return f"{self.first_s:,.10g} to {self.last_s:,.10g}"
        return f"0 to {self.last_s / DAY_S:,.1f} days after the user's first"

    @property
    def unit_described(self) -> str:
        """The unit in words, with what it was taken for."""
        said = self.unit if self.unit == "seconds" else f"{self.unit}, read as seconds"
        if self.kind == "unknown":
            return "not known: too small for seconds since 1970; taken as seconds"
        return f"{said}; whole days" if self.whole_days else said


def time_span(dataset: Dataset) -> TimeSpan | None:
    """None where no times were read."""
    times = dataset.times_s
    if times is None:
        return None
    return TimeSpan(
        first_s=float(times.min()),
        last_s=float(times.max()),
        unit=dataset.time_unit or "seconds",
        kind=_kind(times, times[dataset.offsets[:-1]]),
        whole_days=bool((np.mod(times, DAY_S) == 0).all()),
    )


def _kind(times: FloatArray, firsts: FloatArray) -> str:
    if not firsts.any() and 0 < times.max() < LONGEST_LOG_S:
        return "since the user's first"
    return "clock" if np.abs(times).max() >= LEAST_CLOCK_S else "unknown"


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
