"""What a search found: every trial, the best of them, and the model of its values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssr_neuro.errors import BadInput
from ssr_neuro.files.json_document import Format
from ssr_neuro.library.training_places import keep_what_is_there

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import FrozenTrial

    from ssr_neuro.search.task import SearchTask
    from ssr_neuro.training import TrainResult

FORMAT = Format("ssr-neuro-search", 1, "`ssr search --json`")


@dataclass(frozen=True, eq=False)
class SearchResult:
    """study: Optuna's, with every trial. reads: files that the search read, which are never
    replaced. trained: the model of the best values, where one was asked for; its test metrics are
    the only look at the test set."""

    study: "Study"
    task: "SearchTask"
    reads: Sequence[Path] = ()
    trained: "TrainResult | None" = None

    @property
    def select_by(self) -> str:
        """The validation figure that trials are judged by, such as ndcg@10."""
        return self.task.settings_of({}).select_by

    @property
    def best(self) -> "FrozenTrial":
        """The complete trial of the best validation figure."""
        from ssr_neuro.search.best import best_of

        return best_of(self.study)

    @property
    def values(self) -> Mapping[str, Any]:
        """The settings of the best trial, by name."""
        return dict(self.best.params)

    def command(self, out: str | Path = "best.pt") -> list[str]:
        """The `ssr train` that takes the very steps of the best trial.

        Raises BadInput where the data were made in memory: a command reads a file.
        """
        from ssr_neuro.search.best import train_options

        dataset = self.task.dataset
        if dataset.path is None:
            raise BadInput(
                f"{dataset.name} was made in memory, and `ssr train` reads a file; train the best "
                "values by train_best, or search on a data set of ssr_neuro.load_data"
            )
        data = ("--data", dataset.path, *dataset.reading.options())
        options = train_options(self.task, self.best.params)
        return ["ssr", "train", *data, *options, "--out", str(out)]

    def train_best(
        self, out: str | Path, *, overwrite: bool = False, progress: bool = False
    ) -> "SearchResult":
        """Train the best values once more and keep the model; the result with `trained`.

        An interrupted training at `out` is gone on with, unless overwrite. Raises BadInput where
        a finished model is there and overwrite is not given.
        """
        from ssr_neuro.search.best import train_best

        keep_what_is_there(Path(out), resume=True, overwrite=overwrite, reads=self.reads)
        found = train_best(
            self.task, self.best.params, Path(out), afresh=overwrite, progress=progress
        )
        return replace(self, trained=found)

    def count_ends(self) -> Counter[str]:
        """How many trials are COMPLETE, PRUNED (stopped early), FAIL (interrupted) or running."""
        return Counter(trial.state.name for trial in self.study.trials)

    def to_dict(self) -> dict[str, Any]:
        """Plain data: the trials, the best of them, and the model's test metrics.

        And the command, where the data were read from a file or generated.
        """
        from ssr_neuro.search.best import best_step
        from ssr_neuro.search.progress import outcome

        best = self.best
        content: dict[str, Any] = {
            "study": self.study.study_name,
            "of": self.study.user_attrs,
            "trials": [
                {
                    "number": trial.number,
                    "state": trial.state.name,
                    "outcome": outcome(trial),
                    "validations": trial.intermediate_values,
                    self.select_by: trial.value,
                    "params": trial.params,
                }
                for trial in self.study.trials
            ],
            "best": {
                "number": best.number,
                self.select_by: best.value,
                "step": best_step(best),
                "params": best.params,
            },
        }
        if self.task.dataset.path is not None:
            content["command"] = self.command(self.trained.path if self.trained else "best.pt")
        if self.trained is not None:
            content |= {"out": str(self.trained.path), "test": self.trained.test}
        return FORMAT.wrap(content)
