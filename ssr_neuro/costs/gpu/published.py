"""Runs on GPUs that papers print, with what they leave open; figures in `published.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ssr_neuro.chip import load_chip
from ssr_neuro.costs.gpu.roofline import Range, energy

DATA_SETS = ("ml-1m", "movielens-1m", "movielens")


@dataclass(frozen=True)
class PublishedRun:
    """One printed time of a model with `features` numbers an item and windows of `positions`.

    gpu: the chip of `ssr chips`, "" where none was named. windows: the fewest and the most that
    `seconds` may be for. inference_s: `seconds` shared among them, which is no latency. energy_j:
    of one inference, None where no GPU was named.
    """

    kind: str
    title: str
    gpu: str
    features: int
    positions: int
    seconds: float
    windows: tuple[int, int]
    citation: str
    read: str
    doubts: tuple[str, ...]
    inference_s: Range
    energy_j: Range | None


def published_runs(dataset: str) -> tuple[PublishedRun, ...]:
    """The runs on that data set: all are of MovieLens-1M, in the papers' own filtering."""
    name = dataset.lower()
    known = any(name == one or name.startswith(f"{one}-") for one in DATA_SETS)
    return _runs() if known else ()


@cache
def _runs() -> tuple[PublishedRun, ...]:
    text = (files("ssr_neuro.costs.gpu") / "published.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    return tuple(_read_run(entry, document["papers"][entry["paper"]]) for entry in document["run"])


def _read_run(entry: dict[str, Any], paper: dict[str, Any]) -> PublishedRun:
    fewest, most = paper["windows"]
    gpu, seconds = entry.get("gpu", "rtx3090"), entry["seconds"]
    inference_s = Range(seconds / most, seconds / fewest)
    return PublishedRun(
        kind=entry["kind"],
        title=entry["title"],
        gpu=gpu,
        features=entry.get("features", 64),
        positions=200,
        seconds=seconds,
        windows=(fewest, most),
        citation=paper["citation"],
        read=paper["read"],
        doubts=tuple(paper["doubts"]),
        inference_s=inference_s,
        energy_j=energy(inference_s, load_chip(gpu)) if gpu else None,
    )
