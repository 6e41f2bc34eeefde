"""One training for each of several seeds, and what they have in common."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.seeds import PARTS, spread_document
from ssr_neuro.files import json_document, output_file
from ssr_neuro.library.files_read import path_of, training_files
from ssr_neuro.library.one_or_several import as_list
from ssr_neuro.library.training import PreparedRun, begin_with, gather, prepare_settings
from ssr_neuro.library.training_places import check_found_again, check_results, clear
from ssr_neuro.settings.reading import ReadingOptions
from ssr_neuro.study.trial import Trial

RESULTS = json_document.Format("ssr-neuro-seeds", 1, "`ssr train --seeds`")


def model_path(out: Path, seed: int) -> Path:
    """model.pt -> model-seed-0.pt."""
    return output_file.name_beside(out, f"{out.stem}-seed-{seed}{out.suffix}")


def results_path(out: Path) -> Path:
    """model.pt -> model-seeds.json."""
    return output_file.name_beside(out, f"{out.stem}-seeds.json")


def check_seed_outputs(
    out: Path, seeds: Sequence[int], inputs: Sequence[Path], *, overwrite: bool
) -> None:
    """Raises BadInput, before any work, where the files of the seeds cannot be written.

    inputs: files that the trainings read, which are never replaced.
    Models that are there are no fault: they are found again, or are of another training, which is
    said when their turn comes. Nor is a results file of such a run.
    """
    if len(set(seeds)) < len(seeds) or len(seeds) < 2:
        raise BadInput("give two seeds or more, each once; one seed needs no --seeds")
    for seed in seeds:
        check_found_again(model_path(out, seed), inputs)
    check_results(results_path(out), RESULTS, inputs, overwrite=overwrite)


def train_prepared_seeds(
    prepared: PreparedRun,
    data: str | Path | Dataset,
    out: Path,
    *,
    seeds: Sequence[int],
    teacher: Sequence[Path],
    reading: ReadingOptions,
    overwrite: bool,
    progress: bool,
    shows_reading: bool,
) -> dict[str, Any]:
    """Train a model for each seed beside `out`, and the results of all as plain data.

    A model that is trained already is found again and an interrupted one gone on with; overwrite
    removes all of them first, and the results.
    Raises BadInput where a file there is of another training.
    """
    gathered = gather(prepared, data, teacher, reading, shows_reading=shows_reading)
    begin = prepared.begin
    trials = [
        Trial(
            model_path(out, seed),
            gathered.dataset,
            gathered.parts,
            begin.kind,
            gathered.config,
            replace(prepared.settings, seed=seed),
            start=begin.saved,
            teacher=gathered.teacher,
            afresh=overwrite,
        )
        for seed in seeds
    ]
    if overwrite:
        clear([trial.path for trial in trials], [results_path(out)])
    trained = [trial.run(progress=progress) for trial in trials]
    return results_of(out, seeds, trained)


def train_seeds(
    data: str | Path | Dataset = "generated",
    *,
    seeds: Sequence[int],
    out: str | Path = "model.pt",
    model: str | None = None,
    protocol: str | None = None,
    start: str | Path | None = None,
    teacher: str | Path | Sequence[str | Path] = (),
    overwrite: bool = False,
    progress: bool = False,
    **options: Any,
) -> dict[str, Any]:
    """Train a model for each of `seeds`, and what they have in common as plain data.

    out: model.pt leaves model-seed-0.pt and so on, and model-seeds.json with these results: each
    model's figures, their means and their deviations. The same call finds what is trained already
    and goes on with what was interrupted. options: settings and options of reading, as those of
    `train`; seed is no such setting. Raises BadInput.
    """
    seeds, teacher = as_list(seeds), as_list(teacher)
    if "seed" in options:
        raise BadInput("seed has no meaning beside seeds; leave it out")
    out = path_of(out, "the path of the model.pt to write")
    teachers = [Path(path) for path in teacher]
    check_seed_outputs(out, seeds, training_files(data, start, teachers), overwrite=overwrite)
    columns = ReadingOptions.__annotations__
    reading = cast(ReadingOptions, {k: v for k, v in options.items() if k in columns})
    settings = {k: v for k, v in options.items() if k not in columns}
    begin = begin_with(
        {"model": model, "protocol": protocol}, None if start is None else Path(start), settings
    )
    results = train_prepared_seeds(
        prepare_settings(begin),
        data,
        out,
        seeds=seeds,
        teacher=teachers,
        reading=reading,
        overwrite=overwrite,
        progress=progress,
        shows_reading=progress,
    )
    write_results(out, results)
    return results


def results_of(out: Path, seeds: Sequence[int], trained: Sequence[Checkpoint]) -> dict[str, Any]:
    """What is written down of models that differ in their seed alone."""
    first = trained[0]
    kept = ("steps", "best_step", "seconds", *PARTS)
    settings = {k: v for k, v in first.training["settings"].items() if k != "seed"}
    return {
        "model": first.kind,
        "config": first.config.to_dict(),
        "settings": settings,
        "data": first.training["data"],
        "protocol": first.training["protocol"],
        "models": [
            {"seed": seed, "model": model_path(out, seed).name}
            | {key: saved.training[key] for key in kept}
            for seed, saved in zip(seeds, trained, strict=True)
        ],
        "over_seeds": spread_document([one.training for one in trained]),
    }


def write_results(out: Path, results: dict[str, Any]) -> Path:
    """Write what `train_seeds` gave beside `out`, and name the file."""
    path = results_path(out)
    text = json_document.to_text(RESULTS.wrap(results))
    output_file.write(path, text, overwrite=True)
    return path
