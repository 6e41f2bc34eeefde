"""SSR's Figure 3 over the trainings that are kept: mean ranks of models, critical difference.

Of every data set one training of each kind, all of the same budget, from results/*.train.json,
ranked as `ssr study ranks` ranks what `ssr evaluate --json` prints: with all items ranked, and
with the window's items left out. write_numbers.py writes the pictures and the tables.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from number_regions import read_result

import ssr_neuro as sn
from ssr_neuro.charts import numbers
from ssr_neuro.evaluation.columns import WINDOW_LEFT_OUT, figure_name, metric_key
from ssr_neuro.library.evaluation_document import FORMAT as EVALUATION
from ssr_neuro.report.names import kind_name

METRIC = "ndcg@10"
LEFT_OUT = metric_key(METRIC, WINDOW_LEFT_OUT)
KINDS = ("ssr", "sasrec", "lrurec")
# Title -> what follows the kind in the names of the results.
DATA_SETS = {
    "ML-100K, ratio": "ml-100k",
    "ML-1M with ties in order of item number, ratio": "ml-1m",
    "Beauty, leave-one-out": "beauty-leave-one-out",
}
PICTURE = "docs/pictures/critical-difference.svg"
PICTURE_LEFT_OUT = "docs/pictures/critical-difference-window-left-out.svg"


@cache
def recorded_ranks(metric: str = METRIC) -> sn.RankStudy:
    """metric: METRIC or LEFT_OUT. Raises BadInput where a training of a kind is missing."""
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{ending}.json" for ending in DATA_SETS.values()]
        for file in files:
            document = EVALUATION.wrap({"models": evaluations(file.stem)})
            file.write_text(json.dumps(document), encoding="utf-8")
        return sn.study_ranks(files, metric=metric)


def evaluations(ending: str) -> dict[str, dict[str, object]]:
    """What `ssr evaluate --json` prints of a data set, of the trainings that are recorded."""
    found = {f"{kind}-{ending}": read_result(f"{kind}-{ending}.train") for kind in KINDS}
    return {
        f"{name}.pt": {
            "kind": one["kind"],
            "part": "test",
            "data": {"source": ending, "fingerprint": _sizes(one["data"])},
            **one["training"]["test"],
            **left_out(one),
        }
        for name, one in found.items()
    }


def _sizes(data: dict[str, Any]) -> str:
    """In place of a fingerprint, which the results do not hold."""
    return ", ".join(f"{data[name]} {name}" for name in ("users", "items", "interactions"))


def left_out(recorded: dict[str, Any]) -> dict[str, float]:
    """The second column of a training, measured with it or afterwards by record_run.py."""
    window = recorded["hidden"].get("window", {})
    return {metric_key(key, WINDOW_LEFT_OUT): value for key, value in window.items()}


def table(metric: str = METRIC) -> str:
    """NDCG@10 by data set, and mean ranks."""
    found = recorded_ranks(metric)
    kinds = list(found.ranking.mean_ranks)
    lines = [
        f"| {figure_name(metric)} | {' | '.join(map(kind_name, kinds))} |",
        f"|---|{'---:|' * len(kinds)}",
    ]
    for title, values in zip(DATA_SETS, found.values.values(), strict=True):
        lines.append(f"| {title} | {' | '.join(numbers.metric(values[k]) for k in kinds)} |")
    ranks = (f"{rank:.2f}" for rank in found.ranking.mean_ranks.values())
    return "\n".join([*lines, f"| mean rank | {' | '.join(ranks)} |"])


PICTURES: dict[str, Callable[[], str]] = {
    PICTURE: lambda: recorded_ranks().svg,
    PICTURE_LEFT_OUT: lambda: recorded_ranks(LEFT_OUT).svg,
}
TABLES: dict[str, Callable[[], str]] = {
    "recorded-ranks": table,
    "recorded-ranks-window-left-out": lambda: table(LEFT_OUT),
}
