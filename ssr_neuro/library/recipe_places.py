"""Where a recipe writes: networks of stages, and beside them the published one and the results."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.files import json_document, output_file
from ssr_neuro.files.hashes import sha256_of_bytes, sha256_of_file
from ssr_neuro.library.files_read import data_files
from ssr_neuro.library.training_places import check_found_again, check_results
from ssr_neuro.settings.recipe import Recipe, RecipeStage

RESULTS = json_document.Format("ssr-neuro-recipe", 1, "`ssr train --recipe`")


def model_path(out: Path, stage: RecipeStage, seed: int) -> Path:
    """model.pt -> model-teacher.pt, or model-student-seed-1.pt where a stage has several seeds."""
    ending = f"-seed-{seed}" if stage.seeds > 1 else ""
    return output_file.name_beside(out, f"{out.stem}-{stage.name}{ending}{out.suffix}")


def results_path(out: Path) -> Path:
    """model.pt -> model-recipe.json."""
    return output_file.name_beside(out, f"{out.stem}-recipe.json")


def recipe_outputs(recipe: Recipe, out: Path) -> list[Path]:
    """Every file that the recipe leaves: networks by stage, the published one, the results."""
    return [*stage_paths(recipe, out), out, results_path(out)]


def stage_paths(recipe: Recipe, out: Path) -> list[Path]:
    """The networks of all stages and seeds, in the order in which they are trained."""
    return [model_path(out, stage, seed) for stage in recipe.stages for seed in range(stage.seeds)]


def check_outputs(
    recipe: Recipe, out: Path, data: str | Path | Dataset, *, overwrite: bool
) -> None:
    """Raises BadInput, before any work, where a file must not or cannot be written.

    Networks of stages that are there are found again, or refused when their turn comes. `out` is
    replaced unasked only where it is this recipe's network, of the same text.
    """
    reads = [*data_files(data), recipe.path]
    for path in stage_paths(recipe, out):
        check_found_again(path, reads)
    check_results(results_path(out), RESULTS, reads, overwrite=overwrite)
    if not overwrite:
        _refuse_other_text(recipe, out)
    output_file.check(out, overwrite=overwrite or is_own(recipe, out), inputs=reads)


def _refuse_other_text(recipe: Recipe, out: Path) -> None:
    """Raises BadInput where `out` is of another recipe, or this one was changed since.

    Whoever overwrote it then would lose the networks of all stages as well.
    """
    made = _results_naming(out)
    if made and made.get("recipe_sha256") != _sha256_of(recipe):
        same = made.get("recipe") == recipe.name
        which = "another version of this recipe" if same else f"the recipe {made.get('recipe')}"
        raise BadInput(
            f"{out} exists and was made by {which}; move it away to keep the stages that are "
            "trained, or name another with --out; --overwrite removes them and trains all afresh"
        )


def is_own(recipe: Recipe, out: Path) -> bool:
    """Whether the results beside `out` name it as this recipe's network.

    Where they name another, or there are none, a run may have ended before it wrote them: then
    `out` is the published stage's network.
    """
    if not out.is_file():
        return False
    if made := _results_naming(out):
        return bool(made.get("recipe_sha256") == _sha256_of(recipe))
    stage = model_path(out, recipe.stage(recipe.published), 0)
    return stage.is_file() and sha256_of_file(stage) == sha256_of_file(out)


def _results_naming(out: Path) -> Mapping[str, Any]:
    """The results beside `out`, where they name that file as their network; else nothing."""
    results = results_path(out)
    found = RESULTS.read(results) if out.is_file() and results.is_file() else {}
    published = found.get("published")
    named = isinstance(published, dict) and published.get("sha256") == sha256_of_file(out)
    return found if named else {}


def _sha256_of(recipe: Recipe) -> str:
    return sha256_of_bytes(recipe.text.encode())
