"""`ssr study steps` and `ssr study tau`: one training for each value, all of the same budget."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Unpack

import typer

from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.options import Data, takes_options
from ssr_neuro.cli.study.options import (
    Out,
    StudyPlace,
    parse_numbers,
    save_and_show,
    show_dry_run,
    teller,
)
from ssr_neuro.cli.study.sweep_options import SWEEP, SweepArguments

Budget = Annotated[int, typer.Option(help="optimiser steps of each training")]
Positions = Annotated[int, typer.Option(help="N, items of a sequence; divisible by every T")]
TimeSteps = Annotated[int, typer.Option(help="T, steps of a spike train")]


@takes_options(SWEEP)
def steps(
    data: Data,
    out: Out,
    max_steps: Budget,
    values: Annotated[str, typer.Option(help="values of T")] = "1,2,4,6,8",
    positions: Positions = 24,
    **options: Unpack[SweepArguments],
) -> None:
    """HR@10 and NDCG@10 by T: a model trained for each value, all for as many steps.

    Trainings stay in OUT-trainings/steps; the same command resumes them.
    """
    _sweep("STEPS", data, out, max_steps, values, {"positions": positions}, options)


@takes_options(SWEEP)
def tau(
    data: Data,
    out: Out,
    max_steps: Budget,
    values: Annotated[
        str, typer.Option(help="decay rates, between 0 and 1; the paper settles on 0.5")
    ] = "0.1,0.3,0.5,0.7,0.9",
    positions: Positions = 20,
    time_steps: TimeSteps = 4,
    **options: Unpack[SweepArguments],
) -> None:
    """HR@10 and NDCG@10 by decay rate: a model trained for each, all for as many steps.

    Trainings stay in OUT-trainings/tau; the same command resumes them.
    """
    shape = {"positions": positions, "steps": time_steps}
    _sweep("TAU", data, out, max_steps, values, shape, options)


def _sweep(
    quantity: str,
    data: str,
    out: Path,
    max_steps: int,
    values: str,
    shape: Mapping[str, Any],
    options: SweepArguments,
) -> None:
    json = options["json"]
    numbers = parse_numbers("--values", values, float)
    seeds = parse_numbers("--seeds", options["seeds"], int)
    place = StudyPlace(out, options["overwrite"], (Path(data),))
    place.check()
    from ssr_neuro.library.study_sweep import SweepOptions, pick, plan_sweep, run_sweep
    from ssr_neuro.study import sweep

    swept: sweep.Swept = getattr(sweep, quantity)
    chosen = pick({**options, "seeds": seeds}, SweepOptions)
    plan = plan_sweep(swept, shape, max_steps, numbers, chosen)
    if options["dry_run"]:
        return show_dry_run(place, swept.study, True, json)
    found = run_sweep(
        plan,
        data,
        place.trainings(swept.study),
        chosen,
        progress=shows_progress(json),
        say=teller(json),
    )
    save_and_show(found, place, json)
