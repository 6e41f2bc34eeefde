"""`ssr_neuro.study_lengths`: accuracy by length of the history."""

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from ssr_neuro.data import Dataset
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
from ssr_neuro.study import lengths as study
from ssr_neuro.study.selected_models import Say, load_judged

HEADS = ("model", "items before", "sequences", "candidates", "HR@10", "NDCG@10")


def study_lengths(
    models: Models,
    data: str | Path | Dataset,
    *,
    limits: int | Sequence[int] | None = None,
    sequences: int | None = None,
    seed: int = 0,
    progress: bool = False,
    say: Say = say_nothing,
    **reading: Unpack[ReadingOptions],
) -> Study:
    """HR@10 and NDCG@10 by how many items a user had before the one to predict.

    limits: the longest history of each group but the last; three groups of like size without
    them. sequences: rank so many test sequences, drawn by `seed`, instead of all. Raises BadInput.
    """
    chosen = None if limits is None else study.check_limits(as_list(limits))
    check_seed(seed)
    dataset = load_data(data, progress=progress, **reading)
    compared = load_judged(paths_of(list_some(models, "model")), dataset)
    found = study.group_by_length(
        compared, dataset, chosen, at_most=sequences, seed=seed, say=say, progress=progress
    )
    protocol = compared[0].protocol
    ranked = sum(point["sequences"] for point in found[compared[0].name])
    read = sorted({model.saved.config.positions for model in compared})
    notes = (
        "History: all items of the user before the target; the models read the last "
        f"{' or '.join(map(str, read))} of them.",
        SAMPLING,
    )
    return Study(
        name="lengths",
        dataset=dataset,
        content={
            "seed": seed,
            "protocol": protocol,
            "sequences": ranked,
            "models": add_points(compared, found),
        },
        svg=study.figure(describe(dataset, ranked, protocol), found, notes),
        notes=notes,
        title=dataset.source,
        heads=HEADS,
        rows=tuple(
            (
                name,
                point["history"],
                f"{point['sequences']:,}",
                candidates,
                *(plus_minus(point, metric) for metric in keys),
            )
            for name, points in found.items()
            for point in points
            for candidates, keys in column_keys()
        ),
    )
