"""`ssr study memory`: bytes of the item table by number of features."""

from pathlib import Path
from typing import Annotated, Unpack

import typer

from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.input_paths import MODEL, checked
from ssr_neuro.cli.options import Data, DryRun, Json, Overwrite, reads_data
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
def memory(
    data: Data,
    out: Out,
    models: Annotated[
        list[Path] | None,
        typer.Argument(
            help="trained models to place by the size of their table",
            show_default="",
            callback=checked(MODEL),
        ),
    ] = None,
    features: Annotated[str, typer.Option(help="values of D")] = "16,32,64,128,256",
    time_steps: Annotated[int, typer.Option(help="T, steps of a spike train")] = 4,
    sequences: Rows = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """Size of the item table as packed spikes and as numbers, by D; models by size and accuracy."""
    sizes = listed("--features", features, int)
    check_seed(seed)
    place = Place(out, overwrite, (*(models or ()), Path(data)))
    place.check()
    from ssr_neuro.library.study_memory import study_memory
    from ssr_neuro.study.memory import tables

    tables(sizes, time_steps)  # refuses sizes before anything is read
    if dry_run:
        return show_dry_run(place, "memory", False, json)
    found = study_memory(
        data,
        models or (),
        features=sizes,
        time_steps=time_steps,
        sequences=sequences,
        seed=seed,
        progress=shows_progress(json),
        say=teller(json),
        **reading,
    )
    leave(found, place, json)
