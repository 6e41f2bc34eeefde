"""The frame of a plot: its place in the picture, grid lines, numbers along two axes, titles."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from ssr_neuro.charts.frame import Frame, width_of
from ssr_neuro.charts.scale import Scale
from ssr_neuro.charts.svg import line, shorten, text

Written = Callable[[float], str]
TOP, UNDER = 34, 44  # room above the plot and below it
BESIDE, NAMES_SHARE = 20, 0.4  # between a plot and its names; the most that names take
BOLD = 1.2  # width of bold words over that of others


@dataclass(frozen=True)
class Area:
    """Where the plot lies, in pixels. width: of the whole picture."""

    left: float
    right: float
    top: float
    bottom: float
    width: float

    @property
    def height(self) -> float:
        """Of the whole picture."""
        return self.bottom + UNDER

    @property
    def ticks(self) -> int:
        """About how many numbers fit along the x axis."""
        return max(2, min(5, int((self.right - self.left) / 70)))


def area(frame: Frame, height: float, names: Iterable[str] = ()) -> Area:
    """A plot of that height, with room for numbers left of it and names right of it.

    names: that stand there; a narrow picture gives long ones up to two fifths of its width.
    """
    left, room = (62.0, 92.0) if frame.narrow else (70.0, 190.0)
    if frame.narrow:
        longest = max((width_of(name) for name in names), default=0.0)
        room = min(max(room, longest + BESIDE), NAMES_SHARE * frame.width)
    return Area(left, frame.width - room, TOP, TOP + height, frame.width)


def axes(
    x: Scale,
    y: Scale,
    titles: tuple[str, str],
    written: tuple[Written, Written],
    about: int = 5,
) -> Iterator[Markup]:
    """x: from left to right. y: from bottom to top. titles, written: of x and of y.

    about: how many numbers are wanted along x.
    """
    bottom, top = y.start, y.stop
    for value in y.ticks():
        at = y.at(value)
        yield line(x.start, at, x.stop, at, "grid")
        yield text(written[1](value), x.start - 8, at + 4, "axis end")
    for value in x.ticks(about):
        yield line(x.at(value), bottom, x.at(value), top, "grid")
        yield text(written[0](value), x.at(value), bottom + 16, "axis")
    yield text(titles[1], x.start - 8, top - 10, "axis start title")
    yield text(shorten(titles[0], x.stop / BOLD), x.stop, bottom + 34, "axis end title")
