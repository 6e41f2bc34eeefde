"""What several tests share of space."""

from typing import Any

from training_runs import DATA

from ssr_neuro.search.task import SearchTask


def task(kind: str = "sasrec", **options: Any) -> SearchTask:
    given = {"config": {"positions": 4, "features": 8}, **options}
    return SearchTask(kind, DATA, "ratio", 10, **given)
