"""The frame of a plot: grid lines, numbers along two axes, their titles, and labels kept apart."""

from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup

from ssr_neuro.charts.scale import Scale
from ssr_neuro.charts.svg import line, text

Written = Callable[[float], str]


def axes(
    x: Scale, y: Scale, titles: tuple[str, str], written: tuple[Written, Written]
) -> Iterator[Markup]:
    """x: from left to right. y: from bottom to top. titles, written: of x and of y."""
    bottom, top = y.start, y.stop
    for value in y.ticks():
        at = y.at(value)
        yield line(x.start, at, x.stop, at, "grid")
        yield text(written[1](value), x.start - 8, at + 4, "axis end")
    for value in x.ticks():
        yield line(x.at(value), bottom, x.at(value), top, "grid")
        yield text(written[0](value), x.at(value), bottom + 16, "axis")
    yield text(titles[1], x.start - 8, top - 10, "axis start title")
    yield text(titles[0], x.stop, bottom + 34, "axis end title")


def apart(places: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """The places moved as little as needed, in their order, so that none are closer than `least`.

    They stay within `low` and `high` where there is room for all.
    """
    order = sorted(range(len(places)), key=lambda k: places[k])
    moved = [0.0] * len(places)
    last = low - least
    for k in order:
        last = moved[k] = max(places[k], last + least)
    last = high + least
    for k in reversed(order):
        last = moved[k] = min(moved[k], last - least)
    return moved
