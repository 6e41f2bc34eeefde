"""Accuracy against energy: one point for each model and form, and the front drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ssr_neuro.charts import numbers
from ssr_neuro.charts.axes import area, axes
from ssr_neuro.charts.frame import Frame
from ssr_neuro.charts.labels import Label, labels
from ssr_neuro.charts.scale import Scale, scale
from ssr_neuro.charts.svg import element, line, path, svg

HEIGHT, SIZE = 306, 5.5


@dataclass(frozen=True)
class ModelPoint:
    """One model in one form. error: standard error of its accuracy, 0 where it is not known.

    ours: whether it is the compiled model.
    """

    name: str
    energy_pj: float
    accuracy: float
    error: float
    ours: bool


def front(points: Sequence[ModelPoint]) -> list[ModelPoint]:
    """Those that no other beats in both, by energy from the least on."""
    found: list[ModelPoint] = []
    for point in sorted(points, key=lambda p: (p.energy_pj, -p.accuracy)):
        if not found or point.accuracy > found[-1].accuracy:
            found.append(point)
    return found


def pareto(points: Sequence[ModelPoint], metric: str, frame: Frame) -> Markup:
    """Better is up and to the left. metric: name of the accuracy."""
    place = area(frame, HEIGHT, (p.name for p in points))
    x = scale((p.energy_pj for p in points), place.left, place.right, wide=5)
    bounds = [value for p in points for value in (p.accuracy - p.error, p.accuracy + p.error)]
    y = scale(bounds, place.bottom, place.top, wide=float("inf"))
    titles = ("energy of one inference", f"{metric}, test set")
    best = front(points)
    names = [
        Label(p.name, x.at(p.energy_pj), y.at(p.accuracy), _kind(p), left=p in best) for p in points
    ]
    marks = [
        *axes(x, y, titles, (numbers.energy_short, numbers.short), place.ticks),
        _steps(best, x, y),
        *(mark for p in points for mark in _point(p, x, y, p in best)),
        labels(names, place.left, place.width, place.top, place.bottom),
    ]
    return svg(f"{metric} against energy", place.height, marks, place.width)


def _steps(best: Sequence[ModelPoint], x: Scale, y: Scale) -> Markup:
    """Up at each point of the front, then level to the next."""
    corners = [(x.at(best[0].energy_pj), y.start)]
    for point in best:
        at = x.at(point.energy_pj)
        corners += [(at, corners[-1][1]), (at, y.at(point.accuracy))]
    return path(corners, "front")


def _point(point: ModelPoint, x: Scale, y: Scale, on_front: bool) -> Iterator[Markup]:
    across, up = x.at(point.energy_pj), y.at(point.accuracy)
    if point.error:
        ends = (y.at(point.accuracy - point.error), y.at(point.accuracy + point.error))
        yield line(across, ends[0], across, ends[1], "error")
    kind = "point ours" if point.ours else "point front-point" if on_front else "point"
    spread = f" \N{PLUS-MINUS SIGN} {numbers.metric(point.error)}" if point.error else ""
    tip = (
        f"{point.name}: {numbers.energy(point.energy_pj)}, {numbers.metric(point.accuracy)}{spread}"
        f"{', on the front' if on_front else ''}"
    )
    if point.ours:
        corners = ((0, -SIZE - 3), (SIZE + 3, 0), (0, SIZE + 3), (-SIZE - 3, 0))
        drawn = " ".join(f"{across + dx:.1f},{up + dy:.1f}" for dx, dy in corners)
        yield element("polygon", tip, kind=kind, points=drawn)
    else:
        yield element("circle", tip, kind=kind, cx=across, cy=up, r=SIZE)


def _kind(point: ModelPoint) -> str:
    return "name strong" if point.ours else "name"
