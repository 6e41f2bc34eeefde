"""`ssr_neuro.study_item_table`: accuracy and energy by the bits of an entry of the item table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from typing import Any, Unpack

from ssr_neuro import checkpoint
from ssr_neuro.chip import load_chip
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput, check_type, is_whole
from ssr_neuro.evaluation.evaluate import SequenceSet, model_scores, rank_rows
from ssr_neuro.library.data import load_data
from ssr_neuro.library.models import Models, paths_of
from ssr_neuro.library.one_or_several import as_list, list_some
from ssr_neuro.library.study import (
    Study,
    column_keys,
    describe,
    plus_minus,
    say_nothing,
)
from ssr_neuro.settings.checks import check_seed
from ssr_neuro.settings.default_chip import DEFAULT_LOGIC
from ssr_neuro.settings.reading import ReadingOptions
from ssr_neuro.study.energy_figure import energy_figure
from ssr_neuro.study.item_table import (
    LARGEST_ENTRY_BITS,
    TABLE_BITS,
    TableEnergy,
    embeddings_of,
    round_tables,
    smallest_that_keeps,
)
from ssr_neuro.study.selected_models import BATCH, Judged, Say, load_judged, sample_rows

HEADS = ("model", "bits", "table", "energy", "ranked", "candidates", "HR@10", "NDCG@10")
ENERGY = (
    "Energy: int8 arithmetic and memory at 45 nm, entries of the item table at their bits, in the "
    "cheapest form that a device would run."
)
SAMPLING = "Error bars: standard error over validation sequences, taken as independent."


def study_item_table(
    models: Models,
    data: str | Path | Dataset,
    *,
    bits: int | Sequence[int] = TABLE_BITS,
    keep: float = 0.99,
    sequences: int | None = None,
    seed: int = 0,
    progress: bool = False,
    say: Say = say_nothing,
    **reading: Unpack[ReadingOptions],
) -> Study:
    """HR@10, NDCG@10 and energy of models without spikes by the bits of an item table's entry.

    Validation sequences choose: from the most bits down, the last number before one has less than
    `keep` of the NDCG@10 of the whole model in either column. That one alone ranks the test
    sequences. sequences: rank so many of each
    part, drawn by `seed`, instead of all. Raises BadInput for an SSR, for a model that knows the
    validation sequences or has no table to round, and for bits or a share out of range.
    """
    check_seed(seed)
    chosen = as_list(bits)
    check_choices(chosen, keep)
    dataset = load_data(data, progress=progress, **reading)
    paths = paths_of(list_some(models, "model"))
    compared = load_judged(paths, dataset)
    for model, path in zip(compared, paths, strict=True):
        _check_fitting(model, path)
    rank = _Ranking(dataset, sequences, seed, progress)
    found = {model.name: _study(model, rank, chosen, keep, say) for model in compared}
    ranked = next(iter(found.values()))["whole"]["sequences"]
    notes = (ENERGY, SAMPLING)
    about = describe(dataset, ranked, compared[0].protocol, part="validation")
    points = {name: one["points"] for name, one in found.items()}
    return Study(
        name="item-table",
        dataset=dataset,
        content={
            "seed": seed,
            "protocol": compared[0].protocol,
            "sequences": ranked,
            "chip": DEFAULT_LOGIC,
            "keep": keep,
            "models": [model.document() | found[model.name] for model in compared],
        },
        svg=energy_figure(
            "Accuracy against energy, by the bits of an item table's entry",
            about,
            points,
            notes,
            part="validation",
        ),
        notes=notes,
        title=dataset.source,
        heads=HEADS,
        rows=tuple(row for name, one in found.items() for row in _rows(name, one)),
    )


def check_choices(bits: Sequence[int], keep: float) -> None:
    """Raises BadInput on bits outside 1 to 8 or given twice, and on a `keep` that is no share."""
    if not bits or not all(is_whole(one) and 1 <= one <= LARGEST_ENTRY_BITS for one in bits):
        raise BadInput(
            f"--bits {','.join(map(repr, bits))}: an entry has 1 to {LARGEST_ENTRY_BITS} bits"
        )
    if len(set(bits)) < len(bits):
        raise BadInput(f"--bits {','.join(map(str, bits))}: name each number once")
    check_type(keep, Real, "is no share to keep", "a number above 0 and at most 1")
    if not 0 < keep <= 1:
        raise BadInput(f"--keep {100 * keep:g}: a share in per cent, above 0 and at most 100")


def _check_fitting(model: Judged, path: Path) -> None:
    if model.saved.kind == "ssr":
        raise BadInput(
            f"{path} is an SSR, whose item table has a bit for each feature and time step "
            "already; give models without spikes"
        )
    if model.saved.knows_validation:
        raise BadInput(
            f"{path} {checkpoint.why_known(model.saved)} and knows the validation sequences, which "
            "choose here; leave it out"
        )
    try:
        embeddings_of(model.saved.model())
    except BadInput as error:
        raise BadInput(f"{path} of kind {model.saved.kind!r}: {error}; leave it out") from error


@dataclass(frozen=True)
class _Ranking:
    """Ranks the same sequences of a part for every number of bits."""

    dataset: Dataset
    at_most: int | None
    seed: int
    progress: bool

    def __call__(self, model: Judged, part: str, bits: int | None) -> dict[str, Any]:
        """Metrics of the test or validation sequences; bits: None for the model as it is."""
        sequences: SequenceSet = getattr(model.split(self.dataset), part)
        rows = sample_rows(len(sequences), self.at_most, self.seed)
        used = model.saved.model() if bits is None else round_tables(model.saved, bits)
        scores = model_scores(used)
        return rank_rows(scores, sequences, rows, BATCH, progress=self.progress).metrics().to_dict()


def _study(
    model: Judged, rank: _Ranking, bits: Sequence[int], keep: float, say: Say
) -> dict[str, Any]:
    """The whole model, a point for each number of bits, and the smallest that keeps, tested."""
    energy = TableEnergy(model.saved, load_chip(DEFAULT_LOGIC))
    say(f"{model.name}: whole")
    whole = rank(model, "valid", None)
    points = []
    for one in sorted(bits, reverse=True):
        say(f"{model.name}: {one} bits")
        cost = {"table_bytes": energy.table_bytes(one), "energy_pj": energy.energy_pj(one)}
        points.append({"bits": one, **cost, **rank(model, "valid", one)})
    smallest = smallest_that_keeps(points, whole, keep)
    tested = None
    if smallest is not None:
        kept = {key: smallest[key] for key in ("bits", "table_bytes", "energy_pj")}
        say(f"{model.name}: test sequences with {smallest['bits']} bits")
        tested = {**kept, **rank(model, "test", smallest["bits"])}
    return {"form": energy.cost.form, "whole": whole, "points": points, "smallest": tested}


def _rows(name: str, found: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Rows of each column: the whole model, every number of bits, the smallest that keeps."""
    shown = [("validation", point) for point in (found["whole"], *found["points"])]
    shown += [("test", found["smallest"])] if found["smallest"] else []
    return [
        (
            name,
            str(point.get("bits", "as trained")),
            f"{point['table_bytes'] / 1000:,.1f} kB" if "table_bytes" in point else "",
            f"{point['energy_pj'] / 1e6:.2f} µJ" if "energy_pj" in point else "",
            ranked,
            candidates,
            *(plus_minus(point, metric) for metric in keys),
        )
        for ranked, point in shown
        for candidates, keys in column_keys()
    ]
