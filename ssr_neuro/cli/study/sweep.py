"""`ssr study steps` and `ssr study tau`: one training for each value, all of the same budget."""

from pathlib import Path
from typing import Annotated, Any, Unpack

import typer

from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.options import Data, DryRun, Json, Overwrite, Protocol, reads_data
from ssr_neuro.cli.study.options import (
    Out,
    Place,
    leave,
    listed,
    show_dry_run,
    teller,
)
from ssr_neuro.settings.reading import ReadingOptions

Budget = Annotated[int, typer.Option(help="optimiser steps of each training")]
Kind = Annotated[str, typer.Option(help="a kind with spikes")]
Positions = Annotated[int, typer.Option(help="N, items of a sequence; divisible by every T")]
Features = Annotated[int, typer.Option(help="D")]
TimeSteps = Annotated[int, typer.Option(help="T, steps of a spike train")]
Blocks = Annotated[int, typer.Option(help="L")]
Every = Annotated[
    int | None,
    typer.Option(help="steps between validations", show_default="a tenth of --max-steps"),
]
Seeds = Annotated[str, typer.Option(help="one training of every value for each, such as 0,1,2")]
TableLr = Annotated[float, typer.Option(help="learning rate of the item table")]
Device = Annotated[str, typer.Option(help="auto or cpu")]


@reads_data
def steps(
    data: Data,
    out: Out,
    max_steps: Budget,
    values: Annotated[str, typer.Option(help="values of T")] = "1,2,4,6,8",
    model: Kind = "ssr",
    positions: Positions = 24,
    features: Features = 64,
    blocks: Blocks = 2,
    seeds: Seeds = "0",
    protocol: Protocol = "ratio",
    eval_every: Every = None,
    batch_size: int = 256,
    lr: float = 3e-3,
    table_lr: TableLr = 3e-2,
    device: Device = "auto",
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """HR@10 and NDCG@10 by T: a model trained for each value, all for as many steps.

    Trainings stay in OUT-trainings/steps; the same command goes on with what was interrupted.
    """
    shape = {"positions": positions, "features": features, "blocks": blocks}
    place = Place(out, overwrite, (Path(data),))
    _sweep(
        "STEPS",
        data,
        place,
        values,
        model,
        shape,
        max_steps,
        seeds,
        protocol,
        eval_every,
        {"batch_size": batch_size, "lr": lr, "table_lr": table_lr, "device": device},
        reading,
        dry_run,
        json,
    )


@reads_data
def tau(
    data: Data,
    out: Out,
    max_steps: Budget,
    values: Annotated[
        str, typer.Option(help="decay rates, between 0 and 1; the paper settles on 0.5")
    ] = "0.1,0.3,0.5,0.7,0.9",
    model: Kind = "ssr",
    positions: Positions = 20,
    features: Features = 64,
    time_steps: TimeSteps = 4,
    blocks: Blocks = 2,
    seeds: Seeds = "0",
    protocol: Protocol = "ratio",
    eval_every: Every = None,
    batch_size: int = 256,
    lr: float = 3e-3,
    table_lr: TableLr = 3e-2,
    device: Device = "auto",
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """HR@10 and NDCG@10 by decay rate: a model trained for each, all for as many steps.

    Trainings stay in OUT-trainings/tau; the same command goes on with what was interrupted.
    """
    shape = {
        "positions": positions,
        "features": features,
        "steps": time_steps,
        "blocks": blocks,
    }
    place = Place(out, overwrite, (Path(data),))
    _sweep(
        "TAU",
        data,
        place,
        values,
        model,
        shape,
        max_steps,
        seeds,
        protocol,
        eval_every,
        {"batch_size": batch_size, "lr": lr, "table_lr": table_lr, "device": device},
        reading,
        dry_run,
        json,
    )


def _sweep(
    quantity: str,
    data: str,
    place: Place,
    values: str,
    kind: str,
    shape: dict[str, Any],
    max_steps: int,
    seeds: str,
    protocol: str,
    eval_every: int | None,
    settings: dict[str, Any],
    reading: ReadingOptions,
    dry_run: bool,
    json: bool,
) -> None:
    asked, starts = listed("--values", values, float), listed("--seeds", seeds, int)
    place.check()
    from ssr_neuro.library.study_sweep import plan_sweep, run_sweep
    from ssr_neuro.study import sweep

    swept: sweep.Swept = getattr(sweep, quantity)
    plan = plan_sweep(swept, kind, shape, protocol, max_steps, asked, starts, eval_every, settings)
    if dry_run:
        return show_dry_run(place, swept.study, True, json)
    found = run_sweep(
        plan,
        data,
        place.trainings(swept.study),
        reading,
        progress=shows_progress(json),
        say=teller(json),
    )
    leave(found, place, json)
