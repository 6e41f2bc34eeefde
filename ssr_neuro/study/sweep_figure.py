"""The figure of a sweep: HR@10 and NDCG@10 of test and validation by the value that is varied."""

from collections.abc import Mapping, Sequence
from typing import Any

from ssr_neuro.charts.figure import draw
from ssr_neuro.charts.panels import Axis, Panel, Point, Series
from ssr_neuro.study.figure_metrics import find_metrics
from ssr_neuro.study.sweep import Swept

PARTS = {"test": ("test", 0), "valid": ("validation", 4)}


def figure(
    swept: Swept, about: str, points: Sequence[Mapping[str, Any]], notes: Sequence[str]
) -> str:
    """points: as `sweep.run` makes them."""
    ordered = sorted(points, key=lambda point: float(point[swept.symbol]))
    values = [float(point[swept.symbol]) for point in ordered]
    x = Axis(swept.axis, ticks=tuple((value, f"{value:g}") for value in values))
    panels = [
        Panel(
            name,
            x,
            Axis(name),
            tuple(_series(swept, ordered, metric, part) for part in PARTS),
            dodge=True,
        )
        for metric, name in find_metrics(p[part] for p in points for part in PARTS).items()
    ]
    return draw(f"Accuracy by {swept.said.lower()}", about, panels, notes)


def _series(swept: Swept, points: Sequence[Mapping[str, Any]], metric: str, part: str) -> Series:
    name, look = PARTS[part]
    return Series(
        name,
        tuple(
            Point(float(p[swept.symbol]), p[part][metric], p[part][f"{metric}_error"])
            for p in points
        ),
        look,
    )
