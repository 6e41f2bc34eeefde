"""`ssr search`: tune a model on the validation set, in a study that can be resumed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Unpack

import typer

from ssr_neuro import extras
from ssr_neuro.cli.accuracy import accuracy_rows
from ssr_neuro.cli.completion import complete_kind
from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.dry_run import show as show_dry_run
from ssr_neuro.cli.input_paths import TOML, check_paths
from ssr_neuro.cli.options import Data, DryRun, Json, reads_data
from ssr_neuro.cli.output import console, print_json
from ssr_neuro.cli.train.set_option import Assignments
from ssr_neuro.library.files_read import search_files
from ssr_neuro.model import kinds
from ssr_neuro.settings.checks import check_one_process
from ssr_neuro.settings.reading import ReadingOptions

if TYPE_CHECKING:
    from ssr_neuro.training import TrainResult


@reads_data
def search(
    model: Annotated[
        str,
        typer.Option(
            help=f"kind: {', '.join(kinds())}",
            autocompletion=complete_kind,
        ),
    ],
    data: Data,
    trials: Annotated[
        int, typer.Option(min=1, help="trials in all, of all processes and starts")
    ] = 20,
    max_steps: Annotated[int, typer.Option(min=1, help="optimiser steps of each trial")] = 1000,
    space: Annotated[
        Path | None,
        typer.Option(
            help="TOML file of what is searched: a table for each field, low and high or choices",
            show_default="`ssr models NAME` shows it",
            callback=check_paths(TOML),
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
    dry_run: DryRun = False,
    json: Json = False,
    debug: Annotated[bool, typer.Option("--debug", help="show the traceback of an error")] = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """Tune a model by validation NDCG@10 (--set select_by=...); the test set is not looked at.

    Every trial trains for the same steps; poor ones are stopped early. Ctrl-C stops it; the same
    command resumes it, and run on other machines it shares the study.
    """
    check_one_process()
    _check_places(storage, out, search_files(data, space, storage), overwrite=overwrite)
    if dry_run:
        return show_dry_run(_places(storage, out), json)
    extras.require("ssr search", "optuna", "accelerate")
    from ssr_neuro.cli.search_result import show
    from ssr_neuro.cli.train.precision import note_slow_products
    from ssr_neuro.library.chosen_fields import read_assignments
    from ssr_neuro.library.searching import prepare_search

    shown = shows_progress(json)
    prepared = prepare_search(
        model,
        data,
        read_assignments(model, assignments),
        trials=trials,
        max_steps=max_steps,
        space=space,
        storage=storage,
        study=study,
        protocol=protocol,
        progress=shown,
        **reading,
    )
    every = prepared.task.settings_of({})
    note_slow_products(every.mixed_precision, every.device)
    found = prepared.run(progress=shown)
    if not json:
        show(found, out)
    if out is not None:
        found = found.train_best(out, overwrite=overwrite, progress=shown)
    if json:
        print_json(found.to_dict())
    elif found.trained is not None:
        _show_trained(found.trained)


def _check_places(storage: str, out: Path | None, reads: list[Path], *, overwrite: bool) -> None:
    """Raises BadInput, before any work, where the study or the model cannot be written."""
    from ssr_neuro.files import study_file
    from ssr_neuro.library.training_places import keep_what_is_there

    study_file.check(storage)
    if out is not None:
        keep_what_is_there(out, resume=True, overwrite=overwrite, reads=reads)


def _show_trained(found: "TrainResult") -> None:
    for cells in accuracy_rows(found.test):
        console.print(f"test, {cells[0]}: HR@10 {cells[1]}, NDCG@10 {cells[2]}")
    console.print(str(found.path), soft_wrap=True, markup=False)


def _places(storage: str, out: Path | None) -> list[tuple[Path, bool]]:
    """What a search writes; a storage that is there is resumed, never replaced."""
    kept = [] if "://" in storage else [(Path(storage), False)]
    return kept + ([] if out is None else [(out, out.exists())])
