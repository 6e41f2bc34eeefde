"""Memory of the item table by number of features D (paper section 5.3, Figure 4).

A spiking model reads an item as T spike trains of D neurons, so its table is T * D bits an item.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ssr_neuro.charts.figure import draw
from ssr_neuro.charts.panels import Axis, Panel, Point, Series
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput, is_whole
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.study.figure_metrics import find_metrics
from ssr_neuro.study.selected_models import Judged, Say, sample_rows

BYTES = {"float32": 4, "float16": 2, "int8": 1}
PACKED = 0  # the look of spike codes; dense tables follow


@dataclass(frozen=True)
class TableSize:
    """Bytes of one item by the form of its table; name and look as in the figure."""

    name: str
    bytes_per_item: tuple[int, ...]
    look: int


def count_packed_bytes(steps: int, features: int) -> int:
    """Whole bytes of T * D bits, as `ItemTable.packed` lays them out."""
    return -(-steps * features // 8)


def tables(features: Sequence[int], steps: int) -> tuple[TableSize, ...]:
    """The curves of the figure. Raises BadInput on a size below 1."""
    wrong = [value for value in (*features, steps) if not is_whole(value) or value < 1]
    if wrong or not features or len(set(features)) < len(features):
        raise BadInput(
            f"--features {','.join(map(str, features))!r}, --time-steps {steps}: give whole "
            "numbers from 1 on, every D once"
        )
    dense = [
        TableSize(name, tuple(width * d for d in features), PACKED + number)
        for number, (name, width) in enumerate(BYTES.items(), start=1)
    ]
    spikes = tuple(count_packed_bytes(steps, d) for d in features)
    return (TableSize(f"spikes, T = {steps}", spikes, PACKED), *dense)


def model_table(model: Judged) -> tuple[str, int]:
    """Form of a trained model's item tables, and bytes of one item over all of them.

    Raises BadInput for a model that keeps no vector of an item.
    """
    saved = model.saved
    if isinstance(saved.config, SsrConfig):
        return "packed spikes", count_packed_bytes(saved.config.steps, saved.config.features)
    kept = [t for name, t in saved.state.items() if name.endswith("table.weight")]
    if not kept:
        raise BadInput(f"{model.name} is of kind {saved.kind!r}, which has no table of items")
    return str(kept[0].dtype).removeprefix("torch."), sum(
        t.shape[1] * t.element_size() for t in kept
    )


def place_models(
    models: Sequence[Judged],
    dataset: Dataset,
    *,
    at_most: int | None,
    seed: int,
    say: Say,
    progress: bool = False,
) -> list[dict[str, Any]]:
    """Every model with the size of its table, and its accuracy on the test set."""
    sizes = [model_table(model) for model in models]
    found = []
    for model, (form, size) in zip(models, sizes, strict=True):
        say(model.name)
        test = model.split(dataset).test
        rows = sample_rows(len(test), at_most, seed)
        measured = model.ranks(test, rows, progress=progress).metrics().to_dict()
        bytes_held = {"bytes_per_item": size, "table_bytes": size * dataset.n_items}
        found.append({**model.document(), "form": form, **bytes_held, "test": measured})
    return found


def document(
    found: Sequence[TableSize], features: Sequence[int], items: int
) -> list[dict[str, Any]]:
    """A row for each D: bytes of an item, and of the table of all items, by form."""
    return [
        {
            "features": d,
            "bytes_per_item": {table.name: table.bytes_per_item[n] for table in found},
            "table_bytes": {table.name: items * table.bytes_per_item[n] for table in found},
        }
        for n, d in enumerate(features)
    ]


def figure(
    about: str,
    found: Sequence[TableSize],
    features: Sequence[int],
    models: Sequence[Mapping[str, Any]],
    notes: Sequence[str],
) -> str:
    """models: name, form, bytes_per_item and metrics of each trained model."""
    panels = [_curves(found, features)]
    if models:
        metrics = find_metrics(model["test"] for model in models)
        panels += [_place_model(models, *metric, found) for metric in metrics.items()]
    return draw("Memory of the item table", about, panels, notes)


def _curves(found: Sequence[TableSize], features: Sequence[int]) -> Panel:
    ticks = tuple((float(d), f"{d}") for d in sorted(features))
    series = [
        Series(
            table.name,
            tuple(sorted(Point(d, b) for d, b in zip(features, table.bytes_per_item, strict=True))),
            table.look,
        )
        for table in found
    ]
    x = Axis("D, features of an item (log scale)", log=True, ticks=ticks)
    return Panel("Size by features", x, Axis("bytes per item (log scale)", log=True), tuple(series))


def _place_model(
    models: Sequence[Mapping[str, Any]], metric: str, title: str, found: Sequence[TableSize]
) -> Panel:
    looks = {"packed spikes": PACKED} | {table.name: table.look for table in found}
    series = [
        Series(
            m["name"],
            (Point(m["bytes_per_item"], m["test"][metric], m["test"][f"{metric}_error"]),),
            looks.get(m["form"], len(looks)),
            joined=False,
        )
        for m in models
    ]
    x = Axis("item table, bytes per item (log scale)", log=True)
    # Models of one size stand side by side.
    return Panel(f"{title} by size", x, Axis(f"{title} (test)"), tuple(series), dodge=True)
