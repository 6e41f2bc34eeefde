"""The metrics that the figures of studies show: HR@10 and NDCG@10, in both columns."""

from collections.abc import Iterable, Mapping
from typing import Any

from ssr_neuro.evaluation.columns import SHOWN, figure_name, metric_key

METRICS = tuple(metric_key(name, column) for column in SHOWN for name in ("hr@10", "ndcg@10"))


def find_metrics(points: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Key and title of each metric that all these points have."""
    held = list(points)
    return {key: figure_name(key) for key in METRICS if all(key in point for point in held)}
