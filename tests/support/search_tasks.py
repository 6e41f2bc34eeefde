"""What several tests share of space."""

from typing import Any

from training_runs import DATA

from ssr_neuro.search.task import Task


def task(kind: str = "sasrec", **options: Any) -> Task:
    given = {"config": {"positions": 4, "features": 8}, **options}
    return Task(kind, DATA, "ratio", 10, **given)
