"""What a search shows while it goes on: a bar of the trials and a line for each that ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from optuna.trial import FrozenTrial, Trial, TrialState
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from ssr_neuro.search.abandoned_trials import LOST
from ssr_neuro.search.trial import REFUSED
from ssr_neuro.settings.fields import typed
from ssr_neuro.training.bar import PIPE_WIDTH


class Bar:
    """A search's watch on standard error."""

    def __init__(self, progress: Progress, trials: int, done: int, best: float, steps: int) -> None:
        self.progress, self.steps, self.done, self.best = progress, steps, done, best
        self.task: TaskID = progress.add_task("search", total=trials, completed=done, now="")

    def began(self, trial: Trial) -> None:
        self.number = trial.number

    def step(self, step: int, loss: float) -> None:
        best = f"  best NDCG@10 {self.best:.4f}" if self.best > 0 else ""
        now = f"trial {self.number}  step {step:,} of {self.steps:,}  loss {loss:.3f}{best}"
        self.progress.update(self.task, completed=self.done + step / self.steps, now=now)

    def ended(self, trial: FrozenTrial, done: int, best: float) -> None:
        self.done, self.best = done, best
        self.progress.update(self.task, completed=done, now=f"best NDCG@10 {best:.4f}")
        self._line(f"trial {trial.number}  {outcome(trial)}  {values(trial.params)}")

    def waits(self, done: int, running: int) -> None:
        now = f"waiting for {running} in other processes"
        self.progress.update(self.task, completed=done, now=now)

    def again(self, numbers: list[int]) -> None:
        for number in numbers:
            self._line(f"trial {number}  lost with its process; its values are tried again")

    def _line(self, text: str) -> None:
        if not self.progress.disable:
            self.progress.console.print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def search_bar(trials: int, done: int, best: float, steps: int, *, shown: bool) -> Iterator[Bar]:
    """A bar of `trials`, of which `done` are done, each of so many steps."""
    console = Console(stderr=True)
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    columns = (
        TextColumn("searching"), BarColumn(),
        TextColumn("{task.completed:.1f} of {task.total:.0f} trials  {task.fields[now]}"),
        TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, disable=not shown) as progress:
        yield Bar(progress, trials, done, best, steps)


def outcome(trial: FrozenTrial) -> str:
    """How a trial ended, in words."""
    if REFUSED in trial.user_attrs:
        return f"not trained: {trial.user_attrs[REFUSED]}"
    if trial.state == TrialState.PRUNED:
        return f"stopped at step {trial.last_step or 0:,} ({trial.value or 0:.4f})"
    if trial.state == TrialState.COMPLETE:
        return f"NDCG@10 {trial.value or 0:.4f}"
    gone = f", its process lost {trial.user_attrs[LOST]} times" if LOST in trial.user_attrs else ""
    return f"failed{gone}"


def values(params: dict[str, Any]) -> str:
    """name=value of each parameter, shortened."""
    return " ".join(f"{name}={short(value)}" for name, value in params.items())


def short(value: Any) -> str:
    """A value in four digits."""
    return f"{value:.4g}" if isinstance(value, float) else typed(value)
