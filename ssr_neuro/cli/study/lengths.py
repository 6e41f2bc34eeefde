"""`ssr study lengths`: accuracy by length of the history."""

from pathlib import Path
from typing import Annotated, Unpack

import typer

from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.options import Data, DryRun, Json, Models, Overwrite, reads_data
from ssr_neuro.cli.output import whole
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
    from ssr_neuro import data as data_sets
    from ssr_neuro.study import lengths as study
    from ssr_neuro.study.selected_models import judged

    chosen = None if chosen is None else study.check_limits(chosen)
    if dry_run:
        return show_dry_run(place, "lengths", False, json)
    dataset = data_sets.load(data, **reading, progress=shows_progress(json))
    compared = judged(models, dataset)
    found = study.by_length(
        compared, dataset, chosen,
        at_most=sequences, seed=seed, say=teller(json), progress=shows_progress(json),
    )  # fmt: skip
    ranked = sum(point["sequences"] for point in found[compared[0].name])
    read = sorted({model.saved.config.positions for model in compared})
    notes = (
        "History: all items of the user before the target; the models read the last "
        f"{' or '.join(map(str, read))} of them.",
        SAMPLING,
    )
    svg = study.figure(about(dataset, ranked, compared[0].protocol), found, notes)
    content = {"seed": seed, "protocol": compared[0].protocol, "sequences": ranked,
               "models": measured(compared, found)}  # fmt: skip
    rows = [
        (name, p["history"], whole(p["sequences"]), candidates,
         *(plus_minus(p, metric) for metric in keys))
        for name, points in found.items() for p in points for candidates, keys in by_column()
    ]  # fmt: skip
    heads = ("model", "items before", "sequences", "candidates", "HR@10", "NDCG@10")
    printed = None if json else Printed(dataset.source, heads, rows)
    leave("lengths", place, dataset, content, svg, notes, printed)
