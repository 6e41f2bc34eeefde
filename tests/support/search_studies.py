"""What several tests share of study."""

from pathlib import Path
from typing import Any

from optuna.study import Study
from optuna.trial import FrozenTrial, Trial
from search_tasks import task

from ssr_neuro.search.space import Between, Choices, Space
from ssr_neuro.search.study import open_study
from ssr_neuro.search.task import SearchTask

SPACE: Space = {"lr": Between(1e-3, 1e-1, log=True), "dropout": Choices((0.0, 0.2))}


SMALL = task(training={"batch_size": 16, "device": "cpu"})


class Notes:
    """A watch that remembers, and may act at a step."""

    def __init__(self, act: Any = None) -> None:
        self.act, self.waited = act, 0
        self.numbers, self.lost, self.done = list[int](), list[int](), list[int]()

    def began(self, trial: Trial) -> None:
        self.numbers.append(trial.number)

    def step(self, step: int, loss: float) -> None:
        if self.act is not None:
            self.act(self.numbers[-1], step)

    def again(self, numbers: list[int]) -> None:
        self.lost += numbers

    def ended(self, trial: FrozenTrial, done: int, best: float) -> None:
        self.done.append(done)

    def waits(self, done: int, running: int) -> None:
        self.waited += 1
        if self.act is not None:
            self.act(-1, self.waited)


def opened(
    folder: Path, store: str = "study.log", of: SearchTask = SMALL, space: Space = SPACE
) -> Study:
    return open_study(str(folder / store), "s", of, space)
