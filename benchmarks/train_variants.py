"""Train SSR in variants that differ in one thing each, equal steps: benchmarks/variants.toml.

    python benchmarks/train_variants.py ml-1m-time.inter.gz --teacher ssr-ann.pt --out FOLDER

Each variant is trained once (FOLDER/NAME.pt) and compiled, for its synaptic operations and energy
on 64 sequences (FOLDER/NAME.json). They are compared by validation. Ctrl-C or SIGTERM saves; the
same command goes on where it was. At the end, or with --collect, what is there becomes the results
file.
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
from ssr_neuro.evaluation.columns import SHOWN, metric_key
from ssr_neuro.files import json_document
from ssr_neuro.progress import stop_signals

HERE = Path(__file__).parent
PLAN = HERE / "variants.toml"
RESULT = HERE / "results" / "ssr-variants.json"
TEACHER, NO_VALUE = "teacher", "none"
FORMAT = json_document.Format("ssr-neuro-variant", 1, "`benchmarks/train_variants.py`")
KEPT = [metric_key(name, column) for column in SHOWN for name in ("hr@10", "ndcg@10")]


@dataclass(frozen=True)
class VariantTraining:
    """settings: of `sn.train`. teacher: files, or the word that stands for that of --teacher."""

    name: str
    about: str
    settings: Mapping[str, Any]
    teacher: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data")
    parser.add_argument("--teacher", type=Path, required=True, help="an SSR-ANN of `ssr train`")
    parser.add_argument("--out", type=Path, required=True, help="folder of models")
    parser.add_argument("--collect", action="store_true", help="write the results; train nothing")
    given = parser.parse_args()
    try:
        stop_signals.install()
        variants = read_variants(PLAN)
        if not given.collect:
            given.out.mkdir(parents=True, exist_ok=True)
            dataset = data_sets.load(given.data, progress=True)
            for variant in variants:
                finish(variant, dataset, given.teacher, given.out)
        collect(variants, given.out, RESULT)
    except KeyboardInterrupt as stop:
        raise SystemExit(f"{stop or 'stopped'}; the same command goes on") from stop
    except SsrError as error:
        raise SystemExit(f"{type(error).__name__} {error}") from error


def read_variants(path: Path) -> tuple[VariantTraining, ...]:
    """The plan, in its order."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    found = []
    for name, held in document["variants"].items():
        settings = document["all"] | held
        about, teacher = settings.pop("about"), tuple(settings.pop("teacher"))
        values = {key: None if value == NO_VALUE else value for key, value in settings.items()}
        found.append(VariantTraining(name, about, values, teacher))
    return tuple(found)


def finish(variant: VariantTraining, dataset: Dataset, teacher: Path, out: Path) -> None:
    """Train and compile what is not there yet."""
    path, record = out / f"{variant.name}.pt", out / f"{variant.name}.json"
    if record.exists():
        return print(f"{variant.name}: finished before", flush=True)
    if not path.exists():
        sn.train(
            dataset,
            out=path,
            teacher=[teacher if one == TEACHER else HERE / one for one in variant.teacher],
            resume=path.with_name(f"{path.name}.state").exists(),
            progress=True,
            **variant.settings,
        )
    document = describe(variant, path)
    record.write_text(json_document.to_text(FORMAT.wrap(document)), encoding="utf-8")
    valid = document["valid"]
    print(f"{variant.name}: validation {valid['hr@10']:.4f} / {valid['ndcg@10']:.4f}", flush=True)


def describe(variant: VariantTraining, path: Path) -> dict[str, Any]:
    """Validation of the float network, and what its integers cost on the sequences that it has."""
    training = sn.load(path).training
    report = sn.compile(path, target="program").report
    if report is None:
        raise BadInput(f"{path} is no recommender, which has a report; remove it")
    sheet = next(sheet for sheet in report.energy if sheet.mode == "memory-int8")
    return {
        "name": variant.name,
        "about": variant.about,
        "steps": training["steps"],
        "seconds": training["seconds"],
        "valid": {key: training["valid"][key] for key in KEPT},
        "synaptic_operations": report.counts.sops.mean,
        "energy_pj": sheet.bills[0].total_pj,
    }


def collect(variants: tuple[VariantTraining, ...], out: Path, result: Path) -> None:
    """One results file of all variants that are finished, in the plan's order.

    Raises BadInput where none is, and leaves the file as it was.
    """
    found = [
        FORMAT.read(path) for variant in variants if (path := out / f"{variant.name}.json").exists()
    ]
    if not found:
        raise BadInput(
            f"{out} holds no variant that is finished, so {result.name} stays as it is; name the "
            "folder of the trainings with --out"
        )
    result.write_text(json_document.to_text({"variants": found}), encoding="utf-8")
    print(f"{result.name}: {len(found)} of {len(variants)} variants")


if __name__ == "__main__":
    main()
