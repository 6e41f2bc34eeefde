"""`ssr study lengths`: accuracy by length of the history."""

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
from ssr_neuro.settings.checks import check_seed
from ssr_neuro.settings.reading import ReadingOptions


@reads_data
def lengths(
    models: Models,
    data: Data,
    out: Out,
    limits: Annotated[
        str | None,
        typer.Option(
            help="longest history of each group but the last, such as 20,100",
            show_default="three groups of like size",
        ),
    ] = None,
    sequences: Rows = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """HR@10 and NDCG@10 by how many items a user had before the one to predict."""
    chosen = None if limits is None else listed("--limits", limits, int)
    check_seed(seed)
    place = Place(out, overwrite, (*models, Path(data)))
    place.check()
    from ssr_neuro.library.study_lengths import study_lengths
    from ssr_neuro.study.lengths import check_limits

    chosen = None if chosen is None else check_limits(chosen)
    if dry_run:
        return show_dry_run(place, "lengths", False, json)
    found = study_lengths(
        models,
        data,
        limits=chosen,
        sequences=sequences,
        seed=seed,
        progress=shows_progress(json),
        say=teller(json),
        **reading,
    )
    leave(found, place, json)
