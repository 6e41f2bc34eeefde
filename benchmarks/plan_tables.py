"""The table of docs/notes/training-plan.md: planned and spent hours of the rivals' trainings."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model_figures import markdown_table
from number_regions import RESULTS, read_result

PLAN = Path(__file__).parent / "rivals.toml"


def rivals_plan() -> str:
    """One row for each rival; what it reached where results/rival-KIND.json is there."""
    document = tomllib.loads(PLAN.read_text(encoding="utf-8"))
    heads = ["rival", "hours planned", "hours spent", "ended by", "validation", "test"]
    rows = [_row(kind, held["hours"]) for kind, held in document["rivals"].items()]
    return markdown_table(heads, rows)


def _row(kind: str, hours: float) -> list[str]:
    if not (RESULTS / f"rival-{kind}.json").exists():
        return [kind, f"{hours:.1f}", "", "not run yet", "", ""]
    found = read_result(f"rival-{kind}")
    spent = (found["seconds"] + found["search_seconds"]) / 3600
    reached = [_pair(found[part]) for part in ("valid", "test")]
    return [kind, f"{hours:.1f}", f"{spent:.1f}", found["ended_by"], *reached]


def _pair(metrics: dict[str, Any]) -> str:
    return f"{metrics['hr@10']:.4f} / {metrics['ndcg@10']:.4f}"


TABLES: dict[str, Callable[[], str]] = {"rivals-plan": rivals_plan}
