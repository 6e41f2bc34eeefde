"""SSR beside models without spikes, all in gates by one flow: of results/gates-NAME.LIBRARY.json,

what `measure_gates.py` leaves, with the accuracy of the integers that the gates compute.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accuracy_tables import FILE_ORDER, ITEM_ORDER
from gates_results import BOUND, NM_45, NM_130, gates_result, is_part
from model_figures import both_columns, counted, markdown_table, run_of, values
from number_regions import RESULTS, read_result

from ssr_neuro.charts.numbers import UNKNOWN
from ssr_neuro.evaluation.columns import SHOWN, metric_key


@dataclass(frozen=True)
class GatesRow:
    """A model of the table, or a line that heads a group. run: the name of its training results."""

    title: str
    run: str | None = None


ROWS = (
    GatesRow(FILE_ORDER),
    GatesRow("SSR, 128 features, taught, rate penalty 1", "ssr-ml-1m-time-128-penalty-1"),
    GatesRow("SSR, 128 features, one time step, taught", "ssr-ml-1m-time-one-step"),
    GatesRow("SSR-ANN, 128 features, its teacher", "ssr-ann-ml-1m-time-128"),
    GatesRow(ITEM_ORDER),
    GatesRow("SSR as in the paper", "ssr-ml-1m"),
    GatesRow("SSR-ANN, the same without spikes", "ssr-ann-ml-1m"),
    GatesRow("LRURec, one item more: products with weights alone", "lrurec-ml-1m"),
    GatesRow("SASRec, one item more: products with weights alone", "sasrec-ml-1m"),
)
HEADS = (
    "",
    "all items",
    "window left out",
    "operations",
    "cycles",
    "cells",
    "area of the logic, um2",
    "longest path, ns",
    "memories, KiB",
    "logic, uJ",
    "clock, uJ",
    "memories, uJ",
    "**all, uJ**",
    "of it in memories below 8 KiB, uJ",
    "logic and clock at 130 nm, uJ",
    "all at 130 nm, uJ",
)


def rival_table() -> str:
    """Accuracy, cycles, area and joules of one recommendation."""
    return markdown_table(list(HEADS), [_row(row) for row in ROWS])


def _row(row: GatesRow) -> list[str]:
    if row.run is None:
        return [f"**{row.title}**", *[""] * (len(HEADS) - 1)]
    found, older = gates_result(row.run, NM_45), gates_result(row.run, NM_130)
    if found is None:
        return [row.title, *_accuracy(row), *["not measured"] * (len(HEADS) - 3)]
    bound = BOUND if is_part(found) else ""
    clock = found["clock_joules"]
    joules = (found["logic_joules"] - clock, clock, sum(found["memory_joules"].values()))
    return [
        row.title,
        *_accuracy(row),
        f"{bound}{_operations(row, found):,.0f}",
        f"{bound}{found['cycles']:,}",
        f"{sum(found['cells'].values()):,}",
        f"{found['total_area_um2']:,.0f}",
        _nanoseconds(found),
        _known(found, "bytes of memory", bound),
        *(f"{bound}{_uj(part)}" for part in joules),
        f"**{bound}{_uj(found['total_joules'])}**",
        _uj(found["small_memory_joules"]) if "small_memory_joules" in found else UNKNOWN,
        *_at_130_nm(older, bound),
    ]


def _at_130_nm(older: dict[str, Any] | None, bound: str) -> list[str]:
    """Logic with the clock, and all with the memories."""
    if older is None:
        return ["not measured"] * 2
    total = older["total_joules"]
    return [
        f"{bound}{_uj(older['logic_joules'])}",
        UNKNOWN if total is None else f"**{bound}{_uj(total)}**",
    ]


def _nanoseconds(found: dict[str, Any]) -> str:
    path = found.get("critical_path_ns")
    return "not measured" if path is None else f"{path:.2f}"


def _known(found: dict[str, Any], key: str, bound: str) -> str:
    """KiB of what the command printed; an earlier release's result has not that."""
    return f"{bound}{found['command'][key] / 1024:,.0f}" if "command" in found else UNKNOWN


def _operations(row: GatesRow, found: dict[str, Any]) -> float:
    """Additions of a weight that is not zero, the mean of many sequences; or products."""
    if run_of(str(row.run)).kind == "ssr":
        return counted(str(row.run)).counts.sops.mean
    products: float = found["command"]["products a sample"]
    return products


def _accuracy(row: GatesRow) -> list[str]:
    """Of the integers in gates; of a model of which a part is there, as it was trained."""
    run = run_of(str(row.run))
    if run.kind != "ssr-ann":
        return both_columns(run)
    path = f"{row.run}.int8-test-set"
    if not (RESULTS / f"{path}.json").exists():
        return [f"{text} (float)" for text in both_columns(run)]
    found = {key.removesuffix(", int8"): v for key, v in read_result(path).items()}
    names = ((metric_key("hr@10", c), metric_key("ndcg@10", c)) for c in SHOWN)
    return [values(found, pair) for pair in names]


def _uj(joules: float) -> str:
    return f"{joules * 1e6:.2f}"


TABLES: dict[str, Callable[[], str]] = {
    "gates-rival": rival_table,
}
