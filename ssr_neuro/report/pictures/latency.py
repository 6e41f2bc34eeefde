"""What a time step is spent on, next to the steps that are published."""

from collections.abc import Iterator

from markupsafe import Markup

from ssr_neuro.charts import numbers
from ssr_neuro.charts.svg import GLYPH, LABEL, PLOT, label, rect, svg, text
from ssr_neuro.report.latency import Latency, Reading, StepPart

ROW, BAR, TOTAL = 34, 22, 150
LETTERS = {"compute": "C", "messages": "R", "barrier": "B", "whole step": "S"}
COLOURS = {"compute": 0, "messages": 6, "barrier": 3, "whole step": 8}


def time_step(latency: Latency) -> Markup:
    """The modelled step in parts; where it is not known a bar for each published one."""
    readings = drawn(latency)
    scale = (PLOT - TOTAL) / max((r.step_ns or 0.0 for r in readings), default=1.0)
    marks = [
        mark
        for number, reading in enumerate(readings)
        for mark in _bar(reading, number * ROW + 4, scale)
    ]
    return svg(f"Duration of a time step on {latency.title}", ROW * len(readings) + 4, marks)


def drawn(latency: Latency) -> list[Reading]:
    """Published steps are as long as ten or a thousand modelled ones, so they are not beside it."""
    if latency.modelled.step_ns:
        return [latency.modelled]
    return [reading for reading in latency.published if reading.step_ns]


def legend(latency: Latency) -> list[tuple[str, str, str]]:
    """Letter, class and name of the parts that are drawn."""
    groups = dict.fromkeys(part.group for one in drawn(latency) for part in one.parts if part.ns)
    return [(LETTERS[group], f"c{COLOURS[group]}", group) for group in groups]


def _bar(reading: Reading, top: float, scale: float) -> Iterator[Markup]:
    yield label(reading.name, top + BAR / 2 + 4)
    left = float(LABEL)
    for part in reading.parts:
        length = (part.ns or 0.0) * scale
        colour = COLOURS[part.group]
        yield rect(left, top, length, BAR, f"c{colour} part", _said(reading, part))
        if length >= 2 * GLYPH:
            middle = left + length / 2
            yield text(LETTERS[part.group], middle, top + BAR / 2 + 4, f"inside i{colour}")
        left += length
    total = f"{numbers.duration((reading.step_ns or 0.0) * 1e-9)} a step"
    yield text(total, left + 8, top + BAR / 2 + 4, "value strong")


def _said(reading: Reading, part: StepPart) -> str:
    events = "" if part.count is None else f", {numbers.count(part.count)} events"
    spent = numbers.duration(part.ns * 1e-9) if part.ns is not None else numbers.UNKNOWN
    return f"{reading.name}, {part.name}: {spent}{events}. {part.source}"
