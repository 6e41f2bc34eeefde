"""Train the rivals of SSR, each tuned on validation with the same budget: benchmarks/rivals.toml.

    python benchmarks/train_rivals.py ml-1m-time.inter.gz --out FOLDER [--only KIND ...] [--plan]

For each rival in turn: a search over the values of [search] (FOLDER/KIND.search.db), then one long
training with the best of them (FOLDER/KIND.pt), of which the last line says what ended it. The test
set is ranked once, at the end of the long training. Ctrl-C or SIGTERM saves; the same command goes
on where it was, and leaves alone what is finished. FOLDER/KIND.json has the trials and what ended
the training; `record_run.py` writes the row of docs/reference/results.md. --plan prints the hours
and trains nothing.
"""

import argparse
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ssr_neuro as sn
from ssr_neuro import data as data_sets
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput, SsrError
from ssr_neuro.files import json_document
from ssr_neuro.library.recipes import what_ended
from ssr_neuro.progress import stop_signals
from ssr_neuro.search.space import Between, Choices, Space, searchable

PLAN = Path(__file__).parent / "rivals.toml"
OF_PLAN = ("positions", "features", "batch_size")  # fields that search and training share
FORMAT = json_document.Format("ssr-neuro-rival", 1, "`benchmarks/train_rivals.py`")


@dataclass(frozen=True)
class PlannedRival:
    """kind: of model. settings: fields that are not searched. hours: planned, of one core."""

    kind: str
    hours: float
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class TrainingPlan:
    """budget: the keys of [plan] but fields of the model. space: what is tuned."""

    budget: Mapping[str, Any]
    space: Space
    rivals: tuple[PlannedRival, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data")
    parser.add_argument("--out", type=Path, required=True, help="folder of studies and models")
    parser.add_argument("--only", nargs="+", help="kinds, in the order of the plan")
    parser.add_argument("--plan", action="store_true", help="print the hours; train nothing")
    given = parser.parse_args()
    try:
        plan = read_plan(PLAN, given.only)
        if given.plan:
            return show(plan)
        given.out.mkdir(parents=True, exist_ok=True)
        stop_signals.install()
        train_all(plan, data_sets.load(given.data, progress=True), given.out)
    except KeyboardInterrupt as stop:
        raise SystemExit(f"{stop}" or "stopped; the same command goes on") from stop
    except SsrError as error:
        raise SystemExit(f"{type(error).__name__} {error}") from error


def read_plan(path: Path, only: list[str] | None = None) -> TrainingPlan:
    """Raises BadInput where --only names a kind that the plan does not have."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    budget = document["plan"]
    shared = {name: budget.pop(name) for name in OF_PLAN}
    rivals = {}
    for kind, held in document["rivals"].items():
        hours = held.pop("hours")
        rivals[kind] = PlannedRival(kind, hours, {**shared, **held})
    if unknown := [kind for kind in only or () if kind not in rivals]:
        raise BadInput(f"no rival {', '.join(unknown)} in {path.name}; it has {', '.join(rivals)}")
    space: Space = {
        name: Choices(tuple(held["choices"])) if "choices" in held else Between(**held)
        for name, held in document["search"].items()
    }
    wanted = tuple(rival for kind, rival in rivals.items() if kind in (only or rivals))
    return TrainingPlan(budget, space, wanted)


def show(plan: TrainingPlan) -> None:
    for rival in plan.rivals:
        print(f"{rival.kind:10} {rival.hours:4.1f} h")
    print(f"{'in all':10} {sum(rival.hours for rival in plan.rivals):4.1f} h")


def train_all(plan: TrainingPlan, dataset: Dataset, out: Path) -> None:
    for rival in plan.rivals:
        if (out / f"{rival.kind}.json").exists():
            print(f"{rival.kind}: finished before")
            continue
        print(f"{rival.kind}: planned {rival.hours:g} h", flush=True)
        document = train_rival(rival, plan, dataset, out)
        text = json_document.to_text(FORMAT.wrap(document))
        (out / f"{rival.kind}.json").write_text(text, encoding="utf-8")
        found = document["test"]
        print(
            f"{rival.kind}: ended by {document['ended_by']}; test HR@10 {found['hr@10']:.4f}, "
            f"NDCG@10 {found['ndcg@10']:.4f}",
            flush=True,
        )


def train_rival(
    rival: PlannedRival, plan: TrainingPlan, dataset: Dataset, out: Path
) -> dict[str, Any]:
    """Search, then the long training of the best values; both go on where they were stopped."""
    budget, known = plan.budget, searchable(rival.kind)
    found = sn.search_settings(
        rival.kind,
        dataset,
        trials=budget["trials"],
        max_steps=budget["trial_steps"],
        space={name: held for name, held in plan.space.items() if name in known},
        storage=str(out / f"{rival.kind}.search.db"),
        protocol=budget["protocol"],
        progress=True,
        eval_every=budget["trial_steps"] // 2,
        **rival.settings,
    )
    path = out / f"{rival.kind}.pt"
    if not path.exists():
        sn.train(
            dataset,
            out=path,
            model=rival.kind,
            protocol=budget["protocol"],
            resume=path.with_name(f"{path.name}.state").exists(),
            progress=True,
            **{**rival.settings, **found.values},
            eval_every=budget["eval_every"],
            patience=budget["patience"],
            max_minutes=budget["minutes"],
        )
    training = sn.load(path).training
    kept = {key: training[key] for key in ("steps", "best_step", "seconds", "valid", "test")}
    trials = [
        {"values": trial.params, found.select_by: trial.value, "state": trial.state.name}
        for trial in found.study.trials
    ]
    seconds = sum(trial.duration.total_seconds() for trial in found.study.trials if trial.duration)
    return {
        "kind": rival.kind,
        "settings": dict(rival.settings),
        "budget": dict(budget),
        "trials": trials,
        "search_seconds": seconds,
        "best": dict(found.values),
        "ended_by": what_ended(training),
        **kept,
    }


if __name__ == "__main__":
    main()
