"""`ssr_neuro.study_noise`: accuracy where some items of the input sequences are fakes."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from numbers import Real
from pathlib import Path
from typing import Any, Unpack

from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.library.data import load_data
from ssr_neuro.library.models import Models, paths_of
from ssr_neuro.library.one_or_several import as_list, list_some
from ssr_neuro.library.study import (
    SAMPLING,
    Study,
    add_points,
    column_keys,
    describe,
    plus_minus,
    say_nothing,
)
from ssr_neuro.settings.checks import check_seed
from ssr_neuro.settings.reading import ReadingOptions
from ssr_neuro.study.noise import at_test
from ssr_neuro.study.noise_figure import figure
from ssr_neuro.study.retrained import Retraining, retrain_at_levels
from ssr_neuro.study.selected_models import Say, load_judged

LEVELS = (0.0, 5.0, 10.0, 15.0, 20.0)
AT_TEST = (
    "Trained on clean sequences, tested on corrupted ones: that share of all interactions is "
    "replaced by uniformly random other items, drawn once; targets are never replaced. The paper "
    "trains anew on corrupted sequences (--retrain)."
)
RETRAINED = (
    "Trained anew at every level: that share of all interactions is replaced by uniformly random "
    "other items, drawn once, in the inputs of training, validation and test; targets are never "
    "replaced."
)
RELATIVE = "Relative: share of the same sequences' value without noise; the error is that of pairs."
HEADS = ("model", "fakes", "candidates", "HR@10", "NDCG@10", "relative HR@10", "relative NDCG@10")


def study_noise(
    models: Models,
    data: str | Path | Dataset,
    *,
    levels: float | Sequence[float] = LEVELS,
    retrain: str | Path | None = None,
    max_steps: int | None = None,
    sequences: int | None = None,
    seed: int = 0,
    progress: bool = False,
    say: Say = say_nothing,
    **reading: Unpack[ReadingOptions],
) -> Study:
    """HR@10 and NDCG@10 where a share of the items of the input sequences is replaced at random.

    levels: percentages that rise from 0. retrain: as in the paper, a folder where each model is
    trained anew at every level, for `max_steps` or its own budget; what lies there is gone on
    with. sequences: rank so many test sequences, drawn by `seed`, instead of all. Raises BadInput.
    """
    shares = check_levels(as_list(levels))
    check_seed(seed)
    check_max_steps(max_steps, retrains=retrain is not None)
    dataset = load_data(data, progress=progress, **reading)
    compared = load_judged(paths_of(list_some(models, "model")), dataset)
    asked: dict[str, Any] = {"at_most": sequences, "seed": seed, "say": say, "progress": progress}
    if retrain is not None:
        trainings = [Retraining(model, Path(retrain), max_steps) for model in compared]
        found = {t.model.name: retrain_at_levels(t, dataset, shares, **asked) for t in trainings}
        settings = {t.model.name: t.settings.to_dict() for t in trainings}
    else:
        found = {m.name: at_test(m, dataset, shares, **asked) for m in compared}
        settings = {}
    ranked, protocol = found[compared[0].name][0]["sequences"], compared[0].protocol
    notes = (AT_TEST if retrain is None else RETRAINED, RELATIVE, SAMPLING)
    return Study(
        name="noise",
        dataset=dataset,
        content={
            "retrained": settings,
            "seed": seed,
            "protocol": protocol,
            "sequences": ranked,
            "models": add_points(compared, found),
        },
        svg=figure(describe(dataset, ranked, protocol), found, notes),
        notes=notes,
        title=dataset.source,
        heads=HEADS,
        rows=tuple(row for name, points in found.items() for p in points for row in _rows(name, p)),
    )


def check_levels(levels: Sequence[float]) -> tuple[float, ...]:
    """Percentages as shares. Raises BadInput where they do not rise from 0 to at most 100."""
    are_numbers = all(isinstance(level, Real) for level in levels)
    rising = are_numbers and all(low < high for low, high in pairwise(levels))
    if len(levels) < 2 or levels[0] != 0 or not rising or not levels[-1] <= 100:
        said = ",".join(f"{level:g}" if are_numbers else str(level) for level in levels)
        raise BadInput(
            f"--levels {said!r}: give percentages that rise from 0 to at most 100, such as "
            "0,5,10; all are compared with 0"
        )
    return tuple(level / 100 for level in levels)


def check_max_steps(max_steps: int | None, *, retrains: bool) -> None:
    """Raises BadInput where steps of a training are given and nothing is trained."""
    if max_steps is not None and not retrains:
        raise BadInput("--max-steps has no meaning without --retrain; leave it out")


def _rows(name: str, point: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """A row for each column."""
    return [
        (
            name,
            f"{100 * point['noise']:g} %",
            candidates,
            *(plus_minus(point, metric) for metric in keys),
            *(_format_relative(point["relative"][metric]) for metric in keys),
        )
        for candidates, keys in column_keys()
    ]


def _format_relative(value: Mapping[str, float] | None) -> str:
    if value is None:
        return "no hits without noise"
    return f"{100 * value['mean']:.2f} ± {100 * value['error']:.2f} %"
