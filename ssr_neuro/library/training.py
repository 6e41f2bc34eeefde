"""`ssr_neuro.train`: from a data set to a trained model, with the settings of `ssr train`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ssr_neuro.data import Dataset, Split
from ssr_neuro.files.training_log import LogForm, check_log
from ssr_neuro.library.beginning import Beginning, begin_fresh, begin_from
from ssr_neuro.library.data import load_data
from ssr_neuro.library.files_read import path_of, training_files
from ssr_neuro.library.models import Model, load
from ssr_neuro.library.one_or_several import as_list
from ssr_neuro.library.training_places import keep_what_is_there
from ssr_neuro.settings.reading import ReadingOptions
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training import Teacher, TrainResult, parts_of, teacher_of
from ssr_neuro.training import train as run

EPOCHS = 20  # where nothing else ends the run
ENDS = ("epochs", "max_steps", "max_minutes")


@dataclass(frozen=True)
class PreparedRun:
    """What is trained, and how."""

    begin: Beginning
    settings: TrainSettings


def train(
    data: str | Path | Dataset = "generated",
    *,
    out: str | Path = "model.pt",
    model: str | None = None,
    protocol: str | None = None,
    start: str | Path | None = None,
    teacher: str | Path | Sequence[str | Path] = (),
    core: str | None = None,
    duplicates: str | None = None,
    ties: str | None = None,
    reader: str | None = None,
    user_column: str | None = None,
    item_column: str | None = None,
    time_column: str | None = None,
    resume: bool = False,
    overwrite: bool = False,
    log: LogForm | None = None,
    progress: bool = False,
    **settings: Any,
) -> Model:
    """Train a model and keep the weights of the best validation in `out`.

    model: a kind, "ssr" by default. start: a trained model to go on from. teacher: models whose
    ranking it learns. core ... time_column: how a file is read (`Reading`). settings: any
    field of the model's config (positions, features, steps ...) or of training (`TrainSettings`:
    max_steps, lr, seed, select_by ...), as `ssr train --set` takes them.
    log: leave OUT.csv, or OUT.tensorboard, with a row for each validation.
    Raises BadInput on a setting, data or files that do not fit together.
    """
    teacher = as_list(teacher)
    out = path_of(out, "the path of the model.pt to write")
    reads = training_files(data, start, teacher)
    keep_what_is_there(out, resume, overwrite, reads)
    if log is not None:
        check_log(out, log, reads, resume=resume, overwrite=overwrite)
    asked = {"model": model, "protocol": protocol}
    train_prepared(
        prepare_settings(begin_with(asked, None if start is None else Path(start), settings)),
        data,
        out,
        teacher=[Path(path) for path in teacher],
        reading={
            "core": core,
            "duplicates": duplicates,
            "ties": ties,
            "reader": reader,
            "user_column": user_column,
            "item_column": item_column,
            "time_column": time_column,
        },
        resume=resume,
        overwrite=overwrite,
        log=log,
        progress=progress,
        shows_reading=progress,
    )
    return load(out)


def begin_with(
    asked: Mapping[str, Any], start: Path | None, settings: Mapping[str, Any]
) -> Beginning:
    """A fresh model of the kind and protocol in `asked`, or the one at `start`, with settings.

    settings: fields of the model's config or of training by name. Raises BadInput.
    """
    return begin_fresh(asked, settings) if start is None else begin_from(start, asked, settings)


def prepare_settings(begin: Beginning) -> PreparedRun:
    """The run of what was set by name, of 20 epochs where nothing else ends it."""
    ends = any(begin.chosen.training.get(name) for name in ENDS)
    return prepare(begin, {"epochs": None if ends else EPOCHS})


def prepare(begin: Beginning, options: Mapping[str, Any]) -> PreparedRun:
    """Settings from options, from what was chosen by name, and from its source, in this order.

    options: without those that nobody gave and a source sets. Raises BadInput, of a shape as well,
    so that it is refused before the data are read.
    """
    begin.full_shape()
    found = begin.chosen
    every = {**begin.rates(), **found.preset.training, **options, **found.training}
    return PreparedRun(begin, TrainSettings.from_dict(every))


def train_prepared(
    prepared: PreparedRun,
    data: str | Path | Dataset,
    out: Path,
    *,
    teacher: Sequence[Path],
    reading: ReadingOptions,
    resume: bool,
    overwrite: bool,
    log: LogForm | None = None,
    progress: bool,
    shows_reading: bool,
) -> TrainResult:
    """Read the data, cut it by the protocol, and train.

    reading: how a file is read. shows_reading: whether to show how far it is.
    """
    begin = prepared.begin
    gathered = gather(prepared, data, teacher, reading, shows_reading=shows_reading)
    return run(
        gathered.dataset,
        gathered.parts,
        begin.kind,
        gathered.config,
        prepared.settings,
        out,
        start=begin.state,
        start_knows_validation=begin.saved.knows_validation if begin.saved else None,
        teacher=gathered.teacher,
        resume=resume,
        overwrite=overwrite,
        log=log,
        progress=progress,
    )


@dataclass(frozen=True, eq=False)
class Gathered:
    """What a training needs beside its settings."""

    dataset: Dataset
    parts: Split
    config: Any
    teacher: Teacher | None


def gather(
    prepared: PreparedRun,
    data: str | Path | Dataset,
    teacher: Sequence[Path],
    reading: ReadingOptions,
    *,
    shows_reading: bool,
) -> Gathered:
    """Read the data and cut it by the protocol; read the teachers."""
    begin, settings = prepared.begin, prepared.settings
    dataset = load_data(data, progress=shows_reading, **reading)
    config = begin.config(dataset, refit=settings.refit)
    parts = parts_of(dataset, begin.kind, begin.protocol, config, refit=settings.refit)
    taught_by = None
    if teacher:
        taught_by = teacher_of(
            teacher, dataset, begin.kind, config, protocol=begin.protocol, refit=settings.refit
        )
    return Gathered(dataset, parts, config, taught_by)
