"""What a search shows while it runs: a bar of the trials and a line for each that ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from optuna.trial import FrozenTrial, Trial, TrialState

from ssr_neuro.progress import Task, task
from ssr_neuro.search.abandoned_trials import LOST
from ssr_neuro.search.trial import REFUSED
from ssr_neuro.settings.fields import to_option_text


class SearchProgress:
    """A search as it is followed on standard error."""

    def __init__(self, work: Task, trials: int, done: int, best: float, steps: int) -> None:
        self.work, self.trials, self.steps, self.done, self.best = work, trials, steps, done, best

    def began(self, trial: Trial) -> None:
        self.number = trial.number

    def step(self, step: int, loss: float) -> None:
        best = f", best validation {self.best:.4f}" if self.best > 0 else ""
        now = f"trial {self.number}, step {step:,} of {self.steps:,}, loss {loss:.3f}{best}"
        self._update(self.done + step / self.steps, now)

    def ended(self, trial: FrozenTrial, done: int, best: float) -> None:
        self.done, self.best = done, best
        self._update(done, f"best validation {best:.4f}")
        self.work.say(f"trial {trial.number}  {outcome(trial)}  {values(trial.params)}")

    def waits(self, done: int, running: int) -> None:
        self._update(done, f"waiting for {running} in other processes")

    def again(self, numbers: list[int]) -> None:
        for number in numbers:
            self.work.say(f"trial {number}  lost with its process; its values are tried again")

    def _update(self, done: float, now: str) -> None:
        self.work.update(done, f"{done:.1f} of {self.trials} trials, {now}")


@contextmanager
def search_progress(
    trials: int, done: int, best: float, steps: int, *, shown: bool
) -> Iterator[SearchProgress]:
    """Follow `trials`, of which `done` are done, each of so many steps."""
    with task("searching", trials, shown=shown) as work:
        yield SearchProgress(work, trials, done, best, steps)


def outcome(trial: FrozenTrial) -> str:
    """How a trial ended, in words."""
    if REFUSED in trial.user_attrs:
        return f"not trained: {trial.user_attrs[REFUSED]}"
    if trial.state == TrialState.PRUNED:
        return f"stopped at step {trial.last_step or 0:,} ({trial.value or 0:.4f})"
    if trial.state == TrialState.COMPLETE:
        return f"validation {trial.value or 0:.4f}"
    gone = f", its process lost {trial.user_attrs[LOST]} times" if LOST in trial.user_attrs else ""
    return f"failed{gone}"


def values(params: dict[str, Any]) -> str:
    """name=value of each parameter, shortened."""
    return " ".join(f"{name}={format_short(value)}" for name, value in params.items())


def format_short(value: Any) -> str:
    """A value in four digits."""
    return f"{value:.4g}" if isinstance(value, float) else to_option_text(value)
