"""`ssr train` of one model: trained, then shown."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ssr_neuro.cli.accuracy import HEADS, accuracy_rows
from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.output import (
    console,
    format_whole,
    is_first_process,
    note,
    print_json,
    table,
)
from ssr_neuro.files.training_log import LogForm
from ssr_neuro.settings.reading import ReadingOptions

if TYPE_CHECKING:
    from ssr_neuro.library.training import PreparedRun
    from ssr_neuro.training import TrainResult


def train_one_and_show(
    prepared: "PreparedRun",
    data: str,
    out: Path,
    *,
    teacher: Sequence[Path],
    reading: ReadingOptions,
    resume: bool,
    overwrite: bool,
    log: LogForm | None,
    json: bool,
) -> None:
    """Train the model at OUT and print how well it ranks."""
    from ssr_neuro.library.training import train_prepared

    result = train_prepared(
        prepared,
        data,
        out,
        teacher=teacher,
        reading=reading,
        resume=resume,
        overwrite=overwrite,
        log=log,
        progress=shows_progress(json),
        shows_reading=is_first_process() and shows_progress(json),
    )
    if not is_first_process():
        return
    if json:
        return print_json({"out": str(out), "steps": result.steps, "test": result.test})
    _show(result)
    if prepared.settings.refit:
        note(
            "the validation sequences trained this model: it cannot be chosen by them, and "
            "nothing that starts or learns from it can"
        )


def _show(result: "TrainResult") -> None:
    rows = [
        (name, format_whole(found["sequences"]), *cells)
        for name, found in (("validation", result.valid), ("test", result.test))
        if found
        for cells in accuracy_rows(found)
    ]
    table("Full ranking", ("", "sequences", *HEADS), rows, left=(0, 2))
    kept = "best" if result.valid else "kept"
    console.print(
        f"{result.steps:,} steps in {result.seconds:.0f} s, {kept} at {result.best_step:,}: "
        f"{result.path}",
        soft_wrap=True,
    )
