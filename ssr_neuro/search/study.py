"""A study: opened or gone on with, and never mixed with trials of another task."""

from typing import Any

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
    check_distribution_compatibility,
)
from optuna.study import Study
from optuna.trial import FrozenTrial, Trial, TrialState

from ssr_neuro.errors import BadInput
from ssr_neuro.search import abandoned_trials
from ssr_neuro.search.defaults import default_values
from ssr_neuro.search.space import Choices, Dimension, Space
from ssr_neuro.search.storage import answering, hide_password, open_storage
from ssr_neuro.search.stored_trials import check_trials
from ssr_neuro.search.task import SearchTask
from ssr_neuro.settings.fields import to_option_text

IDENTITY = "ssr-neuro"
FREE_TRIALS = 5  # before the first is stopped
DONE = (TrialState.COMPLETE, TrialState.PRUNED)


def open_study(place: str, name: str, task: SearchTask, space: Space) -> Study:
    """The study `name` at `place`, made where there is none; its first trial has the defaults.

    Raises BadInput where the study is of another task, or its space does not fit this one.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage = open_storage(place)
    with answering(f"--storage {hide_password(place)}"):
        study = optuna.create_study(
            storage=storage,
            study_name=name,
            load_if_exists=True,
            direction="maximize",
            sampler=optuna.samplers.TPESampler(constant_liar=True),
            pruner=optuna.pruners.MedianPruner(FREE_TRIALS, n_warmup_steps=task.steps // 4),
        )
        before = study.user_attrs.get(IDENTITY)
        trials = study.get_trials(deepcopy=False)
    if before is None and trials:
        raise BadInput(f"study {name!r} was not made by ssr search; give another --study")
    with answering(f"--storage {hide_password(place)}"):
        check_trials(name, study.directions, trials)
        if before is None:
            study.set_user_attr(IDENTITY, task.identity())
        else:
            _check_same(name, before, task.identity())
        _check_space(name, trials, space)
        if not trials:
            study.enqueue_trial(_first_trial(task, space), skip_if_exists=True)
    return study


def ask(study: Study, space: Space) -> Trial:
    """The next trial, which bears the name of this process. Raises BadInput."""
    with answering(f"study {study.study_name!r}"):
        trial = study.ask(distributions(space))
        abandoned_trials.sign(trial)
    return trial


def distributions(space: Space) -> dict[str, BaseDistribution]:
    """The space in Optuna's terms."""
    return {name: _distribution(dimension) for name, dimension in space.items()}


def count_done(study: Study) -> tuple[int, float]:
    """How many trials are done, and the best validation of those that are complete."""
    done = study.get_trials(deepcopy=False, states=DONE)
    complete = [t.value or 0.0 for t in done if t.state == TrialState.COMPLETE]
    return len(done), max(complete, default=0.0)


def _first_trial(task: SearchTask, space: Space) -> dict[str, Any]:
    values = {**default_values(task.kind), **task.config, **task.training}
    return {name: values[name] for name, dimension in space.items() if values[name] in dimension}


def _check_same(name: str, before: dict[str, Any], now: dict[str, Any]) -> None:
    if not isinstance(before, dict):
        raise BadInput(f"study {name!r} was not made by ssr search; give another --study")
    if differing := [key for key in now if before.get(key) != now[key]]:
        was, have = (
            ", ".join(f"{k} {_words(of.get(k))}" for k in differing) for of in (before, now)
        )
        raise BadInput(
            f"study {name!r} is of {was}, this search of {have}; their trials cannot be compared: "
            "give another --study"
        )


def _words(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    return " ".join(f"{key}={to_option_text(part)}" for key, part in value.items()) or "nothing"


def _check_space(name: str, trials: list[FrozenTrial], space: Space) -> None:
    wanted = distributions(space)
    for trial in trials:
        for field, old in trial.distributions.items():
            try:
                check_distribution_compatibility(old, wanted.get(field, old))
            except ValueError as error:
                raise BadInput(
                    f"study {name!r} has tried {field} in another way ({error}); only the ends of "
                    "a range may move: give another --study"
                ) from error


def _distribution(dimension: Dimension) -> BaseDistribution:
    if isinstance(dimension, Choices):
        return CategoricalDistribution(dimension.values)
    low, high, log, step = dimension.low, dimension.high, dimension.log, dimension.step
    if isinstance(low, int) and isinstance(high, int):
        return IntDistribution(low, high, log=log, step=int(step or 1))
    return FloatDistribution(low, high, log=log, step=step)
