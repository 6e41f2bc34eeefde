"""The figure of time by length: one inference, and a whole history that grows."""

from collections.abc import Callable, Sequence

from ssr_neuro.charts.figure import draw
from ssr_neuro.charts.panels import Axis, Panel, Series
from ssr_neuro.charts.panels import Point as Mark
from ssr_neuro.report.names import subject_name
from ssr_neuro.study.time_by_length import LengthPoint, cumulative

MILLI = 1e3
OPERATIONS, TIME = "multiply-adds, in millions", "milliseconds"


def figure(points: Sequence[LengthPoint], about: str, notes: Sequence[str]) -> str:
    """Multiply-adds, and the time that was measured, or where none was the roofline's high end."""
    measured = all(point.measured_s is not None for point in points)
    how = "measured" if measured else "roofline, launches from eager PyTorch"
    panels = [
        _panel("One inference: operations", points, _millions, False, OPERATIONS),
        _panel(f"One batch: time, {how}", points, time_ms, False, TIME),
        _panel("Growing history: operations", points, _millions, True, OPERATIONS),
        _panel(f"Growing history: time, {how}", points, time_ms, True, TIME),
    ]
    return draw("Cost by length of the sequence", about, panels, notes)


def time_ms(point: LengthPoint) -> float:
    """Measured, or where nothing was the roofline's high end."""
    seconds = point.roofline_s[1] if point.measured_s is None else point.measured_s
    return MILLI * seconds


def _millions(point: LengthPoint) -> float:
    return point.multiply_adds / 1e6


def _panel(
    title: str,
    points: Sequence[LengthPoint],
    value: Callable[[LengthPoint], float],
    grows: bool,
    unit: str,
) -> Panel:
    """A line for each form of each model, marked at the lengths that were run."""
    lines: dict[str, list[LengthPoint]] = {}
    for point in points:
        lines.setdefault(point.name, []).append(point)
    series = []
    for look, (name, found) in enumerate(lines.items()):
        lengths = [point.length for point in found]
        each = [value(point) for point in found]
        shown = cumulative(lengths, each) if grows else each
        series.append(Series(subject_name(name), tuple(map(Mark, lengths, shown)), look))
    run = sorted({point.length for point in points})
    x = Axis("items of the sequence", log=True, ticks=tuple((n, f"{n:,}") for n in run))
    return Panel(title, x, Axis(unit, log=True, base=10), tuple(series))
