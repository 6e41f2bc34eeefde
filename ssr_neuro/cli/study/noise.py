"""`ssr study noise`: accuracy where some items of the input sequences are fakes."""

from pathlib import Path
from typing import Annotated, Unpack

import typer

from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.options import Data, DryRun, Json, Models, Overwrite, reads_data
from ssr_neuro.cli.study.options import (
    Out,
    Place,
    Rows,
    Seed,
    leave,
    listed,
    show_dry_run,
    teller,
)
from ssr_neuro.errors import BadInput
from ssr_neuro.settings.checks import check_seed
from ssr_neuro.settings.reading import ReadingOptions


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
    shares = listed("--levels", levels, float)
    check_seed(seed)
    if max_steps is not None and not retrain:
        raise BadInput("--max-steps has no meaning without --retrain; leave it out")
    place = Place(out, overwrite, (*models, Path(data)))
    place.check()
    from ssr_neuro.library.study_noise import check_levels, study_noise

    check_levels(shares)
    if dry_run:
        return show_dry_run(place, "noise", retrain, json)
    found = study_noise(
        models,
        data,
        levels=shares,
        retrain=place.trainings("noise") if retrain else None,
        max_steps=max_steps,
        sequences=sequences,
        seed=seed,
        progress=shows_progress(json),
        say=teller(json),
        **reading,
    )
    leave(found, place, json)
