"""`ssr_neuro.study_memory`: bytes of the item table by number of features."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Unpack

from ssr_neuro.data import Dataset
from ssr_neuro.library.data import load_data
from ssr_neuro.library.models import Models, paths_of
from ssr_neuro.library.one_or_several import as_list
from ssr_neuro.library.study import (
    SAMPLING,
    Study,
    column_keys,
    plus_minus,
    say_nothing,
)
from ssr_neuro.settings.checks import check_seed
from ssr_neuro.settings.reading import ReadingOptions
from ssr_neuro.study import memory as study
from ssr_neuro.study.selected_models import Say, load_judged

FEATURES = (16, 32, 64, 128, 256)  # 50 to 250 in the paper: these hold that range
HELD = (
    "Spike codes are T D bits an item, packed; float32, float16 and int8 tables hold D numbers. "
    "Item biases and the scale of int8 are not counted."
)
PAPER = (
    "The paper reports up to 99.36 % less than float32, with logarithmic growth, for a sparse form "
    "that it does not describe; packed bits grow linearly and save {saved:.1f} % at T = {steps}."
)


def study_memory(
    data: str | Path | Dataset,
    models: Models = (),
    *,
    features: int | Sequence[int] = FEATURES,
    time_steps: int = 4,
    sequences: int | None = None,
    seed: int = 0,
    progress: bool = False,
    say: Say = say_nothing,
    **reading: Unpack[ReadingOptions],
) -> Study:
    """Size of the item table as packed spikes and as numbers, for each number of features D.

    models: trained models to place by the size of their table and their accuracy. time_steps: T.
    sequences: rank so many test sequences, drawn by `seed`, instead of all. Raises BadInput.
    """
    check_seed(seed)
    sizes = tuple(as_list(features))
    tables = study.tables(sizes, time_steps)
    dataset = load_data(data, progress=progress, **reading)
    placed = study.place_models(
        load_judged(paths_of(models), dataset),
        dataset,
        at_most=sequences,
        seed=seed,
        say=say,
        progress=progress,
    )
    saved = 100 * (1 - time_steps / 32)
    notes = (HELD, PAPER.format(saved=saved, steps=time_steps), *((SAMPLING,) if placed else ()))
    about = f"{dataset.name}: {dataset.n_items:,} items"
    by_size = study.document(tables, sizes, dataset.n_items)
    return Study(
        name="memory",
        dataset=dataset,
        content={"time_steps": time_steps, "sizes": by_size, "seed": seed, "models": placed},
        svg=study.figure(about, tables, sizes, placed, notes),
        notes=notes,
        title=f"{about}, bytes per item",
        heads=("D, or model", *(table.name for table in tables), "candidates", "HR@10", "NDCG@10"),
        rows=tuple(_rows(by_size, placed)),
    )


def _rows(by_size: list[dict[str, Any]], placed: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    rows = [
        (f"D = {row['features']}", *(f"{n:,}" for n in row["bytes_per_item"].values()), "", "", "")
        for row in by_size
    ]
    for model in placed:
        forms = list(by_size[0]["bytes_per_item"])
        at = 0 if model["form"] == "packed spikes" else forms.index(model["form"])
        cells = [""] * len(forms)
        cells[at] = f"{model['bytes_per_item']:,}"
        for candidates, keys in column_keys():
            metrics = (plus_minus(model["test"], metric) for metric in keys)
            rows.append((model["name"], *cells, candidates, *metrics))
    return rows
