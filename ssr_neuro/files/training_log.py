"""What a training writes down while it goes on: a row for each validation, as CSV or TensorBoard.

The log lies beside the model: OUT.csv, or the folder OUT.tensorboard. A run that is resumed goes on
with its log; rows beyond the step that it goes on from are dropped.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, get_args

from ssr_neuro import extras
from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate, output_file

LogForm = Literal["csv", "tensorboard"]
FIRST = ["step", "seconds", "loss"]  # columns that every log begins with
EVENTS = "events.out.tfevents."


def log_place(out: Path, form: LogForm) -> Path:
    """Where the log of the model at `out` lies."""
    return output_file.name_beside(out, f"{out.name}.{form}")


def check_log(
    out: Path, form: LogForm, inputs: Iterable[Path] = (), *, resume: bool, overwrite: bool
) -> None:
    """Raises BadInput, before any work, where the log would replace what it must not.

    inputs: files that the same run reads.
    Raises BackendFailed where TensorBoard is not installed.
    """
    if form not in get_args(LogForm):
        raise BadInput(f"--log is {form!r}; it must be {' or '.join(get_args(LogForm))}")
    place = log_place(out, form)
    if form == "csv":
        output_file.check(place, overwrite=resume or overwrite, inputs=inputs)
        if place.exists():
            read_rows(place)
        return
    extras.require("--log tensorboard", "tensorboard")
    output_file.check_parent(place)
    if place.exists() and not place.is_dir():
        raise BadInput(f"{place} is a file; move it away, or name another model with --out")
    found = sorted(path.name for path in place.iterdir()) if place.exists() else []
    if others := [name for name in found if not name.startswith(EVENTS)]:
        raise BadInput(
            f"{place} holds {others[0]}, which is no log of TensorBoard; move it away, or name "
            "another model with --out"
        )
    if found and not (resume or overwrite):
        raise BadInput(f"{place} exists; --overwrite replaces it, or name another model with --out")


def read_rows(place: Path) -> list[dict[str, str]]:
    """The rows of a log, as text. Raises BadInput where the file is no log of a training."""
    try:
        reader = csv.DictReader(gate.read_lines(place, "a log", "move it away"))
        rows = list(reader)
        whole = (reader.fieldnames or [])[: len(FIRST)] == FIRST
        if not whole or not all(row["step"].isdecimal() for row in rows):
            raise ValueError("its columns are others")
    except (OSError, ValueError, csv.Error, AttributeError) as error:
        raise BadInput(
            f"{place} is no log of a training ({error}); move it away, or name another model with "
            "--out"
        ) from error
    return rows
