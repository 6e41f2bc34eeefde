"""`ssr_neuro.study_steps` and `study_tau`: one training for each value, all of the same budget."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ssr_neuro.data import Dataset
from ssr_neuro.library.data import load_data
from ssr_neuro.library.study import Study, by_column, describe, plus_minus, say_nothing
from ssr_neuro.settings.reading import ReadingOptions
from ssr_neuro.study import sweep
from ssr_neuro.study.selected_models import Say
from ssr_neuro.study.sweep_figure import figure

STEPS = (1.0, 2.0, 4.0, 6.0, 8.0)
TAUS = (0.1, 0.3, 0.5, 0.7, 0.9)
ONE = "One training a value: error bars are over test sequences and leave out how trainings differ."
MORE = "Means of {count} trainings a value; error bars: standard error over these trainings."


def study_steps(
    data: str | Path | Dataset,
    trainings: str | Path,
    max_steps: int,
    *,
    values: Sequence[float] = STEPS,
    model: str = "ssr",
    positions: int = 24,
    features: int = 64,
    blocks: int = 2,
    seeds: Sequence[int] = (0,),
    protocol: str = "ratio",
    eval_every: int | None = None,
    core: str | None = None,
    duplicates: str | None = None,
    ties: str | None = None,
    reader: str | None = None,
    progress: bool = False,
    say: Say = say_nothing,
    **settings: Any,
) -> Study:
    """HR@10 and NDCG@10 by T, the steps of a spike train: a model trained for each value.

    trainings: the folder of the trained models; the same call goes on with those that lie there.
    max_steps: optimiser steps of each. positions: N, divisible by every T. seeds: one training of
    every value for each. settings: of training, such as batch_size, lr, table_lr and device.
    Raises BadInput.
    """
    shape = {"positions": positions, "features": features, "blocks": blocks}
    plan = plan_sweep(
        sweep.STEPS, model, shape, protocol, max_steps, values, seeds, eval_every, settings
    )
    reading = ReadingOptions(core=core, duplicates=duplicates, ties=ties, reader=reader)
    return run_sweep(plan, data, Path(trainings), reading, progress=progress, say=say)


def study_tau(
    data: str | Path | Dataset,
    trainings: str | Path,
    max_steps: int,
    *,
    values: Sequence[float] = TAUS,
    model: str = "ssr",
    positions: int = 20,
    features: int = 64,
    time_steps: int = 4,
    blocks: int = 2,
    seeds: Sequence[int] = (0,),
    protocol: str = "ratio",
    eval_every: int | None = None,
    core: str | None = None,
    duplicates: str | None = None,
    ties: str | None = None,
    reader: str | None = None,
    progress: bool = False,
    say: Say = say_nothing,
    **settings: Any,
) -> Study:
    """HR@10 and NDCG@10 by decay rate of the membrane: a model trained for each value.

    values: between 0 and 1; the paper settles on 0.5. The rest as for `study_steps`.
    """
    shape = {
        "positions": positions,
        "features": features,
        "steps": time_steps,
        "blocks": blocks,
    }
    plan = plan_sweep(
        sweep.TAU, model, shape, protocol, max_steps, values, seeds, eval_every, settings
    )
    reading = ReadingOptions(core=core, duplicates=duplicates, ties=ties, reader=reader)
    return run_sweep(plan, data, Path(trainings), reading, progress=progress, say=say)


def plan_sweep(
    swept: sweep.Swept,
    kind: str,
    shape: dict[str, Any],
    protocol: str,
    max_steps: int,
    values: Sequence[float],
    seeds: Sequence[int],
    eval_every: int | None,
    settings: dict[str, Any],
) -> sweep.Plan:
    """What all trainings share. Raises BadInput on values or settings that cannot be trained."""
    budget = sweep.equal_budget(max_steps, eval_every, **settings)
    plan = sweep.Plan(swept, kind, shape, protocol, budget, tuple(values), tuple(seeds))
    plan.check()
    return plan


def run_sweep(
    plan: sweep.Plan,
    data: str | Path | Dataset,
    trainings: Path,
    reading: ReadingOptions,
    *,
    progress: bool,
    say: Say,
) -> Study:
    """Train what is not trained yet; numbers and figure of all values."""
    swept, shape = plan.swept, plan.shape
    dataset = load_data(data, progress=progress, **reading)
    points = sweep.run(plan, dataset, trainings, say, progress=progress)
    ranked = points[0]["runs"][0]["test"]["sequences"]
    notes = (
        f"{plan.settings.max_steps:,} optimiser steps each, the weights of the best validation "
        f"NDCG@10; N = {shape['positions']}, D = {shape['features']}, L = {shape['blocks']}.",
        ONE if len(plan.seeds) == 1 else MORE.format(count=len(plan.seeds)),
        *swept.notes,
    )
    return Study(
        name=swept.study,
        dataset=dataset,
        content=sweep.described(plan) | {"points": points},
        svg=figure(swept, describe(dataset, ranked, plan.protocol), points, notes),
        notes=notes,
        title=f"{dataset.source}, {plan.protocol}",
        heads=(
            swept.symbol,
            "candidates",
            "validation HR@10",
            "validation NDCG@10",
            "HR@10",
            "NDCG@10",
        ),
        rows=tuple(
            (
                f"{point[swept.symbol]:g}",
                candidates,
                *(plus_minus(point[part], m) for part in ("valid", "test") for m in keys),
            )
            for point in points
            for candidates, keys in by_column()
        ),
    )
