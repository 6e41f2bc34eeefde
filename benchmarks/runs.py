"""Training runs as their JSON has them, and the papers' tables that are set beside them."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.columns import ALL_ITEMS, WINDOW_LEFT_OUT, metric_key
from ssr_neuro.settings.fields import fields_of
from ssr_neuro.settings.models import config_type
from ssr_neuro.settings.source import sources_of
from ssr_neuro.settings.training import TrainSettings

HERE = Path(__file__).parent
NEEDED = ("kind", "config", "data", "training", "parameters", "targets_seen", "hidden", "tuned")
Budget = tuple[int, int]  # steps, sequences a step
# What a label leaves out: the tables show it, or it changes nothing but when to look.
SHOWN = """items normalised device lr table_lr batch_size epochs max_steps max_minutes eval_every
patience""".split()
# Values that are not said either, as what is switched off is not.
USUAL = {
    "spectrum": "full",
    "mixed_precision": "no",
    "teacher_share": 1.0,
    "features": 64,
    "ffn_ratio": 4,
    "steps": 4,
    "stored": "float32",
    "warmup_steps": 50,
    "final_lr": 0.02,
    "decay": "all",
    "select_by": "ndcg@10",
}
SAID = {"steps": "time steps"}  # the tables have optimiser steps
# What a model has unless it is taken away, as in the papers' ablations: how its lack is said.
ABLATIONS = {
    "norm": "without norm",
    "residual": "without residual",
    "ffn": "without ffn",
    "all_positions": "last position alone",
}

# Said also where a program's settings have it: runs of one program differ in it.
NO_PRESET = ("all_positions",)
# Sets a run apart from those of other kinds as well.
OF_ALL_KINDS = ("features", "encoder_skip", "feature_gains", "readout_skip", "refit")
# Said even where all runs of a kind have it: it changes what was taught, kept or built.
ALWAYS = ("select_by", "student_hides", "teacher_hides", "ffn_ratio")


@dataclass(frozen=True)
class Run:
    """One `NAME.train.json`, as record_run.py writes it."""

    name: str
    document: dict[str, Any]

    @property
    def kind(self) -> str:
        return str(self.document["kind"])

    @property
    def data(self) -> dict[str, int]:
        """Sizes: users, items, interactions; sequences that train, validate and test."""
        found: dict[str, int] = self.document["data"]
        return found

    @property
    def training(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document["training"]
        return found

    @property
    def settings(self) -> dict[str, Any]:
        found: dict[str, Any] = self.training["settings"]
        return found

    @property
    def place(self) -> tuple[str, str, str, int]:
        """What makes test sets equal: data set, its fingerprint, protocol, positions."""
        data = self.training["data"]
        protocol, positions = self.training["protocol"], self.document["config"]["positions"]
        return data["name"], data["fingerprint"], protocol, positions

    @cached_property
    def budget(self) -> Budget | None:
        """Steps it could take, and their size; None where others set it: clock, earlier weights."""
        s = self.settings
        if s["max_minutes"] is not None or self.continued:
            return None
        each = max(1, self.data["train"] // s["batch_size"])
        ends = [s["epochs"] and s["epochs"] * each, s["max_steps"]]
        return min(end for end in ends if end), s["batch_size"]

    @property
    def all_but_seed(self) -> str:
        """Equal for runs that differ in their seed alone."""
        settings = {k: v for k, v in self.settings.items() if k not in ("seed", "device")}
        kept = [self.training.get(key) for key in ("start", "teacher", "weight_bits", "windows")]
        config = self.document["config"]
        return json.dumps([self.kind, self.place, config, settings, kept], sort_keys=True)

    @property
    def continued(self) -> bool:
        """Whether it started from trained weights."""
        return bool(self.training.get("start") or self.training.get("weight_bits"))

    @property
    def teacher(self) -> str | None:
        """Whose ranking it learnt, and the steps that each had taken."""
        found = self.training.get("teacher")
        if not found:
            return None
        each = [found] if isinstance(found, dict) else found  # there was one at most
        return " and ".join(
            f"{one['kind']} of {one['steps']:,} steps"
            + (" on trained weights" if one.get("continued") else "")
            for one in each
        )

    @property
    def stopped_early(self) -> bool:
        return self.budget is not None and self.training["steps"] < self.budget[0]

    @cached_property
    def metrics(self) -> dict[str, float]:
        """Of the test set, by the keys of `Metrics.to_dict`; a column that is not known is absent.

        Where an older release trained the model, the window's column is what record_run measured.
        """
        hidden: dict[str, float] = self.document["hidden"].get("window", {})
        found = {metric_key(k, WINDOW_LEFT_OUT): value for k, value in hidden.items() if "@" in k}
        found |= self.training["test"]
        return found


@dataclass(frozen=True)
class Published:
    """One table of a paper, for one data set."""

    document: dict[str, Any]
    paper: dict[str, Any]

    @property
    def column(self) -> str:
        """Which items the paper ranks."""
        return WINDOW_LEFT_OUT if self.document.get("hidden") == "window" else ALL_ITEMS

    @property
    def title(self) -> str:
        return f"{self.paper['citation'].partition(',')[0]}, {self.document['table']}"

    @property
    def models(self) -> tuple[str, ...]:
        return tuple(self.document["models"])

    def value(self, kind: str, metric: str) -> float | None:
        """None where the table has no such model or metric."""
        if kind not in self.document["models"] or metric not in self.document["metrics"]:
            return None
        found: float = self.document["models"][kind][self.document["metrics"].index(metric)]
        return found

    def beside(self, run: Run) -> bool:
        """Whether the run was on the same data, by its sizes, under the same protocol."""
        d = self.document
        same_data = all(d[size] == run.data[size] for size in ("users", "items"))
        _, _, protocol, positions = run.place
        return bool(same_data and (d["protocol"], d["positions"]) == (protocol, positions))


def read_runs(folder: Path = HERE / "results") -> list[Run]:
    """All runs of the folder, by name. Raises BadInput where one was not written by record_run."""
    return [_run(path) for path in sorted(folder.glob("*.train.json"))]


def _run(path: Path) -> Run:
    document = json.loads(path.read_text())
    if missing := [key for key in NEEDED if key not in document]:
        raise BadInput(
            f"{path}: has no {', '.join(missing)}; write it with benchmarks/record_run.py"
        )
    return Run(path.name.removesuffix(".train.json"), document)


def read_published(path: Path = HERE / "published.toml") -> list[Published]:
    """All tables, in the file's order."""
    document = tomllib.loads(path.read_text())
    return [Published(table, document["papers"][table["paper"]]) for table in document["table"]]


def labels(runs: Sequence[Run]) -> dict[str, str]:
    """Name of each run -> its kind, what is always said, and what sets it apart from its kind.

    Where nothing does but what the tables show by itself, its name.
    """
    chosen = {run.name: _choices(run) for run in runs}
    found: dict[str, str] = {}
    for run in runs:
        apart = [
            _said(key, value)
            for key, value in chosen[run.name].items()
            if not _is_usual(run.kind, key, value)
            and (key in ALWAYS or _differs(key, run, runs, chosen))
        ]
        found[run.name] = ", ".join([run.kind, *apart])
    told = list(found.values())
    return {
        name: label if told.count(label) == 1 else f"{label} ({name})"
        for name, label in found.items()
    }


def _differs(
    key: str, run: Run, runs: Sequence[Run], chosen: Mapping[str, Mapping[str, Any]]
) -> bool:
    """Whether another run has another value; one of another kind only where that is compared."""
    return any(
        chosen[other.name].get(key) != chosen[run.name][key]
        for other in runs
        if other.kind == run.kind or key in OF_ALL_KINDS
    )


def _said(key: str, value: Any) -> str:
    name = SAID.get(key, key).replace("_", " ")
    if key in ABLATIONS and value is False:
        return ABLATIONS[key]
    return name if value is True else f"{name} {value}"


def _is_usual(kind: str, key: str, value: Any) -> bool:
    if key in ABLATIONS and isinstance(value, bool):
        return value
    is_off = value is None or value is False or (isinstance(value, float) and value == 0)
    at_default = key not in OF_ALL_KINDS and _config_defaults(kind).get(key) == value
    return is_off or at_default or USUAL.get(key) == value


def _choices(run: Run) -> dict[str, Any]:
    """What was chosen for a run; of an older release's JSON with the values of its time."""
    started = {"weight_bits": run.training.get("weight_bits"), "taught by": run.teacher}
    known = run.document["config"] | run.settings | started
    older = {
        "spectrum": "full",
        "encoder_skip": False,
        "feature_gains": False,
        "readout_skip": False,
        "normalised": True,
    }
    older |= TrainSettings().to_dict()
    older |= _config_defaults(run.kind)
    chosen = known | {key: value for key, value in older.items() if key not in known}
    preset = {} if chosen["source"] is None else sources_of(run.kind)[chosen["source"]].sets
    return {
        key: value
        for key, value in chosen.items()
        if key not in SHOWN and (key in NO_PRESET or key not in preset or preset[key] != value)
    }


@cache
def _config_defaults(kind: str) -> dict[str, Any]:
    fields = fields_of(config_type(kind)).values()
    return {field.name: field.default for field in fields if field.default is not MISSING}
