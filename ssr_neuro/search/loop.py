"""Trials one after the other, until the study has as many as wanted from all its processes."""

import time
from typing import Protocol

from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from ssr_neuro.errors import BadInput
from ssr_neuro.search import abandoned_trials
from ssr_neuro.search.space import Space
from ssr_neuro.search.study import ask, count_done
from ssr_neuro.search.task import SearchTask
from ssr_neuro.search.trial import REFUSED, Watch, run_trial

MOST_REFUSED = 3  # in a row, after which the search has a fault rather than bad luck
POLL_S = 2.0


class SearchWatch(Watch, Protocol):
    """Sees a search go on, from trial to trial."""

    def again(self, numbers: list[int]) -> None: ...
    def ended(self, trial: FrozenTrial, done: int, best: float) -> None: ...
    def waits(self, done: int, running: int) -> None: ...


def search(study: Study, task: SearchTask, space: Space, trials: int, watch: SearchWatch) -> None:
    """Run trials until `trials` of the study are done, counting those of other processes.

    Where the last ones run in other processes it waits for them, and takes over any that is lost.
    Raises BadInput where several trials in a row could not be trained, with the last reason;
    KeyboardInterrupt after Ctrl-C, the values of the trial it stopped being queued again.
    """
    refused = 0
    while _is_wanted(study, trials, watch):
        trial = ask(study, space)
        run_trial(study, trial, task, watch)
        ended = study.trials[trial.number]
        watch.ended(ended, *count_done(study))
        refused = refused + 1 if REFUSED in ended.user_attrs else 0
        if refused == MOST_REFUSED:
            raise BadInput(
                f"{refused} trials in a row could not be trained, the last because "
                f"{ended.user_attrs[REFUSED]}"
            )


def _is_wanted(study: Study, trials: int, watch: SearchWatch) -> bool:
    """Whether another trial is to be begun, once that is known."""
    while (done := count_done(study)[0]) < trials:
        if numbers := abandoned_trials.take_back(study):
            watch.again(numbers)
        running = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
        if done + len(running) < trials:
            return True
        watch.waits(done, len(running))
        time.sleep(POLL_S)
    return False
