"""`ssr_neuro.study_anytime`: accuracy and energy of an SSR that is stopped after 1 to T steps."""

from pathlib import Path
from typing import Any, Unpack

from ssr_neuro.chip import Precision, load_chip
from ssr_neuro.costs.accounting import memory
from ssr_neuro.costs.accounting.memory_model import MemoryModel
from ssr_neuro.costs.scoring import scoring
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import rank_rows
from ssr_neuro.library.compile import compile as compile_model
from ssr_neuro.library.compiled import Compiled
from ssr_neuro.library.data import load_data
from ssr_neuro.library.models import Models, paths_of
from ssr_neuro.library.one_or_several import list_some
from ssr_neuro.library.study import (
    SAMPLING,
    Study,
    add_points,
    column_keys,
    describe,
    plus_minus,
    say_nothing,
)
from ssr_neuro.settings.checks import check_seed
from ssr_neuro.settings.default_chip import DEFAULT_LOGIC
from ssr_neuro.settings.reading import ReadingOptions
from ssr_neuro.study import anytime as study
from ssr_neuro.study.selected_models import BATCH, Judged, Say, load_judged, sample_rows

PRECISION: Precision = "int8"
HEADS = ("model", "time steps", "candidates", "HR@10", "NDCG@10", "operations", "energy")
ENERGY = (
    "Energy: int8 arithmetic and memory at 45 nm of the steps that ran and the items' bits that "
    "they read; operations are those of the sequences that the compiler proves with."
)


def study_anytime(
    models: Models,
    data: str | Path | Dataset,
    *,
    sequences: int | None = None,
    seed: int = 0,
    progress: bool = False,
    say: Say = say_nothing,
    **reading: Unpack[ReadingOptions],
) -> Study:
    """HR@10, NDCG@10, synaptic operations and energy of SSRs stopped after 1, 2 ... T time steps.

    Their integers are those of `sn.compile(model)`. sequences: rank so many test sequences, drawn
    by `seed`, instead of all. Raises BadInput for a model that is no SSR.
    """
    check_seed(seed)
    dataset = load_data(data, progress=progress, **reading)
    paths = paths_of(list_some(models, "model"))
    compared = load_judged(paths, dataset)
    for model, path in zip(compared, paths, strict=True):
        if model.saved.kind != "ssr":
            raise BadInput(
                f"{path} is of kind {model.saved.kind!r}, which has no time steps to stop after; "
                "give models of kind 'ssr'"
            )
    found: dict[str, list[dict[str, Any]]] = {}
    for model, path in zip(compared, paths, strict=True):
        say(f"{model.name}: compiling")
        compiled = compile_model(path, target="program")
        found[model.name] = [
            _stop(model, compiled, dataset, stop, sequences, seed, say, progress=progress)
            for stop in range(1, compiled.program.steps + 1)
        ]
    ranked = found[compared[0].name][0]["sequences"]
    notes = (ENERGY, SAMPLING)
    about = describe(dataset, ranked, compared[0].protocol)
    return Study(
        name="anytime",
        dataset=dataset,
        content={
            "seed": seed,
            "protocol": compared[0].protocol,
            "sequences": ranked,
            "chip": DEFAULT_LOGIC,
            "models": add_points(compared, found),
        },
        svg=study.figure(about, found, notes),
        notes=notes,
        title=dataset.source,
        heads=HEADS,
        rows=tuple(row for name, points in found.items() for p in points for row in _rows(name, p)),
    )


def _stop(
    model: Judged,
    compiled: Compiled,
    dataset: Dataset,
    stop: int,
    sequences: int | None,
    seed: int,
    say: Say,
    *,
    progress: bool,
) -> dict[str, Any]:
    """One point: what is ranked, counted and priced up to a time step."""
    own = compiled.recommender
    assert own is not None
    say(f"{model.name}: {stop} of {compiled.program.steps} time steps")
    test = model.split(dataset).test
    rows = sample_rows(len(test), sequences, seed)
    scores = study.score_until(compiled.program, own.items, stop)
    metrics = rank_rows(scores, test, rows, BATCH, progress=progress).metrics().to_dict()
    counts = study.count_until(compiled.program, compiled.proof.trace, stop)
    read = own.items.codes[:, :stop].reshape(len(own.items.codes), -1)
    bill = memory.ssr_bill(
        counts,
        scoring(read, read.shape[1]),
        load_chip(DEFAULT_LOGIC),
        PRECISION,
        MemoryModel.of(PRECISION),
    )
    return {
        "time_steps": stop,
        **metrics,
        "synaptic_operations": counts.sops.mean,
        "energy_pj": bill.total_pj,
    }


def _rows(name: str, point: dict[str, Any]) -> list[tuple[str, ...]]:
    """A row for each column."""
    return [
        (
            name,
            str(point["time_steps"]),
            candidates,
            *(plus_minus(point, metric) for metric in keys),
            f"{point['synaptic_operations']:,.0f}",
            f"{point['energy_pj'] / 1e6:.2f} µJ",
        )
        for candidates, keys in column_keys()
    ]
