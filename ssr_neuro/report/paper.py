"""The SSR paper's own figures, for the data sets that are the paper's."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from ssr_neuro.costs.accounting.ssr_paper import CONTRADICTIONS
from ssr_neuro.report.rivals import Paper, PaperCost

METRICS = ("hr@10", "ndcg@10", "mrr@10")
OPERATIONS, PJ_PER_MJ = 1e6, 1e9
PROTOCOL = "ratio"
POSITIONS = 20


def paper_of(dataset: str, items: int, protocol: str, positions: int) -> Paper | None:
    """The paper's figures for a data set of that name and number of items, else None.

    Accuracy is left out where ours is of another test set or another number of positions.
    """
    document = _document()
    for entry in document["dataset"]:
        if dataset.lower() in entry["names"] and items == entry["items"]:
            alike = (protocol, positions) == (PROTOCOL, POSITIONS)
            return Paper(
                citation=document["citation"],
                dataset=entry["name"],
                accuracy=_accuracy(entry) if alike else {},
                costs=_costs(entry),
                doubts=CONTRADICTIONS,
            )
    return None


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads((files("ssr_neuro.report") / "paper.toml").read_text(encoding="utf-8"))


def _accuracy(entry: dict[str, Any]) -> dict[str, dict[str, float]]:
    found = entry["accuracy"].items()
    return {model: dict(zip(METRICS, values, strict=True)) for model, values in found}


def _costs(entry: dict[str, Any]) -> tuple[PaperCost, ...]:
    """Millions of operations, and millijoules, as the paper prints them."""
    return tuple(
        PaperCost(model, round(millions * OPERATIONS), energy_mj * PJ_PER_MJ)
        for model, (millions, energy_mj) in entry["costs"].items()
    )
