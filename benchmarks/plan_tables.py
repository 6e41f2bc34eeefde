"""The tables of docs/notes/training-plan.md: hours planned and spent, and what was reached."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model_figures import markdown_table
from number_regions import RESULTS, read_result

from ssr_neuro.evaluation.columns import ALL_ITEMS, WINDOW_LEFT_OUT, metric_key

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


def recipes() -> str:
    """One row for each recipe that was trained to its end: results/NAME.recipe.json."""
    heads = ["recipe", "seeds", "hours spent", "all items", "window left out", "ended by"]
    paths = sorted(RESULTS.glob("*.recipe.json"))
    return markdown_table(heads, [_recipe_row(read_result(path.stem)) for path in paths])


def _recipe_row(found: dict[str, Any]) -> list[str]:
    published = [t for t in found["trainings"] if t["stage"] == found["published"]["stage"]]
    spread = found["over_seeds"]["test"]
    columns = [
        " / ".join(_spread(spread[metric_key(name, column)]) for name in ("hr@10", "ndcg@10"))
        for column in (ALL_ITEMS, WINDOW_LEFT_OUT)
    ]
    ended = ", ".join(dict.fromkeys(t["ended_by"] for t in published))
    hours = f"{found['seconds'] / 3600:.1f}"
    return [f"`{found['recipe']}`", str(len(published)), hours, *columns, ended]


def _spread(value: dict[str, float]) -> str:
    return f"{value['mean']:.4f} ± {value['deviation']:.4f}"


TABLES: dict[str, Callable[[], str]] = {"rivals-plan": rivals_plan, "recipes": recipes}
