"""Trials whose process is gone: they fail, and the same values are tried again."""

import socket
import time
from collections.abc import Mapping
from typing import Any

import psutil
from optuna.exceptions import UpdateFinishedTrialError
from optuna.study import Study
from optuna.trial import FrozenTrial, Trial, TrialState

WORKER, SEEN, LOST = "worker", "seen", "lost"
SEEN_EVERY_S = 60.0
SILENT_S = 30 * 60.0  # after which a process on another machine is taken for gone
UNSIGNED_S = 60.0  # after which a trial that no process signed was begun by one that is gone
MOST_LOST = 3  # values whose process was lost so often are not tried again


def sign(trial: Trial) -> None:
    """Write down which process runs a trial, so that others see when it is gone."""
    own = psutil.Process()
    worker = {"host": socket.gethostname(), "pid": own.pid, "started": own.create_time()}
    trial.set_user_attr(WORKER, worker)
    trial.set_user_attr(SEEN, time.time())


def is_lost(trial: FrozenTrial) -> bool:
    """Whether a running trial's process has ended here, or was silent for long elsewhere.

    A process signs a trial as soon as it has begun it: one without a name was killed in between.
    """
    worker = trial.user_attrs.get(WORKER)
    if worker is not None and worker["host"] == socket.gethostname():
        return not _lives(worker)
    began = trial.datetime_start
    seen = trial.user_attrs.get(SEEN, began.timestamp() if began else 0.0)
    silent = abs(time.time() - seen)  # a clock may have been put back since
    return bool(silent > (UNSIGNED_S if worker is None else SILENT_S))


def take_back(study: Study) -> list[int]:
    """Fail every lost trial of a study and queue its values; numbers of those queued."""
    running = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    return [trial.number for trial in running if is_lost(trial) and _run_again(study, trial)]


def give_back(study: Study, trial: Trial) -> None:
    """Fail a trial that is stopped on purpose and queue its values."""
    frozen = study.trials[trial.number]
    if tell(study, frozen.number, TrialState.FAIL):
        _queue(study, frozen, frozen.user_attrs.get(LOST, 0))


def tell(study: Study, number: int, state: TrialState, value: float | None = None) -> bool:
    """End a running trial; False where another process ended it before."""
    try:
        study.tell(number, value, state=state)
    except (ValueError, UpdateFinishedTrialError):
        if study.trials[number].state == TrialState.RUNNING:
            raise
        return False
    return True


def _run_again(study: Study, trial: FrozenTrial) -> bool:
    if not tell(study, trial.number, TrialState.FAIL):
        return False
    lost = trial.user_attrs.get(LOST, 0) + 1
    if lost >= MOST_LOST:
        return False
    _queue(study, trial, lost)
    return True


def _queue(study: Study, trial: FrozenTrial, lost: int) -> None:
    params = {**trial.system_attrs.get("fixed_params", {}), **trial.params}
    study.enqueue_trial(params, user_attrs={LOST: lost, "again": trial.number})


def _lives(worker: Mapping[str, Any]) -> bool:
    try:
        process = psutil.Process(worker["pid"])
        same = abs(process.create_time() - worker["started"]) < 1
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
