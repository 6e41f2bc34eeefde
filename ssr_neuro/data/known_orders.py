"""Data sets without times whose ties are known to stand in an order that makes them easier."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssr_neuro.data.dataset import Dataset


def order_warning(fingerprint: str, dataset: "Dataset | None" = None) -> str | None:
    """Why the order of ties makes a data set easier than it should be; None where nothing says so.

    fingerprint: of the data. dataset: the data themselves, whose ties are then counted.
    """
    if known := _known().get(fingerprint):
        return known
    if dataset is None:
        return None
    from ssr_neuro.data.tie_counts import count_ties

    return count_ties(dataset).warning


@cache
def _known() -> dict[str, str]:
    text = (files("ssr_neuro.data") / "known_orders.toml").read_text(encoding="utf-8")
    return {found: entry["warning"] for found, entry in tomllib.loads(text).items()}
