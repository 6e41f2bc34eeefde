"""`ssr study noise`: accuracy where some items of the input sequences are fakes."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Unpack

import typer

from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.options import Data, DryRun, Json, Models, Overwrite, reads_data
from ssr_neuro.cli.study.options import (
    SAMPLING,
    Out,
    Place,
    Printed,
    Rows,
    Seed,
    about,
    by_column,
    check_seed,
    leave,
    listed,
    measured,
    plus_minus,
    show_dry_run,
    teller,
)
from ssr_neuro.errors import BadInput
from ssr_neuro.settings.reading import ReadingOptions

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


@reads_data
def noise(
    models: Models,
    data: Data,
    out: Out,
    levels: Annotated[str, typer.Option(help="% of the items that are fakes")] = "0,5,10,15,20",
    retrain: Annotated[
        bool, typer.Option("--retrain", help="as the paper: train each model anew at every level")
    ] = False,
    max_steps: Annotated[
        int | None,
        typer.Option(
            help="with --retrain: optimiser steps of each", show_default="the model's own budget"
        ),
    ] = None,
    sequences: Rows = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """HR@10 and NDCG@10 where some items of the input sequences are replaced at random.

    Models of --retrain stay in OUT-trainings/noise; the same command goes on with them.
    """
    shares = _shares(levels)
    check_seed(seed)
    if max_steps is not None and not retrain:
        raise BadInput("--max-steps has no meaning without --retrain; leave it out")
    place = Place(out, overwrite, (*models, Path(data)))
    place.check()
    from ssr_neuro import data as data_sets
    from ssr_neuro.study.noise import at_test
    from ssr_neuro.study.noise_figure import figure
    from ssr_neuro.study.retrained import Retraining, retrained
    from ssr_neuro.study.selected_models import judged

    if dry_run:
        return show_dry_run(place, "noise", retrain, json)
    dataset = data_sets.load(data, **reading, progress=shows_progress(json))
    compared = judged(models, dataset)
    told: dict[str, Any] = {
        "at_most": sequences, "seed": seed, "say": teller(json), "progress": shows_progress(json),
    }  # fmt: skip
    if retrain:
        how = [Retraining(model, place.trainings("noise"), max_steps) for model in compared]
        found = {h.model.name: retrained(h, dataset, shares, **told) for h in how}
        settings = {h.model.name: h.settings.to_dict() for h in how}
    else:
        found = {m.name: at_test(m, dataset, shares, **told) for m in compared}
        settings = {}
    ranked = found[compared[0].name][0]["sequences"]
    notes = (RETRAINED if retrain else AT_TEST, RELATIVE, SAMPLING)
    svg = figure(about(dataset, ranked, compared[0].protocol), found, notes)
    content = {
        "retrained": settings, "seed": seed, "protocol": compared[0].protocol,
        "sequences": ranked, "models": measured(compared, found),
    }  # fmt: skip
    printed = None if json else Printed(dataset.source, HEADS, _rows(found))
    leave("noise", place, dataset, content, svg, notes, printed)


HEADS = (
    "model", "fakes", "candidates", "HR@10", "NDCG@10", "relative HR@10", "relative NDCG@10",
)  # fmt: skip


def _shares(levels: str) -> tuple[float, ...]:
    found = listed("--levels", levels, float)
    rising = all(low < high for low, high in pairwise(found))
    if found[0] != 0 or len(found) < 2 or not rising or not found[-1] <= 100:
        raise BadInput(
            f"--levels {levels!r}: give percentages that rise from 0 to at most 100, such as "
            "0,5,10; all are compared with 0"
        )
    return tuple(level / 100 for level in found)


def _rows(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[tuple[str, ...]]:
    return [
        (
            name,
            f"{100 * p['noise']:g} %",
            candidates,
            *(plus_minus(p, metric) for metric in keys),
            *(_relative(p["relative"][metric]) for metric in keys),
        )
        for name, points in found.items()
        for p in points
        for candidates, keys in by_column()
    ]


def _relative(value: Mapping[str, float] | None) -> str:
    if value is None:
        return "no hits without noise"
    return f"{100 * value['mean']:.2f} ± {100 * value['error']:.2f} %"
