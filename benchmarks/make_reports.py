"""A report for each data set, of the trained networks in benchmarks/checkpoints/.

    python benchmarks/make_reports.py --data-folder FOLDER [--only NAME ...] [--measured FILE ...]
        [--checkpoints FOLDER ...] [--recorded] [--out build/reports]

Of each data set whose file is in FOLDER: every SSR that was trained on it is compiled, and reported
beside the other kinds that were, of each the first by name. What a report says on the chip against
the GPU stays in results/NAME.chip.json, from which write_numbers.py makes
docs/reference/chip-against-gpu.md. The integers are ranked on the whole test set; --recorded leaves
float models as results/*.train.json has them, which saves most of the time. A data set without a
trained SSR is left out, and said.
"""

import argparse
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import ssr_neuro as sn
from ssr_neuro import checkpoint
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.columns import SHOWN, WINDOW_LEFT_OUT, metric_key
from ssr_neuro.files import json_document
from ssr_neuro.report.accuracy_of import METRICS, Accuracy, accuracy_of
from ssr_neuro.report.contents import Report

HERE = Path(__file__).parent
RESULTS, CHECKPOINTS = HERE / "results", HERE / "checkpoints"
SAMPLES = 256


@dataclass(frozen=True)
class ReportedData:
    """file: in the data folder. network: the SSR that is reported where there are several.

    ties: how interactions of the same time are ordered (`ssr train --ties`).
    """

    file: str
    network: str = ""
    ties: str = "file"


# By the name of the results. Video Games has the items of a day in order of their numbers.
DATA_SETS = {
    "ml-1m-time": ReportedData("ml-1m-time.inter.gz", network="ssr-ml-1m-time-128-penalty-1"),
    "ml-1m": ReportedData("ml-1m.txt", network="ssr-ml-1m"),
    "ml-100k": ReportedData("ml-100k.inter", network="ssr-ml-100k"),
    "beauty": ReportedData("amazon2014-beauty-gaps.inter.gz"),
    "video-games": ReportedData("amazon2018-video-games.inter.gz", ties="shuffle"),
}


@dataclass(frozen=True)
class TrainedOn:
    """A checkpoint and where it lies."""

    path: Path
    saved: Checkpoint


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data-folder", type=Path, required=True)
    parser.add_argument("--only", nargs="+", choices=DATA_SETS, default=list(DATA_SETS))
    parser.add_argument("--checkpoints", type=Path, nargs="+", default=[CHECKPOINTS])
    parser.add_argument("--measured", type=Path, nargs="+", default=[])
    parser.add_argument("--recorded", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("build/reports"))
    given = parser.parse_args()
    files = sorted(path for folder in given.checkpoints for path in folder.rglob("*.pt"))
    trained = [TrainedOn(path, checkpoint.load(path)) for path in files]
    for name in given.only:
        print(f"{name}: {make(name, trained, given)}", flush=True)


def make(name: str, trained: Iterable[TrainedOn], given: argparse.Namespace) -> str:
    """The report of one data set; what was done, or why nothing, in words."""
    asked = DATA_SETS[name]
    path = given.data_folder / asked.file
    if not path.exists():
        return f"there is no {path}"
    dataset = sn.load_data(path, ties=asked.ties)
    mine = [one for one in trained if is_of(one.saved, dataset)]
    networks = [one for one in mine if one.saved.kind == "ssr"]
    if not networks:
        return "no SSR was trained on it, so nothing is compiled"
    ours = next((one for one in networks if one.path.stem == asked.network), networks[0])
    rivals = rivals_of(ours, mine)
    compiled = sn.compile(ours.path, target="program")
    bundle = given.out / name / "bundle"
    compiled.save(bundle, overwrite=True)
    found = sn.build_report(
        bundle,
        given.out / name / "report",
        baselines=[one.path for one in rivals],
        measured=given.measured,
        data=(dataset,),
        samples=SAMPLES,
        recorded_baselines=given.recorded,
        overwrite=True,
    )
    command = ["python", "benchmarks/make_reports.py", "--only", name]
    command += ["--recorded"] if given.recorded else []
    (report,) = found.reports
    judged = accuracies(report)
    if given.recorded:
        judged |= recorded(report)
    text = json_document.to_text(summary(report, command, ours, rivals, judged))
    (RESULTS / f"{name}.chip.json").write_text(text, encoding="utf-8")
    return f"{given.out / name / 'report'}, results/{name}.chip.json"


def is_of(saved: Checkpoint, dataset: Dataset) -> bool:
    return bool(saved.training.get("data", {}).get("fingerprint") == dataset.fingerprint)


def rivals_of(ours: TrainedOn, mine: Iterable[TrainedOn]) -> list[TrainedOn]:
    """Of every other kind that was tested as ours was the one nearest to it in width and steps."""

    def distance(one: TrainedOn) -> tuple[bool, int, str]:
        steps = one.saved.training["steps"] - ours.saved.training["steps"]
        same_width = one.saved.config.features == ours.saved.config.features
        return not same_width, abs(steps), one.path.name

    protocol = ours.saved.training["protocol"]
    alike = [one for one in mine if one.saved.training["protocol"] == protocol]
    found: dict[str, TrainedOn] = {}
    for one in sorted(alike, key=distance):
        found.setdefault(one.saved.kind, one)
    return [found[kind] for kind in sorted(found) if kind != "ssr"]


def accuracies(report: Report) -> dict[str, Accuracy]:
    """Subject of the table -> what the report knows of it."""
    table = report.chip_against_gpu
    assert table is not None
    return {
        one.subject: accuracy_of(report, one.subject) for one in (*table.on_chip, *table.on_gpu)
    }


def recorded(report: Report) -> dict[str, Accuracy]:
    """Baseline -> the accuracy of its float model in results/*.train.json, where that is known.

    Both columns, as record_run.py measures the second of models that have the first alone.
    """
    files = {one.subject: one.file for one in report.baselines}
    found = {}
    for subject, file in files.items():
        path = RESULTS / f"{Path(file).stem}.train.json"
        if path.exists():
            document = json.loads(path.read_text(encoding="utf-8"))
            window = document["hidden"].get("window", {})
            test = document["training"]["test"] | {
                metric_key(key, WINDOW_LEFT_OUT): value for key, value in window.items()
            }
            values = (test.get(metric_key(name, c)) for c in SHOWN for name in METRICS)
            hr, ndcg, hr_left_out, ndcg_left_out = values
            found[subject] = Accuracy(hr, ndcg, hr_left_out, ndcg_left_out, of="float")
    return found


def summary(
    report: Report,
    command: list[str],
    ours: TrainedOn,
    rivals: Iterable[TrainedOn],
    accuracy: Mapping[str, Accuracy],
) -> dict[str, Any]:
    """What a report says on the chip against the GPU, with the accuracy of every model.

    Raises BadInput where it says nothing of them.
    """
    if report.chip_against_gpu is None:
        raise BadInput(f"the report of {ours.path} has no chip against GPU; measure it on a GPU")
    return {
        "command": command,
        "data": report.dataset,
        "order_warning": report.order_warning,
        "model": ours.path.name,
        "baselines": [one.path.name for one in rivals],
        "counted": report.counted,
        "synaptic_operations": report.counts.sops.mean,
        "accuracy": {subject: asdict(one) for subject, one in accuracy.items()},
        "chip_against_gpu": asdict(report.chip_against_gpu),
    }


if __name__ == "__main__":
    main()
