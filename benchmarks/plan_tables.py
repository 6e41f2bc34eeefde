"""The tables of docs/notes/training-plan.md: hours planned and spent, and what was reached."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model_figures import LEFT_OUT as LEFT_OUT_PAIR
from model_figures import (
    PAIR,
    counted,
    energies_pj,
    integer_metrics,
    markdown_table,
    run_of,
    values,
)
from number_regions import RESULTS, energy_text, read_result

from ssr_neuro.evaluation.columns import ALL_ITEMS, WINDOW_LEFT_OUT, metric_key

# Title -> name of the results.
EXPERIMENTS = {
    "256 features, two time steps, three teachers, penalty 0.1 (stage `student` of recipe "
    "`ml-1m-256`, seed 0)": "ssr-ml-1m-time-256",
    "that student of `ml-1m-256`, 5,000 more steps with penalty 10 (its stage `quiet`)": (
        "ssr-ml-1m-time-256-penalty-10"
    ),
    "256 features, two time steps, three teachers, penalty 0.1, window left out in training as "
    "well (stage `student` of recipe `ml-1m-left-out`, seed 0)": "ssr-ml-1m-time-256-left-out",
    "that student of `ml-1m-left-out`, 30,000 more steps at half the rate, its table at a tenth": (
        "ssr-ml-1m-time-256-left-out-longer"
    ),
    "that student of `ml-1m-left-out`, 5,000 more steps with penalty 10 (its stage `quiet`)": (
        "ssr-ml-1m-time-256-left-out-penalty-10"
    ),
    "128 features, two time steps, penalty 1": "ssr-ml-1m-time-128-penalty-1",
    "128 features, one time step, half spectrum, penalty 1.5 (recipe `ml-1m-one-step`, seed 0)": (
        "ssr-ml-1m-time-one-step"
    ),
    "128 features, one time step, half spectrum, penalty 3": "ssr-ml-1m-time-one-step-penalty-3",
    "64 features, two time steps, half spectrum, penalty 2": "ssr-ml-1m-time-64-half-penalty-2",
}
PLAN = Path(__file__).parent / "rivals.toml"


def rivals_plan() -> str:
    """One row for each rival; what it reached where results/rival-KIND.json is there."""
    document = tomllib.loads(PLAN.read_text(encoding="utf-8"))
    heads = ["rival", "hours planned", "hours spent", "ended by"]
    heads += ["validation", "test", "test, window left out"]
    rows = [_row(kind, held["hours"]) for kind, held in document["rivals"].items()]
    return markdown_table(heads, rows)


def _row(kind: str, hours: float) -> list[str]:
    if not (RESULTS / f"rival-{kind}.json").exists():
        return [kind, f"{hours:.1f}", "", "not run yet", "", "", ""]
    found = read_result(f"rival-{kind}")
    spent = (found["seconds"] + found["search_seconds"]) / 3600
    reached = [_pair(found[part]) for part in ("valid", "test")]
    reached.append(_pair(found["test"], WINDOW_LEFT_OUT))
    return [kind, f"{hours:.1f}", f"{spent:.1f}", found["ended_by"], *reached]


def _pair(metrics: dict[str, Any], column: str = ALL_ITEMS) -> str:
    return " / ".join(f"{metrics[metric_key(name, column)]:.4f}" for name in ("hr@10", "ndcg@10"))


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


def experiments() -> str:
    """Single SSR on ML-1M in the order of the ratings, one seed each, by validation NDCG@10."""
    heads = [
        "network",
        "steps",
        "validation",
        "integers, all items",
        "window left out",
        "synaptic operations",
        "energy",
    ]
    rows = sorted((_experiment_row(*one) for one in EXPERIMENTS.items()), key=lambda row: row[2])
    return markdown_table(heads, rows[::-1])


def _experiment_row(title: str, name: str) -> list[str]:
    run, metrics = run_of(name), integer_metrics(name)
    return [
        title,
        f"{run.training['steps']:,}",
        _pair(run.training["valid"]),
        values(metrics, PAIR),
        values(metrics, LEFT_OUT_PAIR),
        f"{counted(name).counts.sops.mean:,.0f}",
        energy_text(energies_pj(run)[1]),
    ]


def variants() -> str:
    """SSR that differ in one thing each: benchmarks/train_variants.py."""
    heads = ["variant", "steps", "all items", "window left out", "synaptic operations", "energy"]
    rows = [
        [
            row["about"],
            f"{row['steps']:,}",
            _pair(row["valid"]),
            _pair(row["valid"], WINDOW_LEFT_OUT),
            f"{row['synaptic_operations']:,.0f}",
            energy_text(row["energy_pj"]),
        ]
        for row in read_result("ssr-variants")["variants"]
    ]
    return markdown_table(heads, rows)


def _spread(value: dict[str, float]) -> str:
    return f"{value['mean']:.4f} ± {value['deviation']:.4f}"


TABLES: dict[str, Callable[[], str]] = {
    "rivals-plan": rivals_plan,
    "recipes": recipes,
    "experiments": experiments,
    "variants": variants,
}
