"""What is known of a training run, from its model.pt, for the tables of docs/reference/results.md.

    python benchmarks/record_run.py model.pt --data ml-1m.txt [--name NAME] [--tuned TEXT]
        [--out FOLDER]

Writes FOLDER/NAME.train.json: model and data, the training as the checkpoint has it (settings,
seed, versions, device, seconds, curve, validation and test) and samples seen. Of a model.pt that
has the test metrics of all items alone, those without the window's items are measured here, as
"hidden". Written again from the same model.pt, the file keeps what it had measured or been told
before. NAME is the checkpoint's, without .pt.
"""

import argparse
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import Any

import numpy as np

from ssr_neuro import checkpoint, data
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.columns import WINDOW_LEFT_OUT, metric_key
from ssr_neuro.evaluation.evaluate import evaluate, model_scores
from ssr_neuro.library.chosen_fields import preset_of
from ssr_neuro.model import model_type
from ssr_neuro.model.parts.recommender import reads_users, trains_all_positions
from ssr_neuro.settings.fields import to_option_text
from ssr_neuro.settings.options import OF_DATA
from ssr_neuro.settings.training import TrainSettings

RESULTS = Path(__file__).parent / "results"
RATES = ("lr", "table_lr")  # their defaults depend on the kind of model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", required=True, help="the data set it was trained on")
    parser.add_argument("--name", help="of the file written; the checkpoint's by default")
    parser.add_argument("--tuned", help="what was tuned, and on what")
    parser.add_argument("--core", default="5-core")
    parser.add_argument("--duplicates", default="keep")
    parser.add_argument("--ties", default="file")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    try:
        path = record(given)
    except BadInput as error:
        raise SystemExit(f"BadInput {error}") from error
    print(path.name)


def record(given: argparse.Namespace) -> Path:
    """Raises BadInput where the model, the data or the file there do not fit together."""
    saved = checkpoint.load(given.model)
    dataset = data.load(given.data, core=given.core, duplicates=given.duplicates, ties=given.ties)
    checkpoint.check_data(saved, dataset, given.model)
    split = data.split(
        dataset,
        protocol=saved.training["protocol"],
        positions=saved.config.positions,
        timed=model_type(saved.kind).needs_times,
        users=reads_users(saved.config),
        windows=saved.training.get("windows", "every"),
        refit=saved.refit,
    )
    path: Path = given.out / f"{given.name or given.model.stem}.train.json"
    found = about(saved, given.model, dataset, split)
    before = same_model(path, found["sha256"])
    found["command"] = command(saved, given)
    found["tuned"] = given.tuned or before.get("tuned")
    found["hidden"] = before.get("hidden", {})
    known = metric_key("ndcg@10", WINDOW_LEFT_OUT) in saved.training.get("test", {})
    if not known and "window" not in found["hidden"]:
        measured = evaluate(model_scores(saved.model()), split.test, progress=True)
        if measured.window_left_out is not None:
            found["hidden"] |= {"window": measured.window_left_out.to_dict()}
    if paths := [text for text in strings(found) if is_path(text)]:
        raise BadInput(f"{given.model}: holds {paths[0]!r}, a place on one machine; train without")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    return path


def about(
    saved: checkpoint.Checkpoint, path: Path, dataset: data.Dataset, split: data.Split
) -> dict[str, Any]:
    """The run, its model and its data, all but what is measured here."""
    training = saved.training
    horizon = training["settings"].get("horizon", 1)
    sequences = training["steps"] * training["settings"]["batch_size"]
    return {
        "kind": saved.kind,
        "config": saved.config.to_dict(),
        "parameters": sum(p.numel() for p in saved.model().parameters()),
        "checkpoint_bytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "samples_seen": sequences,
        "targets_seen": round(sequences * targets_each(split.train, saved.config, horizon)),
        "data": {
            "ties": dataset.ties,
            "users": dataset.n_users,
            "items": dataset.n_items,
            "interactions": dataset.n_interactions,
            "train": len(split.train),
            "valid": len(split.valid),
            "test": len(split.test),
        },
        "training": training,
    }


def command(saved: checkpoint.Checkpoint, given: argparse.Namespace) -> str:
    """The command that takes the same steps: all that differs from the defaults, and the rates."""
    words = ["ssr", "train", "--data", Path(given.data).name, "--core", given.core]
    words += ["--duplicates", given.duplicates, "--model", saved.kind]
    words += [] if given.ties == "file" else ["--ties", given.ties]
    words += ["--protocol", saved.training["protocol"]]
    if saved.training.get("start"):
        words += ["--from", "START.pt"]
    teachers = saved.training.get("teacher") or []
    words += ["--teacher", "TEACHER.pt"] * (1 if isinstance(teachers, dict) else len(teachers))
    config, settings = saved.config, TrainSettings.from_dict(saved.training["settings"])
    preset = preset_of(saved.kind, settings.source)
    plain = type(config)(items=1).to_dict() | dict(preset.config)
    changed = {n: v for n, v in config.to_dict().items() if n not in OF_DATA and v != plain[n]}
    usual = TrainSettings().to_dict() | dict(preset.training)
    changed |= {n: v for n, v in settings.to_dict().items() if v != usual[n] or n in RATES}
    return " ".join([*words, *(f"--set {name}={to_option_text(v)}" for name, v in changed.items())])


def targets_each(train: data.Sequences, config: Any, horizon: int = 1) -> float:
    """Items to be predicted in a training sequence, on average over the training set."""
    if not trains_all_positions(config):
        rows = np.arange(len(train))
        return float((train.later(rows, horizon) > 0).sum(axis=1).mean())
    return float(np.minimum(train.targets_at - train.starts, train.positions).mean())


def same_model(path: Path, sha256: str) -> dict[str, Any]:
    """What the file has of this model.pt. Raises BadInput where it is of another."""
    if not path.exists():
        return {}
    before: dict[str, Any] = json.loads(path.read_text())
    if before.get("sha256", sha256) != sha256:
        raise BadInput(f"{path} is of another model.pt; give another --name, or remove it")
    return before


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.items() for text in strings(item))
    elif isinstance(value, list | tuple):
        yield from (text for item in value for text in strings(item))


def is_path(text: str) -> bool:
    return Path(text).is_absolute() or PureWindowsPath(text).is_absolute() or text.startswith("~")


if __name__ == "__main__":
    main()
