"""What a line chart shows: panels of series over two axes. `ssr_neuro.charts.figure` draws them."""

from dataclasses import dataclass
from typing import NamedTuple

from ssr_neuro.charts.palette import LINES

LOOKS = len(LINES)

Tick = tuple[float, str]


class Point(NamedTuple):
    """error: half the length of the bar through the point, in units of y; 0 draws none."""

    x: float
    y: float
    error: float = 0.0


@dataclass(frozen=True)
class Series:
    """look: number of its colour and mark, from 0. joined: with a line from point to point.

    marked: the points that have a mark, by their number; None marks all.
    """

    name: str
    points: tuple[Point, ...]
    look: int
    joined: bool = True
    marked: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Axis:
    """title: quantity and unit. log: powers of `base` at equal distances.

    ticks: where they stand and what is written there, "\\n" between lines; None finds round values.
    """

    title: str
    log: bool = False
    base: int = 2
    ticks: tuple[Tick, ...] | None = None


@dataclass(frozen=True)
class Panel:
    """level: a value of y that everything is compared with.

    dodge: points of several series at the same x stand side by side.
    """

    title: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    level: float | None = None
    dodge: bool = False
