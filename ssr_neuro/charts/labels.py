"""Names beside the points they belong to, moved as little as needed so that none overlap."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ssr_neuro.charts.svg import GLYPH, line, shorten, text

HEIGHT, GAP, LEADER = 15, 13, 6
SHORTEST = 8 * GLYPH  # room from which on a name stands left of its point


@dataclass(frozen=True)
class Label:
    """words: beside the point (x, y). left: to stand left of it where there is room."""

    words: str
    x: float
    y: float
    kind: str = "name"
    left: bool = False


def labels(given: Sequence[Label], left: float, right: float, top: float, bottom: float) -> Markup:
    """Within `left` and `right`, each name shortened to the room there, and `top` and `bottom`."""
    on_left = [one for one in given if one.left and _fits(one, left)]
    on_right = [one for one in given if one not in on_left]
    marks = (*_side(on_left, -1, left, top, bottom), *_side(on_right, 1, right, top, bottom))
    return Markup("").join(marks)


def spread_apart(places: Sequence[float], least: float, low: float, high: float) -> list[float]:
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


def _fits(one: Label, left: float) -> bool:
    return one.x - GAP - left >= min(len(one.words) * GLYPH, SHORTEST)


def _side(
    given: Sequence[Label], sign: int, edge: float, top: float, bottom: float
) -> Iterator[Markup]:
    anchor = "" if sign > 0 else " end"
    ups = spread_apart([one.y for one in given], HEIGHT, top, bottom)
    for one, up in zip(given, ups, strict=True):
        at = one.x + sign * GAP
        if abs(up - one.y) > LEADER:
            yield line(one.x + sign * 6, one.y, at - sign * 3, up, "leader")
        yield text(shorten(one.words, abs(edge - at)), at, up + 4, f"{one.kind}{anchor}")
