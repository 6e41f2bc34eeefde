"""One trial: train for the study's steps, show every validation to the pruner."""

import time
from typing import Protocol

from optuna.exceptions import TrialPruned, UpdateFinishedTrialError
from optuna.study import Study
from optuna.trial import Trial, TrialState

from ssr_neuro.errors import BadInput
from ssr_neuro.out_of_memory import is_out_of_memory
from ssr_neuro.search import abandoned_trials
from ssr_neuro.search.task import SearchTask
from ssr_neuro.training import tune

REFUSED = "refused"


class Watch(Protocol):
    """Sees a search go on."""

    def began(self, trial: Trial) -> None: ...
    def step(self, step: int, loss: float) -> None: ...


def run_trial(study: Study, trial: Trial, task: SearchTask, watch: Watch) -> None:
    """Train with the trial's values and tell the study how it ended.

    COMPLETE with the best validation; PRUNED where the pruner or, with the reason as user
    attribute `refused`, the training itself stopped it. After Ctrl-C the values are queued again
    and KeyboardInterrupt goes on. A trial that another process took over ends without a word.
    """
    watch.began(trial)
    try:
        best = _validate(trial, task, watch)
        abandoned_trials.tell(study, trial.number, TrialState.COMPLETE, best)
    except TrialPruned:
        abandoned_trials.tell(study, trial.number, TrialState.PRUNED)
    except UpdateFinishedTrialError:  # a RuntimeError, too
        return
    except (BadInput, MemoryError, RuntimeError) as error:
        if not isinstance(error, BadInput) and not is_out_of_memory(error):
            raise
        trial.set_user_attr(REFUSED, str(error).partition("\n")[0] or "not enough memory")
        abandoned_trials.tell(study, trial.number, TrialState.PRUNED)
    except KeyboardInterrupt as stop:
        abandoned_trials.give_back(study, trial)
        raise KeyboardInterrupt(
            f"stopped in trial {trial.number}, whose values are queued; the same command resumes"
        ) from stop


def _validate(trial: Trial, task: SearchTask, watch: Watch) -> float:
    config, settings = task.config_of(trial.params), task.settings_of(trial.params)
    seen = time.monotonic()

    def on_step(step: int, loss: float) -> None:
        nonlocal seen
        watch.step(step, loss)
        if time.monotonic() - seen > abandoned_trials.SEEN_EVERY_S:
            seen = time.monotonic()
            trial.set_user_attr(abandoned_trials.SEEN, time.time())

    def on_validation(step: int, value: float) -> None:
        trial.report(value, step)
        if step < task.steps and trial.should_prune():
            raise TrialPruned

    curve = tune(
        task.dataset,
        task.sequences(config),
        task.kind,
        config,
        settings,
        on_step=on_step,
        on_validation=on_validation,
    )
    return float(max(point[settings.select_by] for point in curve))
