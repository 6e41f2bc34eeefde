"""Accuracy against energy, a curve for each model: what studies of cheaper inference draw."""

from collections.abc import Mapping, Sequence
from typing import Any

from ssr_neuro.charts.figure import draw
from ssr_neuro.charts.panels import Axis, Panel, Point, Series
from ssr_neuro.study.figure_metrics import find_metrics

Points = Sequence[Mapping[str, Any]]


def energy_figure(
    title: str, about: str, found: Mapping[str, Points], notes: Sequence[str], *, part: str = "test"
) -> str:
    """found: points by model, each with its metrics and energy. part: which sequences they rank."""
    panels = [
        Panel(
            name,
            Axis("energy of an inference (µJ)"),
            Axis(f"{name} ({part})"),
            tuple(
                _series(model, look, points, metric)
                for look, (model, points) in enumerate(found.items())
            ),
        )
        for metric, name in find_metrics(p for points in found.values() for p in points).items()
    ]
    return draw(title, about, panels, notes)


def _series(model: str, look: int, points: Points, metric: str) -> Series:
    return Series(
        model,
        tuple(Point(p["energy_pj"] / 1e6, p[metric], p[f"{metric}_error"]) for p in points),
        look,
    )
