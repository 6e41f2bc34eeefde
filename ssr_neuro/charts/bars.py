"""Horizontal bars of parts, a row for each thing, all on one scale that begins at 0."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ssr_neuro.charts.frame import Frame, width_of
from ssr_neuro.charts.scale import Scale
from ssr_neuro.charts.svg import rect, svg, text

BAR, STEP, TOP = 20, 30, 4
VALUE_GAP, WORD_ROOM, UNKNOWN_WIDTH = 8, 10, 14
BOLD = 1.2  # width of bold words over that of others


@dataclass(frozen=True)
class BarPart:
    """size: in the unit of the chart. kind, ink: classes of the box and of the word on it.

    word: written on the box where it is wide enough.
    """

    size: float
    kind: str
    tip: str
    word: str = ""
    ink: str = ""


@dataclass(frozen=True)
class Bar:
    """value: written behind the bar. unknown: what a hatched box stands for, "" draws none."""

    name: str
    parts: tuple[BarPart, ...]
    value: str
    kind: str = ""
    unknown: str = ""

    @property
    def size(self) -> float:
        return sum(part.size for part in self.parts)


def bars(title: str, rows: Sequence[Bar], frame: Frame, value_kind: str = "value") -> Markup:
    """The longest bar leaves room for the longest value behind it."""
    step = STEP + frame.above
    room = BOLD * max((width_of(row.value) for row in rows), default=0.0)
    room += VALUE_GAP * 2 + (UNKNOWN_WIDTH + 2 if any(row.unknown for row in rows) else 0)
    largest = max((row.size for row in rows), default=0.0) or 1.0
    scale = Scale(0.0, largest, frame.label, frame.width - room)
    marks = [
        mark
        for number, row in enumerate(rows)
        for mark in _bar(row, TOP + number * step + frame.above, scale, frame, value_kind)
    ]
    return svg(title, step * len(rows) + TOP, marks, frame.width)


def _bar(row: Bar, top: float, scale: Scale, frame: Frame, value_kind: str) -> Iterator[Markup]:
    yield frame.name(row.name, top, BAR, row.kind)
    done, left = 0.0, scale.at(0.0)
    for part in row.parts:
        done += part.size
        right = scale.at(done)
        yield rect(left, top, right - left, BAR, part.kind, part.tip)
        if part.word and right - left >= width_of(part.word) + WORD_ROOM:
            middle = (left + right) / 2
            yield text(part.word, middle, top + BAR / 2 + 4, f"inside {part.ink}")
        left = right
    if row.unknown:
        yield rect(left + 1, top + 0.5, UNKNOWN_WIDTH, BAR - 1, "unknown", row.unknown)
        left += UNKNOWN_WIDTH + 2
    yield text(row.value, left + VALUE_GAP, top + BAR / 2 + 4, value_kind)
