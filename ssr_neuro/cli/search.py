"""`ssr search`: tune a model on the validation set, in a study that can be gone on with."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Unpack

import typer

from ssr_neuro import extras
from ssr_neuro.cli.accuracy import accuracy_rows
from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.input_paths import TOML, checked
from ssr_neuro.cli.options import Data, Json, reads_data
from ssr_neuro.cli.output import console, print_json
from ssr_neuro.cli.train.set_option import Assignments
from ssr_neuro.errors import BadInput
from ssr_neuro.model import kinds
from ssr_neuro.settings.reading import ReadingOptions, reading_of

if TYPE_CHECKING:
    from ssr_neuro.library.chosen_fields import Chosen
    from ssr_neuro.search.space import Space

BUDGET = ("epochs", "max_minutes", "max_steps", "patience", "weight_bits")


@reads_data
def search(
    model: Annotated[str, typer.Option(help=f"kind: {', '.join(kinds())}")],
    data: Data,
    trials: Annotated[
        int, typer.Option(min=1, help="trials in all, of all processes and starts")
    ] = 20,
    max_steps: Annotated[int, typer.Option(min=1, help="optimiser steps of each trial")] = 1000,
    space: Annotated[
        Path | None,
        typer.Option(
            help="TOML with all that is searched: [lr] low, high, log; [dropout] choices",
            show_default="`ssr models NAME` shows it",
            callback=checked(TOML),
        ),
    ] = None,
    storage: Annotated[
        str,
        typer.Option(help="file (.log or .journal: a journal, else SQLite) or Optuna storage URL"),
    ] = "search.db",
    study: Annotated[
        str | None,
        typer.Option(help="name of the study in the storage", show_default="the model"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="train the best values again and keep the model here"),
    ] = None,
    assignments: Assignments = None,
    protocol: Annotated[str, typer.Option(help="ratio (SSR) or leave-one-out (LRURec)")] = "ratio",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="replace the model at OUT")
    ] = False,
    json: Json = False,
    debug: Annotated[bool, typer.Option("--debug", help="show the traceback of an error")] = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """Tune a model by validation NDCG@10 (--set select_by=...); the test set is not looked at.

    Every trial trains for the same steps; poor ones are stopped early. Ctrl-C stops; the same
    command goes on, and the same command on other machines shares the study.
    """
    _one_process()
    if out is not None:
        from ssr_neuro.library.beginning import keep_what_is_there

        keep_what_is_there(out, resume=True, overwrite=overwrite)
    extras.require("ssr search", "optuna", "accelerate")
    from ssr_neuro import data as data_sets
    from ssr_neuro.cli.search_result import document, show
    from ssr_neuro.cli.train.precision import note_slow_products
    from ssr_neuro.library.chosen_fields import read_assignments
    from ssr_neuro.search.best import best_of, train_best, train_options
    from ssr_neuro.search.loop import search as run
    from ssr_neuro.search.progress import search_progress
    from ssr_neuro.search.study import open_study, standing
    from ssr_neuro.search.task import Task

    fixed = _fixed(read_assignments(model, assignments))
    wanted = _space(model, space, fixed)
    dataset = data_sets.load(data, **reading, progress=shows_progress(json))
    preset = fixed.preset.without(wanted)
    config = {**preset.config, **fixed.config}
    training = {**preset.training, **fixed.training}
    task = Task(model, dataset, protocol, max_steps, config, training)
    task.check(wanted)
    every = task.settings_of({})
    note_slow_products(every.mixed_precision, every.device)
    found = open_study(storage, study or model, task, wanted)
    with search_progress(trials, *standing(found), max_steps, shown=shows_progress(json)) as bar:
        run(found, task, wanted, trials, bar)
    params = best_of(found).params
    asked = reading_of(**reading).options()
    command = ["ssr", "train", "--data", data, *asked, *train_options(task, params)]
    command += ["--out", str(out or "best.pt")]
    if not json:
        show(found, command, every.select_by)
    trained = None
    if out is not None:
        trained = train_best(task, params, out, afresh=overwrite, progress=shows_progress(json))
    if json:
        print_json(document(found, command, every.select_by, trained))
    elif trained is not None:
        for cells in accuracy_rows(trained.test.to_dict()):
            console.print(f"test, {cells[0]}: HR@10 {cells[1]}, NDCG@10 {cells[2]}")
        console.print(str(out), soft_wrap=True, markup=False)


def _one_process() -> None:
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise BadInput(
            "ssr search trains each trial in one process; start it without torchrun, several times "
            "with the same --storage and --study to share the work"
        )


def _fixed(found: "Chosen") -> "Chosen":
    """What --set fixes. Raises BadInput where it would give trials other lengths."""
    if unequal := [name for name in BUDGET if name in found.training]:
        raise BadInput(
            f"--set {', '.join(unequal)}: every trial trains from random weights for --max-steps, "
            "so that trials can be compared; leave it out"
        )
    if found.training.get("refit"):
        raise BadInput(
            "--set refit: trials are judged by the validation sequences, which a refit trains on; "
            "search first, then train the best with --refit"
        )
    return found


def _space(kind: str, path: Path | None, fixed: "Chosen") -> "Space":
    """The space of the file, or the kind's own without what is fixed."""
    from ssr_neuro.search.defaults import default_space
    from ssr_neuro.search.space_file import read

    if path is not None:
        return read(path, kind)
    own = {**fixed.config, **fixed.training}
    found = {name: d for name, d in default_space(kind).items() if name not in own}
    if not found:
        raise BadInput(f"{kind} has nothing to search by itself; say what in --space FILE.toml")
    return found
