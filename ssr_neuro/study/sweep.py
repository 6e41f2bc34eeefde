"""Accuracy by time steps T and by decay rate tau (paper section 5.4, Figure 7).

Every value is trained for the same number of optimiser steps, from the same seeds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np

from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput, check_type
from ssr_neuro.evaluation.columns import SHOWN, metric_key
from ssr_neuro.model import config_from_dict
from ssr_neuro.settings.models import config_type
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.study.selected_models import Say
from ssr_neuro.study.trial import Trial
from ssr_neuro.training import parts_of

METRICS = tuple(
    metric_key(name, column) for column in SHOWN for name in ("hr@10", "ndcg@10", "mrr@10")
)


@dataclass(frozen=True)
class Swept:
    """A quantity that is varied. key: its field in a config, which holds `of(value)`.

    allowed and need: the values it may have, as a test and in words.
    """

    study: str
    symbol: str
    said: str
    axis: str
    key: str
    of: Callable[[float], float]
    allowed: Callable[[float], bool]
    need: str
    notes: tuple[str, ...] = ()


STEPS = Swept(
    study="steps",
    symbol="T",
    said="Time steps",
    axis="T, time steps of a spike train",
    key="steps",
    of=int,
    allowed=lambda value: value >= 1 and float(value).is_integer(),
    need="a whole number of at least 1",
)
TAU = Swept(
    study="tau",
    symbol="tau",
    said="Decay rate",
    axis="decay rate τ (share of the input in each update)",
    key="tau_steps",
    of=lambda value: 1 / value,
    allowed=lambda value: 0 < value < 1,
    need="above 0 and below 1",
    notes=("Membrane: U(t) = (1 - τ) H(t - 1) + τ I(t), the paper's equation 1.",),
)


@dataclass(frozen=True)
class SweepPlan:
    """What all trainings of a sweep share; shape: keys of the model's config."""

    swept: Swept
    kind: str
    shape: Mapping[str, Any]
    protocol: str
    settings: TrainSettings
    values: tuple[float, ...]
    seeds: tuple[int, ...]

    def check(self) -> None:
        """Raises BadInput on values that cannot be swept, or a model without that quantity."""
        fields = config_type(self.kind).__dataclass_fields__
        if self.swept.key not in fields:
            raise BadInput(
                f"model {self.kind!r} has no {self.swept.symbol} to vary; choose one with spikes, "
                "such as ssr"
            )
        for value in self.values:
            check_type(value, Real, f"is no {self.swept.symbol}", "numbers")
            if not self.swept.allowed(value):
                raise BadInput(f"--values {value:g}: {self.swept.symbol} is {self.swept.need}")
        for name, given in (("values", self.values), ("seeds", self.seeds)):
            if not given or len(set(given)) < len(given):
                raise BadInput(f"--{name} {_join_values(given)!r}: name at least one, each once")

    def trials(self, dataset: Dataset, folder: Path) -> list[tuple[float, int, Trial]]:
        """Value, seed and training of each. Raises BadInput where a config cannot be built."""
        self.check()
        made = []
        for value in self.values:
            shape = {"items": dataset.n_items, **self.shape, self.swept.key: self.swept.of(value)}
            config = config_from_dict(self.kind, shape)
            parts = parts_of(dataset, self.kind, self.protocol, config)
            for seed in self.seeds:
                path = folder / f"{self.swept.symbol}-{value:g}-seed-{seed}.pt"
                settings = replace(self.settings, seed=seed)
                trial = Trial(path, dataset, parts, self.kind, config, settings)
                made.append((value, seed, trial))
        return made


def equal_budget(max_steps: int, eval_every: int | None, **settings: Any) -> TrainSettings:
    """Settings that end after `max_steps` optimiser steps and for no other reason.

    Raises BadInput on settings that cannot be trained with.
    """
    if max_steps < 1:
        raise BadInput(f"--max-steps {max_steps}: a training takes at least 1 step")
    every = eval_every or max(1, max_steps // 10)
    # No epoch is shorter than a step.
    return TrainSettings(
        epochs=max_steps, max_steps=max_steps, eval_every=every, patience=None, **settings
    )


def run(
    plan: SweepPlan, dataset: Dataset, folder: Path, say: Say, *, progress: bool = False
) -> list[dict[str, Any]]:
    """Train what is not trained yet, and the points of all values."""
    trials = plan.trials(dataset, folder)
    runs: dict[float, list[dict[str, Any]]] = {}
    for number, (value, seed, trial) in enumerate(trials, start=1):
        said = f"{plan.swept.symbol} {value:g}, seed {seed} ({number} of {len(trials)})"
        say(f"{said}: trained already" if trial.path.exists() else said)
        saved = trial.run(progress=progress)
        found = {key: saved.training[key] for key in ("steps", "best_step", "valid", "test")}
        runs.setdefault(value, []).append({"seed": seed, "model": trial.path.name, **found})
    return [
        {
            plan.swept.symbol: value,
            plan.swept.key: plan.swept.of(value),
            **{part: summary([run[part] for run in made]) for part in ("valid", "test")},
            "runs": made,
        }
        for value, made in runs.items()
    ]


def summary(found: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Means over trainings and their standard errors; of one training, over its sequences."""
    if len(found) == 1:
        return {k: found[0][k] for m in METRICS for k in (m, f"{m}_error") if k in found[0]}
    said = {}
    for metric in (name for name in METRICS if all(name in run for run in found)):
        values = np.array([run[metric] for run in found])
        said[metric] = float(values.mean())
        said[f"{metric}_error"] = float(values.std(ddof=1) / np.sqrt(len(values)))
    return said


def describe_plan(plan: SweepPlan) -> dict[str, Any]:
    """The plan as plain data; seeds stand beside the settings."""
    settings = asdict(plan.settings)
    settings.pop("seed")
    return {
        "model": plan.kind,
        "shape": dict(plan.shape),
        "protocol": plan.protocol,
        "settings": settings,
        "seeds": list(plan.seeds),
    }


def _join_values(values: Sequence[float]) -> str:
    return ",".join(f"{value:g}" for value in values)
