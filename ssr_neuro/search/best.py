"""What a study found: its best trial, the options of `ssr train` that repeat it, and its model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from ssr_neuro import checkpoint
from ssr_neuro.errors import BadInput
from ssr_neuro.search.task import SearchTask
from ssr_neuro.settings.fields import to_option_text
from ssr_neuro.training import TrainResult, parts_of, train

# Fields of training with an option that every search gives `ssr train`.
OPTIONS = ("max_steps", "epochs", "eval_every")


def complete(study: Study) -> list[FrozenTrial]:
    """Trials that went to the end, the best validation first."""
    found = study.get_trials(states=(TrialState.COMPLETE,))
    return sorted(found, key=lambda trial: -(trial.value or 0.0))


def best_of(study: Study) -> FrozenTrial:
    """The complete trial of the best validation. Raises BadInput where there is none."""
    if not (found := complete(study)):
        raise BadInput(
            f"study {study.study_name!r} has no complete trial; search on with more --trials, or "
            "with other values"
        )
    return found[0]


def best_step(trial: FrozenTrial) -> int:
    """Steps after which a complete trial validated best."""
    seen = trial.intermediate_values
    return max(seen, key=lambda step: (seen[step], -step))


def train_options(task: SearchTask, params: Mapping[str, Any]) -> list[str]:
    """Options of `ssr train` that take the very steps of the trial with these values."""
    settings = task.settings_of(params)
    options = ["--model", task.kind, "--protocol", task.protocol]
    for name in OPTIONS:
        options += [f"--{name.replace('_', '-')}", to_option_text(getattr(settings, name))]
    options += ["--patience", "0"]
    given = {**task.config, **task.training, **params}
    for name, value in given.items():
        if name not in OPTIONS:
            options += ["--set", f"{name}={to_option_text(value)}"]
    return options


def train_best(
    task: SearchTask,
    params: Mapping[str, Any],
    out: Path,
    *,
    afresh: bool = False,
    progress: bool = True,
) -> TrainResult:
    """Train a trial's values once more and keep the model; the test set is looked at here alone.

    An interrupted training at `out` is gone on with, unless afresh.
    """
    config = task.config_of(params)
    resume = not afresh and checkpoint.state_path(out).exists()
    return train(
        task.dataset,
        parts_of(task.dataset, task.kind, task.protocol, config),
        task.kind,
        config,
        task.settings_of(params),
        out,
        resume=resume,
        overwrite=afresh,
        progress=progress,
    )
