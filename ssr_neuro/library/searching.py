"""`ssr_neuro.search_settings`: tune a model by a validation figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from ssr_neuro import extras
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput, check_type, check_whole
from ssr_neuro.library.chosen_fields import Chosen, sort_fields
from ssr_neuro.library.data import load_data
from ssr_neuro.library.files_read import search_files
from ssr_neuro.library.search_result import SearchResult
from ssr_neuro.library.training_places import keep_what_is_there
from ssr_neuro.settings.checks import check_one_process
from ssr_neuro.settings.reading import ReadingOptions

if TYPE_CHECKING:
    from ssr_neuro.search.space import Space
    from ssr_neuro.search.task import SearchTask

BUDGET = ("epochs", "max_minutes", "max_steps", "patience", "weight_bits")


@dataclass(frozen=True, eq=False)
class PreparedSearch:
    """A search that has been checked and can begin. reads: files that it must not replace."""

    task: "SearchTask"
    space: "Space"
    trials: int
    storage: str
    study: str
    reads: Sequence[Path]

    def run(self, *, progress: bool = False) -> SearchResult:
        """Open the study or go on with it, until it has as many trials. Ctrl-C stops it."""
        from ssr_neuro.search.loop import search as run_trials
        from ssr_neuro.search.progress import search_progress
        from ssr_neuro.search.study import count_done, open_study

        found, steps = open_study(self.storage, self.study, self.task, self.space), self.task.steps
        with search_progress(self.trials, *count_done(found), steps, shown=progress) as watch:
            run_trials(found, self.task, self.space, self.trials, watch)
        return SearchResult(found, self.task, self.reads)


def search_settings(
    model: str,
    data: str | Path | Dataset,
    *,
    trials: int = 20,
    max_steps: int = 1000,
    space: "str | Path | Space | None" = None,
    storage: str | Path = "search.db",
    study: str | None = None,
    protocol: str = "ratio",
    out: str | Path | None = None,
    overwrite: bool = False,
    core: str | None = None,
    duplicates: str | None = None,
    ties: str | None = None,
    reader: str | None = None,
    user_column: str | None = None,
    item_column: str | None = None,
    time_column: str | None = None,
    progress: bool = False,
    **settings: Any,
) -> SearchResult:
    """Train `trials` settings of a model for the same steps each; poor ones are stopped early.

    space: a TOML file or dimensions by name, else the model's own (`ssr models NAME`). storage: a
    file or an Optuna URL, where a study of the same name is gone on with; several processes share
    it. core ... time_column: how a file is read (`Reading`). out: train the best values once more
    and keep the model there. settings: fields of the model's config or of training that are fixed.
    Raises BadInput.
    """
    check_type(storage, (str, Path), "is no storage", "a file, or a URL of Optuna")
    storage = str(storage)
    fixed = sort_fields(model, settings)
    if out is not None:
        reads = search_files(data, space, storage)
        keep_what_is_there(Path(out), resume=True, overwrite=overwrite, reads=reads)
    prepared = prepare_search(
        model,
        data,
        fixed,
        trials=trials,
        max_steps=max_steps,
        space=space,
        storage=storage,
        study=study,
        protocol=protocol,
        core=core,
        duplicates=duplicates,
        ties=ties,
        reader=reader,
        user_column=user_column,
        item_column=item_column,
        time_column=time_column,
        progress=progress,
    )
    found = prepared.run(progress=progress)
    if out is None:
        return found
    return found.train_best(out, overwrite=overwrite, progress=progress)


def prepare_search(
    model: str,
    data: str | Path | Dataset,
    fixed: Chosen,
    *,
    trials: int,
    max_steps: int,
    space: "str | Path | Space | None",
    storage: str,
    study: str | None,
    protocol: str,
    progress: bool,
    **reading: Unpack[ReadingOptions],
) -> PreparedSearch:
    """Check everything before the first trial. fixed: fields that all trials share."""
    check_one_process()
    check_whole("--trials", trials, 1)
    check_whole("--max-steps", max_steps, 1)
    extras.require("ssr search", "optuna", "accelerate")
    from ssr_neuro.search.task import SearchTask

    _check_budget(fixed)
    wanted = _space(model, space, fixed)
    dataset = load_data(data, progress=progress, **reading)
    preset = fixed.preset.without(wanted)
    config = {**preset.config, **fixed.config}
    training = {**preset.training, **fixed.training}
    task = SearchTask(model, dataset, protocol, max_steps, config, training)
    task.check(wanted)
    reads = search_files(data, space, storage)
    return PreparedSearch(task, wanted, trials, storage, study or model, reads)


def _check_budget(fixed: Chosen) -> None:
    """Raises BadInput where a fixed field would give trials other lengths."""
    if unequal := [name for name in BUDGET if name in fixed.training]:
        raise BadInput(
            f"--set {', '.join(unequal)}: every trial trains from random weights for --max-steps, "
            "so that trials can be compared; leave it out"
        )
    if fixed.training.get("refit"):
        raise BadInput(
            "--set refit: trials are judged by the validation sequences, which a refit trains on; "
            "search first, then train the best with --refit"
        )


def _space(kind: str, given: "str | Path | Space | None", fixed: Chosen) -> "Space":
    """The space of the file, or the kind's own without what is fixed."""
    from ssr_neuro.search.defaults import default_space
    from ssr_neuro.search.space import check_space
    from ssr_neuro.search.space_file import read

    if isinstance(given, str | Path):
        return read(Path(given), kind)
    if given is not None:
        check_space(given)
        return given
    own = {**fixed.config, **fixed.training}
    found = {name: d for name, d in default_space(kind).items() if name not in own}
    if not found:
        raise BadInput(f"{kind} has nothing to search by itself; say what in --space FILE.toml")
    return found
