"""`ssr_neuro.train_recipe`: every stage of a recipe in turn, and one document of the results."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.seeds import spread_document
from ssr_neuro.files import json_document, output_file
from ssr_neuro.files.hashes import sha256_of_bytes, sha256_of_file
from ssr_neuro.library.chosen_fields import sort_fields
from ssr_neuro.library.data import load_data
from ssr_neuro.library.models import Model, load
from ssr_neuro.library.recipe_places import (
    RESULTS,
    check_outputs,
    is_own,
    model_path,
    results_path,
    stage_paths,
)
from ssr_neuro.library.training import begin_with, gather, prepare_settings
from ssr_neuro.library.training_places import clear
from ssr_neuro.settings.reading import ReadingOptions
from ssr_neuro.settings.recipe import Recipe, RecipeStage, load_recipe
from ssr_neuro.study.trial import Trial

OnStage = Callable[[RecipeStage, int], None]


@dataclass(frozen=True)
class Trained:
    """One network of a stage, and the file that holds it."""

    stage: RecipeStage
    seed: int
    path: Path
    saved: Checkpoint


def train_recipe(
    recipe: str | Path | Recipe,
    data: str | Path | Dataset,
    *,
    out: str | Path = "model.pt",
    overwrite: bool = False,
    progress: bool = False,
    device: str | None = None,
    on_stage: OnStage | None = None,
    **reading: Unpack[ReadingOptions],
) -> Model:
    """Train every stage of a recipe and return the published network, which lies in `out` as well.

    recipe: a name, as `ssr train --help` lists them, or a TOML file. Networks of stages lie beside
    `out`; those that are trained already are found again and an interrupted one is gone on with, so
    that the same call goes on. The published network is that of the first seed, whatever the others
    reach. The test sequences are ranked for the published stage alone. overwrite removes all that
    the recipe leaves, once the first stage can be trained, and trains all afresh.
    on_stage: is called with each stage and seed as its turn comes. reading: how the file is read,
    before what the recipe says.
    Raises BadInput on a recipe, data or files that do not fit together.
    """
    out = Path(out)
    known = recipe if isinstance(recipe, Recipe) else load_recipe(recipe)
    check_outputs(known, out, data, overwrite=overwrite)
    _check_settings(known)
    options: dict[str, Any] = dict(reading)
    if not isinstance(data, Dataset):
        given = {name: value for name, value in reading.items() if value is not None}
        options = {**reading, **known.reading, **given}
    data = load_data(data, progress=progress, **options)
    trained: list[Trained] = []
    for stage in known.stages:
        for seed in range(stage.seeds):
            if on_stage is not None:
                on_stage(stage, seed)
            path = model_path(out, stage, seed)
            trial = _trial(known, stage, seed, path, data, trained, device)
            if overwrite and not trained:
                clear(stage_paths(known, out), [out, results_path(out)])
            saved = replace(trial, afresh=overwrite).run(progress=progress)
            trained.append(Trained(stage, seed, path, saved))
    return _publish(known, out, trained, overwrite=overwrite)


def _check_settings(recipe: Recipe) -> None:
    """Raises BadInput, before any work, where a stage sets what neither its kind nor training has.

    Later stages would otherwise be refused when those before them are trained, or overwritten.
    """
    kinds: dict[str, str] = {}
    for stage in recipe.stages:
        kinds[stage.name] = stage.model or kinds[str(stage.start)]
        with _naming(recipe, stage):
            sort_fields(kinds[stage.name], stage.settings)


@contextmanager
def _naming(recipe: Recipe, stage: RecipeStage) -> Iterator[None]:
    """Errors name the recipe and the stage."""
    try:
        yield
    except BadInput as error:
        raise BadInput(f"recipe {recipe.name}, stage {stage.name}: {error}") from error


def _trial(
    recipe: Recipe,
    stage: RecipeStage,
    seed: int,
    path: Path,
    dataset: Dataset,
    before: Sequence[Trained],
    device: str | None,
) -> Trial:
    """The training of a stage for one seed. Raises BadInput that names the stage."""
    start = next(
        (
            one.path
            for one in before
            if one.stage.name == stage.start and one.seed == min(seed, one.stage.seeds - 1)
        ),
        None,
    )
    teachers = [one.path for one in before if one.stage.name in stage.teachers]
    settings = {**stage.settings, "seed": seed} | ({} if device is None else {"device": device})
    with _naming(recipe, stage):
        asked = {"model": stage.model, "protocol": recipe.protocol}
        prepared = prepare_settings(begin_with(asked, start, settings))
        gathered = gather(prepared, dataset, teachers, {}, shows_reading=False)
    return Trial(
        path,
        gathered.dataset,
        gathered.parts,
        prepared.begin.kind,
        gathered.config,
        replace(prepared.settings, seed=seed),
        start=prepared.begin.saved,
        teacher=gathered.teacher,
        scores_test=stage.name == recipe.published,
    )


def _publish(recipe: Recipe, out: Path, trained: Sequence[Trained], *, overwrite: bool) -> Model:
    """Copy the published network to `out`, then write the results.

    A run that ends between the two finds its network at `out` again by `is_own`.
    """
    published = [one for one in trained if one.stage.name == recipe.published]
    may_replace = overwrite or is_own(recipe, out)
    output_file.write(out, published[0].path.read_bytes(), overwrite=may_replace)
    document = results_of(recipe, out, trained)
    text = json_document.to_text(RESULTS.wrap(document))
    output_file.write(results_path(out), text, overwrite=True)
    return load(out)


def results_of(recipe: Recipe, out: Path, trained: Sequence[Trained]) -> dict[str, Any]:
    """What is written down: the recipe itself, each training, the spread of the published one."""
    published = [one.saved.training for one in trained if one.stage.name == recipe.published]
    return {
        "recipe": recipe.name,
        "recipe_sha256": sha256_of_bytes(recipe.text.encode()),
        "text": recipe.text,
        "data": published[0]["data"],
        "protocol": recipe.protocol,
        "published": {"model": out.name, "sha256": sha256_of_file(out), "stage": recipe.published},
        "trainings": [_training(one) for one in trained],
        "seconds": sum(one.saved.training["seconds"] for one in trained),
        "over_seeds": spread_document(published),
    }


def _training(one: Trained) -> dict[str, Any]:
    training = one.saved.training
    kept = ("settings", "steps", "best_step", "seconds", "versions", "valid", "test")
    return {
        "stage": one.stage.name,
        "seed": one.seed,
        "model": one.path.name,
        "sha256": sha256_of_file(one.path),
        "kind": one.saved.kind,
        "config": one.saved.config.to_dict(),
        "ended_by": what_ended(training),
        **{key: training[key] for key in kept},
    }


def what_ended(training: Mapping[str, Any]) -> str:
    """What ended a training: its steps, its minutes, or validations that were no better."""
    settings, curve = training["settings"], training.get("curve") or []
    worse = [point for point in curve if point["step"] > training["best_step"]]
    patience = settings.get("patience")
    if patience is not None and len(worse) >= patience and not settings["refit"]:
        return f"{patience} validations without a better one"
    if settings["max_steps"] is not None and training["steps"] >= settings["max_steps"]:
        return f"its {training['steps']:,} steps"
    if settings["max_minutes"] is not None:
        return f"{settings['max_minutes']:g} minutes"
    return f"{settings['epochs']} epochs"
