"""Scales of an axis, straight or logarithmic, with round places to write numbers at."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, copysign, floor, log10

DECADES = 2.5  # from which on only powers of ten are written
SMALLEST, LARGEST = 1e-300, 1e300  # in size, but for 0; what is beyond is drawn at the end
WIDE = 20  # largest over smallest from which on a scale is logarithmic


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` on pixels from `start` to `stop`."""

    low: float
    high: float
    start: float
    stop: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Pixel of a value; beyond the ends the nearer end."""
        low, high, here = self.low, self.high, min(max(value, self.low), self.high)
        if self.logarithmic:
            low, high, here = log10(low), log10(high), log10(here)
        share = (here - low) / (high - low) if high > low else 0.5
        return self.start + share * (self.stop - self.start)

    def ticks(self, about: int = 5) -> list[float]:
        """Round values within the scale."""
        if self.logarithmic:
            powers = self._powers()
            every = max(1, -(-len(powers) // (2 * about)))
            return powers[::every]
        step = _round_step((self.high - self.low) / about)
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [round(k * step, 12) for k in range(first, last + 1)]

    def _powers(self) -> list[float]:
        low, high = floor(log10(self.low)), ceil(log10(self.high))
        factors = (1,) if log10(self.high / self.low) > DECADES else (1, 2, 5)
        made = (f * 10.0**k for k in range(low, high + 1) for f in factors)
        return [value for value in made if self.low <= value * (1 + 1e-9) and value <= self.high]


def scale(
    values: Iterable[float], start: float, stop: float, *, zero: bool = False, wide: float = WIDE
) -> Scale:
    """A scale with a little room around the values.

    Logarithmic where all are positive and the largest is `wide` times the smallest; else straight,
    from 0 where `zero` says so.
    """
    found = [_within_floats(value) for value in values]
    low, high = min(found, default=0.0), max(found, default=1.0)
    if low > 0 and high / low >= wide:
        return Scale(low / 1.5, high * 1.5, start, stop, logarithmic=True)
    room = 0.08 * (high - low) or 0.08 * abs(high) or 1.0
    return Scale(0.0 if zero and low >= 0 else low - room, high + room, start, stop)


def _within_floats(value: float) -> float:
    """The nearest number that has room for ticks around it before floats end."""
    size = min(max(abs(value), SMALLEST), LARGEST)
    return copysign(size, value) if value else value


def _round_step(step: float) -> float:
    if step <= 0:
        return 1.0
    power = 10.0 ** floor(log10(step))
    return next(f * power for f in (1, 2, 5, 10) if f * power >= 0.8 * step)
