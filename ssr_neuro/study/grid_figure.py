"""The figure of a grid: validation accuracy by one setting, a line for each of the others."""

from collections.abc import Mapping, Sequence
from typing import Any

from ssr_neuro.charts.figure import draw
from ssr_neuro.charts.panels import Axis, Panel, Point, Series
from ssr_neuro.settings.fields import to_option_text
from ssr_neuro.study.figure_metrics import find_metrics


def figure(
    varied: Mapping[str, Sequence[Any]],
    about: str,
    points: Sequence[Mapping[str, Any]],
    notes: Sequence[str],
) -> str:
    """points: as `grid.run` makes them. Along the axis lies the setting with the most values, which
    stand at equal distances, as values may be words."""
    along = max(varied, key=lambda key: len(varied[key]))
    ticks = tuple((float(k), to_option_text(value)) for k, value in enumerate(varied[along]))
    places = {said: place for place, said in ticks}
    lines: dict[str, list[Mapping[str, Any]]] = {}
    for point in points:
        lines.setdefault(_others(point["values"], along), []).append(point)
    panels = [
        Panel(
            title,
            Axis(along, ticks=ticks),
            Axis(f"validation {title}"),
            tuple(
                _series(name, look, found, along, places, metric)
                for look, (name, found) in enumerate(lines.items())
            ),
            dodge=True,
        )
        for metric, title in find_metrics(point["valid"] for point in points).items()
    ]
    return draw(f"Validation accuracy by {', '.join(varied)}", about, panels, notes)


def _others(values: Mapping[str, Any], along: str) -> str:
    said = ", ".join(
        f"{key} {to_option_text(value)}" for key, value in values.items() if key != along
    )
    return said or "validation"


def _series(
    name: str,
    look: int,
    points: Sequence[Mapping[str, Any]],
    along: str,
    places: Mapping[str, float],
    metric: str,
) -> Series:
    return Series(
        name,
        tuple(
            Point(
                places[to_option_text(point["values"][along])],
                point["valid"][metric],
                point["valid"][f"{metric}_error"],
            )
            for point in points
        ),
        look,
    )
