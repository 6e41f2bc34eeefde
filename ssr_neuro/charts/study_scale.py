"""From values to pixels, and round values for ticks."""

from dataclasses import dataclass
from math import ceil, floor, log2, log10

from ssr_neuro.charts.content import Axis, Tick

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
# Room beyond the outermost ticks that were given, as a share of the axis, and with one tick alone.
MARGIN, ALONE = 0.08, 1.0


@dataclass(frozen=True)
class Scale:
    """Values from low to high, in pixels from start to end; ticks lie between."""

    low: float
    high: float
    start: float
    end: float
    log: bool
    ticks: tuple[Tick, ...]

    def at(self, value: float) -> float:
        """The place of a value in pixels."""
        place, low, high = (log2(v) if self.log else v for v in (value, self.low, self.high))
        return self.start + (place - low) / (high - low) * (self.end - self.start)


def scale(axis: Axis, values: list[float], start: float, end: float) -> Scale:
    """An axis that holds all values; those of a log axis are above 0."""
    if axis.log:
        return _log(axis, values, start, end)
    if axis.ticks is not None:
        held = [*values, *(value for value, _ in axis.ticks)]
        room = MARGIN * (max(held) - min(held)) or ALONE
        return Scale(min(held) - room, max(held) + room, start, end, False, axis.ticks)
    found = round_values(min(values), max(values))
    return Scale(
        found[0], found[-1], start, end, False, tuple(zip(found, _said(found), strict=True))
    )


def round_values(low: float, high: float, about: int = 5) -> list[float]:
    """About so many equally spaced round values, from at most `low` to at least `high`.

    A billionth of a step counts as nothing: 0.3 / 0.1 is not 3.
    """
    span = (high - low) or abs(high) * 0.1 or 1.0
    power = 10.0 ** floor(log10(span / about))
    step = next(s * power for s in STEPS if s * power * about >= span * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    if first == last:
        first, last = first - 1, last + 1
    # Rounded to the step's own decimals: 3 * 0.1 is not 0.3.
    return [round(number * step, _decimals(step)) for number in range(first, last + 1)]


def _decimals(step: float) -> int:
    exact = next(d for d in range(16) if abs(round(step, d) - step) < step * 1e-6)
    return exact


def _said(values: list[float]) -> list[str]:
    decimals = _decimals(values[1] - values[0])
    return [f"{value:,.{decimals}f}" for value in values]


def _log(axis: Axis, values: list[float], start: float, end: float) -> Scale:
    held = values + [value for value, _ in axis.ticks or ()]
    first, last = floor(log2(min(held))), ceil(log2(max(held)))
    if axis.ticks is not None:
        room = 2 ** (MARGIN * max(log2(max(held)) - log2(min(held)), 1.0))
        return Scale(min(held) / room, max(held) * room, start, end, True, axis.ticks)
    if first == last:
        first, last = first - 1, last + 1
    ticks = tuple((2.0**power, f"{2.0**power:,.10g}") for power in range(first, last + 1))
    return Scale(2.0**first, 2.0**last, start, end, True, ticks)
