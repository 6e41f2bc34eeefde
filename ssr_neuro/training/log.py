"""The log of a training: a row for each validation, added to a CSV file or for TensorBoard."""

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from ssr_neuro.files import output_file
from ssr_neuro.files.training_log import EVENTS, LogForm, log_place, read_rows
from ssr_neuro.training.run import TrainingRun

# step, seconds, loss, rates, then what the validation found; None where there is nothing to say
Row = Mapping[str, float | None]
Add = Callable[[Row], None]


def log_row(run: TrainingRun) -> Row:
    """Loss: mean since the validation before. Rates: of the latest step, of weights and table.

    A refit validates nothing, so its rows end there.
    """
    history, groups = run.history, run.optimizer.param_groups
    loss = history.loss_sum / history.loss_steps if history.loss_steps else None
    row: dict[str, float | None] = {
        "step": history.step,
        "seconds": round(history.seconds, 1),
        "loss": loss,
        "lr": groups[0]["lr"] if history.step else None,
    }
    if run.rates[-1] != run.rates[0]:
        row["table_lr"] = groups[-1]["lr"] if history.step else None
    if run.activity is not None:
        row["firing_rate"] = run.rate
    found = {} if run.settings.refit else history.curve[-1]
    return {**row, **{name: value for name, value in found.items() if name != "step"}}


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
    rows = read_rows(place) if step is not None and place.exists() else []
    kept = [row for row in rows if int(row["step"]) <= (step or 0)]

    def add(row: Row) -> None:
        kept.append({name: "" if value is None else str(value) for name, value in row.items()})
        text = StringIO()
        writer = csv.DictWriter(text, list(kept[-1]), restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(kept)
        output_file.write(place, text.getvalue(), overwrite=True)

    return add


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
