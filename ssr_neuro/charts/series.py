"""Draws the lines and marks of a panel, and their names beside it."""

from collections.abc import Iterator, Sequence

from matplotlib.axes import Axes
from matplotlib.transforms import offset_copy

from ssr_neuro.charts.labels import spread_apart
from ssr_neuro.charts.palette import LINES
from ssr_neuro.charts.panels import LOOKS, Panel, Series
from ssr_neuro.charts.svg import strip_control_characters

DODGE_PT, NAME_PT = 4.0, 12.0
MARKS, DASHES = "osD^vPX*", ("-", "--")


def draw_series(axes: Axes, panel: Panel, series: Series) -> None:
    if not series.points:
        return
    figure = axes.get_figure()
    shift = dodge_offsets(panel, series)
    place = offset_copy(axes.transData, figure, x=shift, units="points")  # type: ignore[arg-type]
    errors = [point.error for point in series.points]
    axes.errorbar(
        [point.x for point in series.points],
        [point.y for point in series.points],
        yerr=errors if any(errors) else None,
        color=LINES[series.look % LOOKS],
        linestyle=DASHES[series.look // LOOKS % len(DASHES)] if series.joined else "none",
        marker=MARKS[series.look % len(MARKS)],
        markersize=4.5,
        markevery=None if series.marked is None else list(series.marked),
        linewidth=1.6,
        elinewidth=1.0,
        capsize=2.0,
        transform=place,
    )


def dodge_offsets(panel: Panel, series: Series) -> float:
    """By how many points its marks stand beside their x, so that those of others are seen."""
    if not panel.dodge:
        return 0.0
    places = {point.x for point in series.points}
    there = [s for s in panel.series if places & {point.x for point in s.points}]
    return (there.index(series) - (len(there) - 1) / 2) * DODGE_PT


def draw_names(axes: Axes, series: Sequence[Series], height_pt: float) -> None:
    """Each right of the plot, a line leading to it from the last point."""
    if not series:
        return
    last = [one.points[-1] for one in series]
    shares = [
        axes.transAxes.inverted().transform(axes.transData.transform((p.x, p.y)))[1] for p in last
    ]
    for one, point, up in zip(
        series, last, spread_apart(shares, NAME_PT / height_pt, 0.0, 1.0), strict=True
    ):
        axes.annotate(
            strip_control_characters(one.name),
            (point.x, point.y),
            (1.04, up),
            textcoords="axes fraction",
            va="center",
            size=8.5,
            arrowprops={
                "relpos": (0.0, 0.5),
                "arrowstyle": "-",
                "color": LINES[one.look % LOOKS],
                "linewidth": 1.0,
                "shrinkA": 1,
                "shrinkB": 5,
            },
        )


def find_extent(panel: Panel) -> Iterator[tuple[float, float]]:
    points = [point for series in panel.series for point in series.points]
    for point in points:
        yield point.x, point.y - point.error
        yield point.x, point.y + point.error
        if panel.level is not None:
            yield point.x, panel.level
    if panel.x.ticks and points:
        yield from ((value, points[0].y) for value, _ in panel.x.ticks)
