"""`ssr_neuro.study_steps` and `study_tau`: one training for each value, all of the same budget."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, Unpack, cast

from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.library.data import load_data
from ssr_neuro.library.one_or_several import as_list
from ssr_neuro.library.study import Study, column_keys, describe, plus_minus, say_nothing
from ssr_neuro.settings.reading import ReadingOptions
from ssr_neuro.settings.training_options import TrainingOptions
from ssr_neuro.study import sweep
from ssr_neuro.study.selected_models import Say
from ssr_neuro.study.sweep_figure import figure

STEPS = (1.0, 2.0, 4.0, 6.0, 8.0)
TAUS = (0.1, 0.3, 0.5, 0.7, 0.9)
ONE = "One training a value: error bars are over test sequences and leave out how trainings differ."
MORE = "Means of {count} trainings a value; error bars: standard error over these trainings."
Options = TypeVar("Options", bound=Mapping[str, object])


class SweepOptions(ReadingOptions, TrainingOptions, total=False):
    """What every sweep takes beside the values of its quantity.

    model: a kind with spikes, "ssr" by default. features: D, 64 by default. blocks: L, 2 by
    default. seeds: one training of every value for each, (0,) by default. protocol: "ratio" by
    default. eval_every: steps between validations, a tenth of the budget by default. The other
    options are those of `Reading` and `TrainSettings`.
    """

    model: str
    features: int
    blocks: int
    seeds: int | Sequence[int]
    protocol: str
    eval_every: int | None


def study_steps(
    data: str | Path | Dataset,
    trainings: str | Path,
    max_steps: int,
    *,
    values: float | Sequence[float] = STEPS,
    positions: int = 24,
    progress: bool = False,
    say: Say = say_nothing,
    **options: Unpack[SweepOptions],
) -> Study:
    """HR@10 and NDCG@10 by T, the steps of a spike train: a model trained for each value.

    trainings: the folder of the trained models; the same call goes on with those that lie there.
    max_steps: optimiser steps of each. positions: N, divisible by every T. options: the fields of
    `SweepOptions`: model, features, blocks, seeds, protocol, eval_every; batch_size, lr and other
    settings of training; core, ties and other options of reading. Raises BadInput.
    """
    plan = plan_sweep(sweep.STEPS, {"positions": positions}, max_steps, values, options)
    return run_sweep(plan, data, Path(trainings), options, progress=progress, say=say)


def study_tau(
    data: str | Path | Dataset,
    trainings: str | Path,
    max_steps: int,
    *,
    values: float | Sequence[float] = TAUS,
    positions: int = 20,
    time_steps: int = 4,
    progress: bool = False,
    say: Say = say_nothing,
    **options: Unpack[SweepOptions],
) -> Study:
    """HR@10 and NDCG@10 by decay rate of the membrane: a model trained for each value.

    values: between 0 and 1; the paper settles on 0.5. The rest as for `study_steps`.
    """
    shape = {"positions": positions, "steps": time_steps}
    plan = plan_sweep(sweep.TAU, shape, max_steps, values, options)
    return run_sweep(plan, data, Path(trainings), options, progress=progress, say=say)


def plan_sweep(
    swept: sweep.Swept,
    shape: Mapping[str, Any],
    max_steps: int,
    values: float | Sequence[float],
    options: SweepOptions,
) -> sweep.SweepPlan:
    """What all trainings share. shape: fields of the model's config beside D and L.

    Raises BadInput on values or settings that cannot be trained.
    """
    known = SweepOptions.__annotations__
    if unknown := sorted(options.keys() - known.keys()):
        raise BadInput(f"no option {', '.join(unknown)}; a sweep has {', '.join(known)}")
    training = pick(options, TrainingOptions)
    budget = sweep.equal_budget(max_steps, options.get("eval_every"), **training)
    widths = {"features": options.get("features", 64), "blocks": options.get("blocks", 2)}
    plan = sweep.SweepPlan(
        swept,
        options.get("model", "ssr"),
        {**shape, **widths},
        options.get("protocol", "ratio"),
        budget,
        tuple(as_list(values)),
        tuple(as_list(options.get("seeds", (0,)))),
    )
    plan.check()
    return plan


def run_sweep(
    plan: sweep.SweepPlan,
    data: str | Path | Dataset,
    trainings: Path,
    options: SweepOptions,
    *,
    progress: bool,
    say: Say,
) -> Study:
    """Train what is not trained yet; numbers and figure of all values."""
    swept, shape = plan.swept, plan.shape
    reading = pick(options, ReadingOptions)
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
        content=sweep.describe_plan(plan) | {"points": points},
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
            for candidates, keys in column_keys()
        ),
    )


def pick(options: Mapping[str, object], kind: type[Options]) -> Options:
    """Those of the options that a kind of options (a TypedDict) has."""
    return cast(Options, {name: options[name] for name in kind.__annotations__ if name in options})
