"""`ssr train --recipe`: a published network in one command, stage by stage."""

from pathlib import Path
from typing import Any

import typer

from ssr_neuro import extras
from ssr_neuro.charts.numbers import metric
from ssr_neuro.cli.accuracy import HEADS, accuracy_rows
from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.dry_run import show
from ssr_neuro.cli.output import console, format_whole, is_first_process, notes, print_json, table
from ssr_neuro.cli.train.seeds import spread_cells
from ssr_neuro.cli.train.set_option import is_given
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.columns import SHOWN, TITLES
from ssr_neuro.files import output_file
from ssr_neuro.library.files_read import data_files
from ssr_neuro.settings.reading import ReadingOptions
from ssr_neuro.settings.recipe import Recipe, RecipeStage, load_recipe

# Options that go with --recipe; all others are the recipe's to set.
OWN = ("recipe", "data", "out", "overwrite", "device", "write_config", "dry_run", "json", "debug")


def run_recipe(context: typer.Context, name: str) -> None:
    """Train every stage, or say what would be written, or copy the recipe for --write-config."""
    given: dict[str, Any] = {n: v for n, v in context.params.items() if is_given(context, n)}
    _refuse_others(given)
    known, out = load_recipe(name), Path(context.params["out"])
    overwrite, json = bool(given.get("overwrite")), bool(given.get("json"))
    if (copy := given.get("write_config")) is not None:
        output_file.write(
            copy,
            known.text,
            overwrite=overwrite,
            inputs=[known.path, *data_files(context.params["data"])],
            option="--write-config",
        )
        return console.print(f"Recipe  {copy}", soft_wrap=True, markup=False)
    if "data" not in given:
        raise BadInput(f"--recipe {name} needs --data: {known.data}")
    extras.require("ssr train", "accelerate")
    from ssr_neuro.library.recipe_places import check_outputs, recipe_outputs
    from ssr_neuro.library.recipes import train_recipe

    if given.get("dry_run"):
        check_outputs(known, out, given["data"], overwrite=overwrite)
        return show([(path, path.exists()) for path in recipe_outputs(known, out)], json)
    if shows_progress(json) and is_first_process():
        notes.print(f"{known.about.strip()}\nData: {known.data}", markup=False)
    train_recipe(
        known,
        given["data"],
        out=out,
        overwrite=overwrite,
        progress=shows_progress(json),
        device=given.get("device"),
        on_stage=_say_stage if shows_progress(json) and is_first_process() else None,
        **{key: given[key] for key in ReadingOptions.__annotations__ if key in given},
    )
    if is_first_process():
        _show(known, out, json)


def _say_stage(stage: RecipeStage, seed: int) -> None:
    of_seed = f", seed {seed}" if stage.seeds > 1 else ""
    notes.print(f"Stage {stage.name}{of_seed}", markup=False)


def _refuse_others(given: dict[str, Any]) -> None:
    allowed = {*OWN, *ReadingOptions.__annotations__}
    if others := [f"--{_option(name)}" for name in given if name not in allowed]:
        raise BadInput(
            f"{', '.join(others)}: a recipe sets the whole training, and the same command resumes "
            "it; leave it out, or copy the recipe by --write-config MY.toml, change it there and "
            "give --recipe MY.toml"
        )


def _option(name: str) -> str:
    return {"start": "from", "assignments": "set"}.get(name, name.replace("_", "-"))


def _show(recipe: Recipe, out: Path, json: bool) -> None:
    from ssr_neuro.library.recipe_places import RESULTS, results_path

    results = RESULTS.read(results_path(out))
    if json:
        return print_json(RESULTS.wrap(results))
    trainings = results["trainings"]
    table(
        f"Recipe {recipe.name}",
        ("stage", "seed", "steps", "minutes", "ended by", "NDCG@10 of validation"),
        [_stage_row(one) for one in trainings],
        left=(0, 4),
    )
    published = [one for one in trainings if one["stage"] == recipe.published]
    title, rows = f"{recipe.published}: test", list(accuracy_rows(published[0]["test"]))
    if spread := results["over_seeds"]["test"]:
        title = f"{recipe.published}: test, mean ± deviation over {len(published)} seeds"
        rows = [(TITLES[column], *spread_cells(spread, column)) for column in SHOWN]
    table(title, HEADS, rows, left=(0,))
    for path in (out, results_path(out)):
        console.print(str(path), soft_wrap=True, markup=False)


def _stage_row(one: dict[str, Any]) -> tuple[str, ...]:
    return (
        one["stage"],
        str(one["seed"]),
        format_whole(one["steps"]),
        f"{one['seconds'] / 60:.1f}",
        one["ended_by"],
        metric(one["valid"].get("ndcg@10")),
    )
