"""Rows of accuracy as commands print them: one with all items ranked, one without the window's."""

from collections.abc import Iterator, Mapping
from typing import Any

from ssr_neuro.charts.numbers import UNKNOWN, metric
from ssr_neuro.evaluation.columns import HISTORY_LEFT_OUT, SHOWN, TITLES, metric_key

METRICS = ("hr@10", "ndcg@10", "mrr@10")
HEADS = ("candidates", *map(str.upper, METRICS))


def accuracy_rows(found: Mapping[str, Any], *, errors: bool = False) -> Iterator[tuple[str, ...]]:
    """Cells under HEADS for each column of `Metrics.to_dict()`; what is missing is unknown.

    errors: with the standard errors. The history's column is shown where it was measured.
    """
    for column in (*SHOWN, HISTORY_LEFT_OUT):
        keys = [metric_key(name, column) for name in METRICS]
        if column in SHOWN or any(key in found for key in keys):
            yield (TITLES[column], *(_cell(found, key, errors) for key in keys))


def _cell(found: Mapping[str, Any], key: str, errors: bool) -> str:
    if key not in found:
        return UNKNOWN
    error = found.get(f"{key}_error") if errors else None
    return metric(found[key]) + (f" ± {metric(error)}" if error is not None else "")
