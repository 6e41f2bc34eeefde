"""What a training writes down while it goes on: a row for each validation, as CSV or TensorBoard.

The log lies beside the model: OUT.csv, or the folder OUT.tensorboard. A run that is resumed goes on
with its log; rows beyond the step that it goes on from are dropped.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Literal

from ssr_neuro import extras
from ssr_neuro.errors import BadInput
from ssr_neuro.files import output_file

LogForm = Literal["csv", "tensorboard"]
# step, seconds, loss, rates, then what the validation found; None where there is nothing to say
Row = Mapping[str, float | None]
Add = Callable[[Row], None]
FIRST = ["step", "seconds", "loss"]  # columns that every log begins with
EVENTS = "events.out.tfevents."


def log_place(out: Path, form: LogForm) -> Path:
    """Where the log of the model at `out` lies."""
    return out.with_name(f"{out.name}.{form}")


def check_log(out: Path, form: LogForm, *, resume: bool, overwrite: bool) -> None:
    """Raises BadInput, before any work, where the log would replace what it must not.

    Raises BackendFailed where TensorBoard is not installed.
    """
    place = log_place(out, form)
    if form == "csv":
        output_file.check(place, overwrite=resume or overwrite)
        if place.exists():
            _read_rows(place)
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


@contextmanager
def open_log(out: Path, form: LogForm | None, *, step: int | None) -> Iterator[Add]:
    """A function that adds a row. step: of the run that is gone on with, None for a new one."""
    if form is None:
        yield lambda row: None
    elif form == "csv":
        yield _open_csv(log_place(out, form), step)
    else:
        with _open_tensorboard(log_place(out, form), step) as add:
            yield add


def _open_csv(place: Path, step: int | None) -> Add:
    rows = _read_rows(place) if step is not None and place.exists() else []
    kept = [row for row in rows if int(row["step"]) <= (step or 0)]

    def add(row: Row) -> None:
        kept.append({name: "" if value is None else str(value) for name, value in row.items()})
        text = StringIO()
        writer = csv.DictWriter(text, list(kept[-1]), restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(kept)
        output_file.write(place, text.getvalue(), overwrite=True)

    return add


def _read_rows(place: Path) -> list[dict[str, str]]:
    """Raises BadInput where the file is no log of a training."""
    try:
        with place.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
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


@contextmanager
def _open_tensorboard(place: Path, step: int | None) -> Iterator[Add]:
    from torch.utils.tensorboard import SummaryWriter

    if step is None and place.exists():
        for path in place.glob(f"{EVENTS}*"):
            path.unlink()
    purge = None if step is None else step + 1
    with SummaryWriter(str(place), purge_step=purge) as writer:

        def add(row: Row) -> None:
            for name, value in row.items():
                if name != "step" and value is not None:
                    writer.add_scalar(name, value, int(row["step"] or 0))
            writer.flush()

        yield add
