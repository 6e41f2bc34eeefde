"""`ssr study memory`: bytes of the item table by number of features."""

from pathlib import Path
from typing import Annotated, Unpack

import typer

from ssr_neuro.cli.input_paths import MODEL, check_paths
from ssr_neuro.cli.options import Data, takes_options
from ssr_neuro.cli.study import options as shared


@takes_options(shared.RANKING)
def memory(
    data: Data,
    out: shared.Out,
    models: Annotated[
        list[Path] | None,
        typer.Argument(
            help="trained models to place by the size of their table",
            show_default=False,
            callback=check_paths(MODEL),
        ),
    ] = None,
    features: Annotated[str, typer.Option(help="values of D")] = "16,32,64,128,256",
    time_steps: Annotated[int, typer.Option(help="T, steps of a spike train")] = 4,
    **options: Unpack[shared.StudyArguments],
) -> None:
    """Size of the item table as packed spikes and as numbers, by D; models by size and accuracy."""
    sizes = shared.parse_numbers("--features", features, int)
    place = shared.place_of(out, options, *(models or ()), Path(data))
    from ssr_neuro.library.study_memory import study_memory
    from ssr_neuro.study.memory import tables

    tables(sizes, time_steps)  # refuses sizes before anything is read
    if options["dry_run"]:
        return shared.show_dry_run(place, "memory", False, options["json"])
    found = study_memory(
        data, models or (), features=sizes, time_steps=time_steps, **shared.how_to_run(options)
    )
    shared.save_and_show(found, place, options["json"])
