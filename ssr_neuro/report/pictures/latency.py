"""What a time step is spent on, next to the steps that are published."""

from markupsafe import Markup

from ssr_neuro.charts import numbers
from ssr_neuro.charts.bars import Bar, BarPart, bars
from ssr_neuro.charts.frame import Frame
from ssr_neuro.report.latency import ChipLatency, SpeedReading, StepPart

COLOURS = {"compute": 0, "messages": 6, "barrier": 3, "whole step": 8}


def time_step(latency: ChipLatency, frame: Frame) -> Markup:
    """The modelled step in parts; where it is not known a bar for each published one."""
    rows = [_bar(reading) for reading in readings_to_draw(latency)]
    title = f"Duration of a time step on {latency.title}"
    return bars(title, rows, frame, "value strong")


def readings_to_draw(latency: ChipLatency) -> list[SpeedReading]:
    """Published steps are as long as ten or a thousand modelled ones, so they are not beside it."""
    if latency.modelled.step_ns:
        return [latency.modelled]
    return [reading for reading in latency.published if reading.step_ns]


def legend(latency: ChipLatency) -> list[tuple[str, str]]:
    """Class and name of the parts that are drawn."""
    groups = dict.fromkeys(
        part.group for one in readings_to_draw(latency) for part in one.parts if part.ns
    )
    return [(f"c{COLOURS[group]}", group) for group in groups]


def _bar(reading: SpeedReading) -> Bar:
    parts = tuple(_part(reading, part) for part in reading.parts)
    total = f"{numbers.duration((reading.step_ns or 0.0) * 1e-9)} a step"
    return Bar(reading.name, parts, total)


def _part(reading: SpeedReading, part: StepPart) -> BarPart:
    colour = COLOURS[part.group]
    tip = _describe(reading, part)
    return BarPart(part.ns or 0.0, f"c{colour} part", tip, part.group, f"i{colour}")


def _describe(reading: SpeedReading, part: StepPart) -> str:
    events = "" if part.count is None else f", {numbers.count(part.count)} events"
    spent = numbers.duration(part.ns * 1e-9) if part.ns is not None else numbers.UNKNOWN
    return f"{reading.name}, {part.name}: {spent}{events}. {part.source}"
