"""The figures of studies show both columns, or the first alone where the second is not known."""

from typing import Any
from xml.etree import ElementTree

import pytest

from ssr_neuro.study import anytime, lengths, noise_figure
from ssr_neuro.study.figure_metrics import METRICS, find_metrics

LEFT_OUT = "HR@10, window left out"
PLACES = {
    "noise": 0.0,
    "relative": {"hr@10": None, "ndcg@10": None},
    "history": "1 to 9",
    "sequences": 7,
    "energy_pj": 1e6,
}


def point(*metrics: str) -> dict[str, Any]:
    return PLACES | {key: 0.1 for metric in metrics for key in (metric, f"{metric}_error")}


def test_metrics_that_a_point_lacks_are_not_shown() -> None:
    assert list(find_metrics([point(*METRICS)])) == list(METRICS)
    assert find_metrics([point(*METRICS)])["hr@10_window_left_out"] == LEFT_OUT
    assert list(find_metrics([point(*METRICS), point("ndcg@10")])) == ["ndcg@10"]


@pytest.mark.parametrize("study", [anytime, lengths, noise_figure])
def test_figures_have_both_columns(study: Any) -> None:
    def titles(*metrics: str) -> set[str | None]:
        svg = study.figure("", {"ssr": [point(*metrics)]}, ())
        return {text.text for text in ElementTree.fromstring(svg).iter() if text.text}

    assert {"HR@10", LEFT_OUT, "NDCG@10, window left out"} <= titles(*METRICS)
    first = titles("hr@10", "ndcg@10")
    assert "HR@10" in first
    assert LEFT_OUT not in first
