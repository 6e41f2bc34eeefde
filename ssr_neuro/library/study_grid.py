"""`ssr_neuro.study_sweep`: validation accuracy by any settings of a model and its training."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput, check_type, check_whole
from ssr_neuro.evaluation.columns import figure_name
from ssr_neuro.library.beginning import Beginning, begin_fresh
from ssr_neuro.library.chosen_fields import KEYS, sort_fields
from ssr_neuro.library.data import load_data
from ssr_neuro.library.one_or_several import as_list
from ssr_neuro.library.study import Study, column_keys, plus_minus, say_nothing
from ssr_neuro.library.study_sweep import MORE
from ssr_neuro.model import config_from_dict
from ssr_neuro.settings.checks import check_seed
from ssr_neuro.settings.fields import to_option_text
from ssr_neuro.settings.options import FROM_DATA
from ssr_neuro.settings.reading import ReadingOptions
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.study import grid
from ssr_neuro.study.figure_metrics import METRICS
from ssr_neuro.study.grid_figure import figure
from ssr_neuro.study.selected_models import Say

ONE = (
    "One training a combination: error bars are over validation sequences and leave out how "
    "trainings differ."
)
NAME = "sweep"
# What is the same for every training, or would make a choice by validation none.
OWN_OPTIONS = {"max_steps": "--max-steps", "eval_every": "--eval-every", "seed": "--seeds"}
REFUSED = {
    "epochs": "every training has as many steps, those of --max-steps",
    "max_minutes": "every training has as many steps, those of --max-steps",
    "patience": "every training has as many steps, those of --max-steps",
    "refit": "combinations are judged by the validation sequences, which a refit trains on",
}


def study_sweep(
    data: str | Path | Dataset,
    trainings: str | Path,
    max_steps: int,
    settings: Mapping[str, Any],
    *,
    model: str = "ssr",
    seeds: int | Sequence[int] = (0,),
    protocol: str | None = None,
    eval_every: int | None = None,
    progress: bool = False,
    say: Say = say_nothing,
    **reading: Unpack[ReadingOptions],
) -> Study:
    """HR@10 and NDCG@10 on the validation sequences by any settings, in both columns.

    settings: field of the model's config or of training -> its value, or a list of values that are
    tried; every combination of several lists is trained, all for `max_steps` optimiser steps.
    trainings: the folder of the trained models; the same call goes on with those that lie there.
    seeds: a training of every combination for each. The test sequences are not looked at, so what
    is best may be chosen here. Raises BadInput.
    """
    asked = plan(settings, max_steps, model, tuple(as_list(seeds)), protocol, eval_every)
    dataset = load_data(data, progress=progress, **reading)
    points = grid.run(asked, dataset, Path(trainings), say, progress=progress)
    varied = varied_in(settings)
    judged = int(points[0]["runs"][0]["valid"]["sequences"])
    best = grid.best_point(points, asked.combinations[0].settings.select_by)
    notes = _notes(asked, max_steps, best)
    about = (
        f"{dataset.name}: {dataset.n_items:,} items, {judged:,} validation sequences, protocol "
        f"{asked.protocol}, {asked.kind}"
    )
    return Study(
        name=NAME,
        dataset=dataset,
        content={
            "model": asked.kind,
            "protocol": asked.protocol,
            "max_steps": max_steps,
            "seeds": list(asked.seeds),
            "fixed": {key: value for key, value in settings.items() if not _varies(value)},
            "varied": {key: list(values) for key, values in varied.items()},
            "best": dict(best["values"]),
            "points": points,
        },
        svg=figure(varied, about, points, notes),
        notes=notes,
        title=f"{dataset.source}, {asked.protocol}, validation",
        heads=(*varied, "candidates", "HR@10", "NDCG@10"),
        rows=tuple(row for point in points for row in _rows(point)),
        csv=_csv(varied, points),
    )


def _notes(asked: grid.Grid, max_steps: int, best: Mapping[str, Any]) -> tuple[str, ...]:
    chosen_by = figure_name(asked.combinations[0].settings.select_by)
    return (
        f"{max_steps:,} optimiser steps each, the weights of the best validation {chosen_by}.",
        ONE if len(asked.seeds) == 1 else MORE.format(count=len(asked.seeds)),
        f"Best {chosen_by}: {_said(best['values'])}.",
    )


def _rows(point: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """A row for each column."""
    values = tuple(map(to_option_text, point["values"].values()))
    for name, keys in column_keys():
        yield (*values, name, *(plus_minus(point["valid"], metric) for metric in keys))


def plan(
    settings: Mapping[str, Any],
    max_steps: int,
    model: str,
    seeds: tuple[int, ...],
    protocol: str | None,
    eval_every: int | None,
) -> grid.Grid:
    """Every combination with its config and settings. Raises BadInput on any that cannot be."""
    check_type(settings, Mapping, "holds no settings", "a mapping from setting to its values")
    _check(settings, max_steps, seeds)
    begin = begin_fresh({"model": model, "protocol": protocol})
    every = eval_every or max(1, max_steps // 10)
    budget = {"epochs": max_steps, "max_steps": max_steps, "eval_every": every, "patience": None}
    fixed = {key: value for key, value in settings.items() if not _varies(value)}
    combinations = tuple(
        _combination(begin, fixed, values, budget) for values in grid.combine(varied_in(settings))
    )
    return grid.Grid(begin.kind, begin.protocol, combinations, seeds)


def varied_in(settings: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Those that have several values."""
    return {key: list(value) for key, value in settings.items() if _varies(value)}


def _varies(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _check(settings: Mapping[str, Any], max_steps: int, seeds: Sequence[int]) -> None:
    check_whole("--max-steps", max_steps, 1)
    if not varied_in(settings):
        raise BadInput(
            "no setting varies: give one several values, as in --set dropout=0.1,0.2,0.5"
        )
    if not seeds or len(set(seeds)) < len(seeds):
        raise BadInput(f"--seeds {','.join(map(str, seeds))!r}: name at least one, each once")
    for seed in seeds:
        check_seed(seed)
    for key in settings:
        if key in OWN_OPTIONS:
            raise BadInput(f"--set {key}: give {OWN_OPTIONS[key]}, which all trainings share")
        if key in REFUSED:
            raise BadInput(f"--set {key}: {REFUSED[key]}; leave it out")


def _combination(
    begin: Beginning, fixed: Mapping[str, Any], values: Mapping[str, Any], budget: Mapping[str, Any]
) -> grid.Combination:
    found = sort_fields(begin.kind, {**fixed, **values})
    config = {**begin.shape, **found.preset.config, **found.config}
    config_from_dict(begin.kind, {FROM_DATA: 1, **config})  # refuses before data are read
    training = {**begin.rates(), **found.preset.training, **found.training, **budget}
    return grid.Combination(values, config, TrainSettings.from_dict(training))


def _csv(
    varied: Mapping[str, Sequence[Any]], points: Sequence[Mapping[str, Any]]
) -> tuple[tuple[str, ...], ...]:
    """A row for each training, for spreadsheets; empty where an older release did not measure."""
    heads = (*varied, "seed", "best_step", *(f"valid_{metric}" for metric in METRICS))
    rows = (
        (
            *map(to_option_text, point["values"].values()),
            str(run["seed"]),
            str(run["best_step"]),
            *(str(run["valid"].get(metric, "")) for metric in METRICS),
        )
        for point in points
        for run in point["runs"]
    )
    return (heads, *rows)


def _said(values: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{KEYS.get(key, key)} {to_option_text(value)}" for key, value in values.items()
    )
