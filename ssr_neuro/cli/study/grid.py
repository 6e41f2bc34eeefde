"""`ssr study sweep`: validation accuracy by any settings, a training for each combination."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Unpack

import typer

from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.options import Data, DryRun, Json, Overwrite, Protocol, reads_data
from ssr_neuro.cli.study.options import (
    Out,
    StudyPlace,
    parse_numbers,
    save_and_show,
    show_dry_run,
    teller,
)
from ssr_neuro.errors import BadInput
from ssr_neuro.settings.reading import ReadingOptions

STUDY = "sweep"


@reads_data
def sweep(
    data: Data,
    out: Out,
    max_steps: Annotated[int, typer.Option(help="optimiser steps of each training")],
    settings: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="KEY=A,B,C",
            help="any field of the model's config or of training; several values are tried, one "
            "value holds for all; `ssr models NAME` lists the fields",
        ),
    ],
    model: Annotated[str, typer.Option(help="a name of `ssr models`")] = "ssr",
    seeds: Annotated[
        str, typer.Option(help="a training of every combination for each, such as 0,1,2")
    ] = "0",
    protocol: Protocol = "ratio",
    eval_every: Annotated[
        int | None,
        typer.Option(help="steps between validations", show_default="a tenth of --max-steps"),
    ] = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """HR@10 and NDCG@10 on the validation sequences by any settings: every combination is trained.

    LRURec's Figure 4: --model lrurec --set source=program --set weight_decay=0,1e-4,0.01,1, and
    once more with --set dropout=0,0.2,0.4,0.6,0.8 in its place

    Leaves sweep.json, sweep.csv and sweep.svg. Trainings stay in OUT-trainings/sweep; the same
    command resumes an interrupted study, and with more values trains only what is new. The test
    sequences are not used.
    """
    starts = parse_numbers("--seeds", seeds, int)
    place = StudyPlace(out, overwrite, (Path(data),))
    place.check()
    from ssr_neuro.library.study_grid import plan, study_sweep

    found = read_settings(model, settings)
    plan(found, max_steps, model, starts, protocol, eval_every)  # refuses before data are read
    if dry_run:
        return show_dry_run(place, STUDY, True, json)
    study = study_sweep(
        data,
        place.trainings(STUDY),
        max_steps,
        found,
        model=model,
        seeds=starts,
        protocol=protocol,
        eval_every=eval_every,
        progress=shows_progress(json),
        say=teller(json),
        **reading,
    )
    save_and_show(study, place, json)


def read_settings(kind: str, texts: Sequence[str]) -> dict[str, Any]:
    """KEY=A,B,C -> a list where there are several values. Raises BadInput that names the option."""
    from ssr_neuro.library.chosen_fields import read_assignments

    found: dict[str, Any] = {}
    for text in texts:
        key, equals, values = text.partition("=")
        if not equals:
            raise BadInput(
                f"--set {text}: no value; write --set KEY=A,B,C, as in --set lr=1e-3,3e-3"
            )
        if key in found:
            raise BadInput(f"--set {key} is given twice; write its values with commas between")
        read = []
        for value in values.split(","):
            chosen = read_assignments(kind, [f"{key}={value}"])
            read.append({**chosen.config, **chosen.training}[key])
        found[key] = read if len(read) > 1 else read[0]
    return found
