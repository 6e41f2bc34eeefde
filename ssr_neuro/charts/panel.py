"""One panel of a chart: frame, ticks, series with their error bars, and names beside them."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from ssr_neuro.charts.content import Panel, Point, Series
from ssr_neuro.charts.study_labels import Label, spread
from ssr_neuro.charts.study_scale import Scale, scale
from ssr_neuro.charts.study_style import mark
from ssr_neuro.charts.svg import text_at, text_width

WIDTH, HEIGHT = 300, 220
LEFT, TOP, BOTTOM = 66, 34, 66
CAP, DODGE, ASIDE = 3.0, 5.0, 12.0
LABEL_PX = 11.0


@dataclass(frozen=True)
class Plot:
    """A panel with its scales and the pixel at which its plot begins."""

    panel: Panel
    x: Scale
    y: Scale

    def place(self, series: Series, point: Point) -> tuple[float, float]:
        """The centre of a point's mark."""
        there = [s for s in self.panel.series if any(p.x == point.x for p in s.points)]
        aside = (there.index(series) - (len(there) - 1) / 2) * DODGE if self.panel.dodge else 0.0
        return self.x.at(point.x) + aside, self.y.at(point.y)


def label_room(panel: Panel) -> float:
    """Pixels to the right of the plot that its names may take."""
    widths = [text_width(s.name, LABEL_PX, bold=True) for s in panel.series if s.points]
    return ASIDE + max(widths, default=0.0)


def draw_panel(panel: Panel, left: float, top: float) -> Markup:
    """The panel with its outer corner at (left, top)."""
    start, upper = left + LEFT, top + TOP
    points = [point for series in panel.series for point in series.points]
    heights = [p.y + sign * p.error for p in points for sign in (-1, 1)]
    heights += [] if panel.level is None else [panel.level]
    plot = Plot(
        panel,
        scale(panel.x, [p.x for p in points], start, start + WIDTH),
        scale(panel.y, heights, upper + HEIGHT, upper),
    )
    marks = [*_frame(plot, start, upper), *_series(plot), *_names(plot, upper)]
    return Markup("<g>{}</g>").format(Markup("\n").join(marks))


def _frame(plot: Plot, left: float, top: float) -> Iterator[Markup]:
    panel, bottom, right = plot.panel, top + HEIGHT, left + WIDTH
    yield text_at("panel", left, top - 12, panel.title)
    for value, said in plot.y.ticks:
        y = plot.y.at(value)
        yield _line("grid", left, y, right, y)
        yield text_at("tick end", left - 7, y + 4, said)
    for value, said in plot.x.ticks:
        x = plot.x.at(value)
        yield _line("frame", x, bottom, x, bottom + 4)
        for number, words in enumerate(said.split("\n")):
            yield text_at("tick middle", x, bottom + 17 + 13 * number, words)
    lines = max((said.count("\n") + 1 for _, said in plot.x.ticks), default=1)
    if panel.level is not None:
        yield _line("level", left, plot.y.at(panel.level), right, plot.y.at(panel.level))
    yield _line("frame", left, bottom, right, bottom)
    yield text_at("axis middle", left + WIDTH / 2, bottom + 24 + 13 * lines, panel.x.title)
    yield Markup(
        '<text class="axis middle" transform="translate({:.1f} {:.1f}) rotate(-90)">{}</text>'
    ).format(left - 50, top + HEIGHT / 2, panel.y.title)


def _series(plot: Plot) -> Iterator[Markup]:
    for series in plot.panel.series:
        places = [plot.place(series, point) for point in series.points]
        if series.joined and len(places) > 1:
            path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
            yield Markup('<path class="line s{}" d="M{}"/>').format(series.look, path)
        for point, (x, y) in zip(series.points, places, strict=True):
            yield from _bar(plot, series.look, point, x)
            error = f" ± {point.error:.4g}" if point.error else ""
            yield mark(series.look, x, y, f"{series.name}: {point.y:.5g}{error} at {point.x:.5g}")


def _bar(plot: Plot, look: int, point: Point, x: float) -> Iterator[Markup]:
    if point.error:
        low, high = (plot.y.at(point.y + sign * point.error) for sign in (-1, 1))
        yield Markup(
            '<path class="bar s{}" d="M{:.1f} {:.1f}h{}M{:.1f} {:.1f}V{:.1f}M{:.1f} {:.1f}h{}"/>'
        ).format(look, x - CAP, low, 2 * CAP, x, low, high, x - CAP, high, 2 * CAP)


def _names(plot: Plot, top: float) -> Iterator[Markup]:
    """The name of each series to the right of its last point, and of all points at that x."""
    shown = [series for series in plot.panel.series if series.points]
    points = [plot.place(series, series.points[-1]) for series in shown]
    ends: dict[float, float] = {}
    for series, (x, _) in zip(shown, points, strict=True):
        at = series.points[-1].x
        ends[at] = max(ends.get(at, x), x)
    labels = []
    for series, (_, y) in zip(shown, points, strict=True):
        width = text_width(series.name, LABEL_PX, bold=True)
        left = ends[series.points[-1].x] + ASIDE
        labels.append(Label(series.name, left, y, width, series.look))
    for label, (x, y), height in zip(
        labels, points, spread(labels, top, top + HEIGHT), strict=True
    ):
        if abs(height - y) > 3 or label.x - x > 2 * ASIDE:
            yield _line(f"lead s{label.look}", x + 5, y, label.x - 2, height)
        yield text_at(f"label s{label.look}", label.x, height + 4, label.text)


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    return Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(
        kind, x1, y1, x2, y2
    )
