"""`ssr study noise`: accuracy where some items of the input sequences are fakes."""

from pathlib import Path
from typing import Annotated, Unpack

import typer

from ssr_neuro.cli.options import Data, Models, takes_options
from ssr_neuro.cli.study import options as shared


@takes_options(shared.RANKING)
def noise(
    models: Models,
    data: Data,
    out: shared.Out,
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
    **options: Unpack[shared.StudyArguments],
) -> None:
    """HR@10 and NDCG@10 where some items of the input sequences are replaced at random.

    Models of --retrain stay in OUT-trainings/noise; the same command resumes them.
    """
    shares = shared.parse_numbers("--levels", levels, float)
    place = shared.place_of(out, options, *models, Path(data))
    from ssr_neuro.library.study_noise import check_levels, check_max_steps, study_noise

    check_levels(shares)
    check_max_steps(max_steps, retrains=retrain)
    if options["dry_run"]:
        return shared.show_dry_run(place, "noise", retrain, options["json"])
    found = study_noise(
        models,
        data,
        levels=shares,
        retrain=place.trainings("noise") if retrain else None,
        max_steps=max_steps,
        **shared.how_to_run(options),
    )
    shared.save_and_show(found, place, options["json"])
