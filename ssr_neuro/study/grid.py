"""Accuracy by any settings: one training for each combination of values, judged by validation.

LRURec's Figure 4 varies weight decay and dropout so.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.model import config_for
from ssr_neuro.settings.fields import to_option_text
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.study.selected_models import Say
from ssr_neuro.study.sweep import summary
from ssr_neuro.study.trial import Trial
from ssr_neuro.training import parts_of


@dataclass(frozen=True)
class Combination:
    """One value of each setting that varies. config, settings: of the model and its training.

    values: setting -> value, in the order in which the settings were given.
    """

    values: Mapping[str, Any]
    config: Mapping[str, Any]
    settings: TrainSettings

    @property
    def name(self) -> str:
        """As it is said: "dropout=0.2, weight_decay=none"."""
        return ", ".join(f"{key}={to_option_text(value)}" for key, value in self.values.items())

    def file(self, seed: int) -> str:
        """Of its model."""
        words = [f"{key}-{to_option_text(value)}" for key, value in self.values.items()]
        return re.sub(r"[^\w.+-]", "_", "-".join([*words, f"seed-{seed}"])) + ".pt"


@dataclass(frozen=True)
class Grid:
    """What all trainings share. seeds: a training of every combination for each."""

    kind: str
    protocol: str
    combinations: tuple[Combination, ...]
    seeds: tuple[int, ...]


def combine(varied: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Every combination of the values of all settings; the last setting changes fastest.

    Raises BadInput where a setting has no value or one of them twice.
    """
    for key, values in varied.items():
        words = [to_option_text(value) for value in values]
        if not values or len(set(words)) < len(words):
            raise BadInput(f"--set {key}={','.join(words)}: name at least one value, each once")
    return [dict(zip(varied, values, strict=True)) for values in product(*varied.values())]


def run(
    grid: Grid, dataset: Dataset, folder: Path, say: Say, *, progress: bool = False
) -> list[dict[str, Any]]:
    """Train what is not trained yet; a point for each combination, with validation alone.

    Raises BadInput, before anything is trained, where a config cannot be built.
    """
    configs = [
        config_for(grid.kind, one.config, items=dataset.n_items, users=dataset.n_users)
        for one in grid.combinations
    ]
    points: list[dict[str, Any]] = []
    total = len(configs) * len(grid.seeds)
    for one, config in zip(grid.combinations, configs, strict=True):
        parts = parts_of(dataset, grid.kind, grid.protocol, config)
        runs: list[dict[str, Any]] = []
        for seed in grid.seeds:
            number = len(points) * len(grid.seeds) + len(runs) + 1
            settings = replace(one.settings, seed=seed)
            trial = Trial(folder / one.file(seed), dataset, parts, grid.kind, config, settings)
            said = f"{one.name}, seed {seed} ({number} of {total})"
            say(f"{said}: trained already" if trial.path.exists() else said)
            saved = trial.run(progress=progress)
            found = {key: saved.training[key] for key in ("steps", "best_step", "valid")}
            runs.append({"seed": seed, "model": trial.path.name, **found})
        valid = summary([made["valid"] for made in runs])
        points.append({"values": dict(one.values), "valid": valid, "runs": runs})
    return points


def best_point(points: Sequence[Mapping[str, Any]], metric: str) -> Mapping[str, Any]:
    """That with the most of a metric on the validation sequences; of equals the first."""
    return max(points, key=lambda point: float(point["valid"].get(metric, 0.0)))
