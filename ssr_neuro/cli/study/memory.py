"""`ssr study memory`: bytes of the item table by number of features."""

from pathlib import Path
from typing import Annotated, Any, Unpack

import typer

from ssr_neuro.cli.console import shows_progress
from ssr_neuro.cli.input_paths import MODEL, checked
from ssr_neuro.cli.options import Data, DryRun, Json, Overwrite, reads_data
from ssr_neuro.cli.output import whole
from ssr_neuro.cli.study.options import (
    SAMPLING,
    Out,
    Place,
    Printed,
    Rows,
    Seed,
    by_column,
    check_seed,
    leave,
    listed,
    plus_minus,
    show_dry_run,
    teller,
)
from ssr_neuro.settings.reading import ReadingOptions

HELD = (
    "Spike codes are T D bits an item, packed; float32, float16 and int8 tables hold D numbers. "
    "Item biases and the scale of int8 are not counted."
)
PAPER = (
    "The paper reports up to 99.36 % less than float32, with logarithmic growth, for a sparse form "
    "that it does not describe; packed bits grow linearly and save {saved:.1f} % at T = {steps}."
)


@reads_data
def memory(
    data: Data,
    out: Out,
    models: Annotated[
        list[Path] | None,
        typer.Argument(
            help="trained models to place by the size of their table",
            show_default="",
            callback=checked(MODEL),
        ),
    ] = None,
    features: Annotated[str, typer.Option(help="values of D")] = "16,32,64,128,256",
    time_steps: Annotated[int, typer.Option(help="T, steps of a spike train")] = 4,
    sequences: Rows = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    **reading: Unpack[ReadingOptions],
) -> None:
    """Size of the item table as packed spikes and as numbers, by D; models by size and accuracy."""
    sizes = listed("--features", features, int)
    check_seed(seed)
    place = Place(out, overwrite, (*(models or ()), Path(data)))
    place.check()
    from ssr_neuro import data as data_sets
    from ssr_neuro.study import memory as study
    from ssr_neuro.study.selected_models import judged

    tables = study.tables(sizes, time_steps)
    if dry_run:
        return show_dry_run(place, "memory", False, json)
    dataset = data_sets.load(data, **reading, progress=shows_progress(json))
    placed = study.placed(
        judged(models or (), dataset), dataset,
        at_most=sequences, seed=seed, say=teller(json), progress=shows_progress(json),
    )  # fmt: skip
    saved = 100 * (1 - time_steps / 32)
    notes = [HELD, PAPER.format(saved=saved, steps=time_steps), *([SAMPLING] if placed else [])]
    about = f"{dataset.name}: {dataset.n_items:,} items"
    svg = study.figure(about, tables, sizes, placed, notes)
    by_size = study.document(tables, sizes, dataset.n_items)
    content = {"time_steps": time_steps, "sizes": by_size, "seed": seed, "models": placed}
    heads = ("D, or model", *(table.name for table in tables), "candidates", "HR@10", "NDCG@10")
    printed = None if json else Printed(f"{about}, bytes per item", heads, _rows(by_size, placed))
    leave("memory", place, dataset, content, svg, notes, printed)


def _rows(by_size: list[dict[str, Any]], placed: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    rows = [
        (f"D = {row['features']}", *map(whole, row["bytes_per_item"].values()), "", "", "")
        for row in by_size
    ]
    for model in placed:
        forms = list(by_size[0]["bytes_per_item"])
        at = 0 if model["form"] == "packed spikes" else forms.index(model["form"])
        cells = [""] * len(forms)
        cells[at] = whole(model["bytes_per_item"])
        for candidates, keys in by_column():
            metrics = (plus_minus(model["test"], metric) for metric in keys)
            rows.append((model["name"], *cells, candidates, *metrics))
    return rows
