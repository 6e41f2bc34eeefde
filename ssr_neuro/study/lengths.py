"""Accuracy by length of the history (paper section 5.3, Figure 6).

The paper sorts sequences into three groups by length and does not name the limits in its text.
Here a length counts the items before the target, of which a model reads the last N; the limits are
the terciles over the whole test set unless given.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ssr_neuro.charts.figure import draw
from ssr_neuro.charts.panels import Axis, Panel, Point, Series
from ssr_neuro.data import Dataset, Sequences
from ssr_neuro.errors import BadInput, is_whole
from ssr_neuro.evaluation.ranks import Ranks
from ssr_neuro.program.arrays import Ints
from ssr_neuro.study.figure_metrics import find_metrics
from ssr_neuro.study.selected_models import Judged, Say, sample_rows

GROUPS = 3


def lengths(sequences: Sequences) -> Ints:
    """Items of each history, (n,): all before the target, whether a model reads them or not."""
    return np.asarray(sequences.targets_at - sequences.starts, dtype=np.int64)


def terciles(found: Ints) -> tuple[int, ...]:
    """The largest length of each group but the last; fewer than three where lengths repeat."""
    ordered = np.sort(found)
    limits = {int(ordered[-(-len(ordered) * k // GROUPS) - 1]) for k in range(1, GROUPS)}
    return tuple(sorted(limits - {int(ordered[-1])}))


def check_limits(limits: Sequence[int]) -> tuple[int, ...]:
    """Raises BadInput where limits of groups are not whole numbers that rise from 1."""
    are_whole = all(map(is_whole, limits))
    if not limits or not are_whole or limits[0] < 1 or any(b <= a for a, b in pairwise(limits)):
        said = ",".join(map(str, limits))
        raise BadInput(f"--limits {said!r}: give lengths that rise, from 1 on, such as 20,100")
    return tuple(limits)


def groups(found: Ints, limits: Sequence[int]) -> list[tuple[str, Ints]]:
    """Name and rows of each group: up to the first limit, up to the next, beyond the last.

    Raises BadInput where a group has fewer than 2 sequences.
    """
    number = np.searchsorted(np.asarray(limits), found, side="left")
    edges = [(1, limits[0])] if limits else []
    edges += [(low + 1, high) for low, high in pairwise(limits)]
    names = [f"{low} to {high}" if low < high else f"{low}" for low, high in edges]
    names.append(f"over {limits[-1]}" if limits else "all")
    made = [(name, np.flatnonzero(number == place)) for place, name in enumerate(names)]
    for name, rows in made:
        if len(rows) < 2:
            raise BadInput(
                f"{len(rows)} test sequences have a history of {name} items, and a group needs "
                "2; give other --limits, or more --sequences"
            )
    return made


def group_by_length(
    models: Sequence[Judged],
    dataset: Dataset,
    limits: Sequence[int] | None,
    *,
    at_most: int | None,
    seed: int,
    say: Say,
    progress: bool = False,
) -> dict[str, list[dict[str, Any]]]:
    """Points of every model, all by the same groups of the same test sequences."""
    test = models[0].split(dataset).test
    rows = sample_rows(len(test), at_most, seed)
    every = lengths(test)
    found = every[rows]
    made = groups(found, terciles(every) if limits is None else check_limits(limits))
    measured = {}
    for model in models:
        say(model.name)
        ranks = model.ranks(model.split(dataset).test, rows, progress=progress)
        measured[model.name] = points(ranks, made, found)
    return measured


def points(ranks: Ranks, made: Sequence[tuple[str, Ints]], found: Ints) -> list[dict[str, Any]]:
    """What is written down of each group."""
    return [
        {
            "history": name,
            "shortest": int(found[rows].min()),
            "longest": int(found[rows].max()),
            **ranks.take(rows).metrics().to_dict(),
        }
        for name, rows in made
    ]


def figure(
    about: str, found: Mapping[str, Sequence[Mapping[str, Any]]], notes: Sequence[str]
) -> str:
    """found: points by model, the same groups for each."""
    first = next(iter(found.values()))
    ticks = tuple((n, f"{p['history']}\n{p['sequences']:,} seq.") for n, p in enumerate(first))
    x = Axis("items in the history before the target", ticks=ticks)
    panels = [
        Panel(name, x, Axis(f"{name} (test)"), _series(found, metric), dodge=True)
        for metric, name in find_metrics(p for points in found.values() for p in points).items()
    ]
    return draw("Accuracy by length of history", about, panels, notes)


def _series(found: Mapping[str, Sequence[Mapping[str, Any]]], metric: str) -> tuple[Series, ...]:
    return tuple(
        Series(
            name,
            tuple(Point(n, p[metric], p[f"{metric}_error"]) for n, p in enumerate(points)),
            look,
        )
        for look, (name, points) in enumerate(found.items())
    )
