"""The figure of the noise study: HR@10 and NDCG@10 in both columns, and what is left of each."""

from collections.abc import Mapping, Sequence
from typing import Any

from ssr_neuro.charts.figure import draw
from ssr_neuro.charts.panels import Axis, Panel, Point, Series
from ssr_neuro.study.figure_metrics import find_metrics

NAMES = {"hr@10": "HR@10", "ndcg@10": "NDCG@10"}


def figure(
    about: str, found: Mapping[str, Sequence[Mapping[str, Any]]], notes: Sequence[str]
) -> str:
    """found: points by model, as `noise.points` makes them."""
    levels = sorted({point["noise"] for points in found.values() for point in points})
    metrics = find_metrics(point for points in found.values() for point in points)
    x = Axis("fake items in the input sequences (%)", ticks=_percent(levels))
    panels = [
        *(_absolute(*metric, x, found) for metric in metrics.items()),
        *(_draw_relative(metric, x, found) for metric in NAMES),
    ]
    return draw("Robustness to noise", about, panels, notes)


def _percent(levels: Sequence[float]) -> tuple[tuple[float, str], ...]:
    return tuple((100 * level, f"{100 * level:g}") for level in levels)


def _absolute(
    metric: str, title: str, x: Axis, found: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Panel:
    series = [
        Series(
            name,
            tuple(Point(100 * p["noise"], p[metric], p[f"{metric}_error"]) for p in points),
            look,
        )
        for look, (name, points) in enumerate(found.items())
    ]
    return Panel(title, x, Axis(f"{title} (test)"), tuple(series), dodge=True)


def _draw_relative(metric: str, x: Axis, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> Panel:
    series = [
        Series(
            name,
            tuple(
                Point(100 * p["noise"], 100 * kept["mean"], 100 * kept["error"])
                for p in points
                if (kept := p["relative"][metric]) is not None
            ),
            look,
        )
        for look, (name, points) in enumerate(found.items())
    ]
    y = Axis(f"relative {NAMES[metric]} (% of that without noise)")
    title = f"Relative {NAMES[metric]}"
    return Panel(title, x, y, tuple(series), level=100.0, dodge=True)
