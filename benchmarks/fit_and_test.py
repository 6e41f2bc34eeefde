"""How well models rank what they were trained on, beside what they were not.

    python benchmarks/fit_and_test.py CHECKPOINT ... --data ml-1m.txt [--sequences 15000]
        [--teacher MODEL.pt ...]

Prints JSON: for each model HR@10 and NDCG@10 with their standard errors on as many training,
validation and test sequences, random ones, the same for models of one protocol. Items of the
training sequences are older than those of the others, so the first figure would be another even
for a model that learnt nothing by heart; compare models with each other.

--teacher: also how far the model's probabilities are from the teacher's, in nats (the mean
Kullback-Leibler divergence from teacher to model, what `ssr train --teacher` lowers), on the
training and validation sequences. It tells students apart that no hit rate does.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import log_softmax

from ssr_neuro import checkpoint, data
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.columns import SHOWN, metric_key
from ssr_neuro.evaluation.evaluate import (
    ScoreBatch,
    SequenceSet,
    mean_scores,
    model_scores,
    rank_rows,
)
from ssr_neuro.training import parts_of

BATCH = 500
KEPT = tuple(
    metric_key(name, column)
    for column in SHOWN
    for name in ("hr@10", "hr@10_error", "ndcg@10", "ndcg@10_error")
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--data", required=True)
    parser.add_argument("--sequences", type=int, default=15_000)
    parser.add_argument("--teacher", type=Path, nargs="+", default=[])
    given = parser.parse_args()
    try:
        dataset = data.load(given.data)
        teacher = teacher_of(given.teacher, dataset)
        found = {
            path.stem: of_model(path, dataset, given.sequences, teacher) for path in given.models
        }
    except BadInput as error:
        raise SystemExit(f"BadInput {error}") from error
    about = {"data": dataset.source, "sequences": given.sequences}
    if given.teacher:
        about["teacher"] = [path.stem for path in given.teacher]
    print(json.dumps({**about, "models": found}, indent=1))


def teacher_of(paths: list[Path], dataset: data.Dataset) -> ScoreBatch | None:
    """The models at `paths` as one. Raises BadInput where one was trained on other data."""
    scorers = []
    for path in paths:
        saved = checkpoint.load(path)
        checkpoint.check_data(saved, dataset, path)
        scorers.append(model_scores(saved.model()))
    return mean_scores(scorers) if scorers else None


def of_model(
    path: Path, dataset: data.Dataset, sequences: int, teacher: ScoreBatch | None
) -> dict[str, Any]:
    """Raises BadInput where it was trained on other data, or there are fewer sequences."""
    saved = checkpoint.load(path)
    checkpoint.check_data(saved, dataset, path)
    parts = parts_of(dataset, saved.kind, saved.training["protocol"], saved.config)
    scores = model_scores(saved.model())
    found: dict[str, Any] = {"trained_on_validation": saved.knows_validation}
    for name, part in (("train", parts.train), ("valid", parts.valid), ("test", parts.test)):
        if len(part) < sequences:
            raise BadInput(f"{len(part):,} sequences in {name}; --sequences {sequences:,} is more")
        rows = np.random.default_rng(0).permutation(len(part))[:sequences]
        of = rank_rows(scores, part, rows, BATCH).metrics().to_dict()
        found[name] = {key: round(of[key], 5) for key in KEPT}
        if teacher is not None and name != "test":
            found[name]["divergence"] = round(divergence(scores, teacher, part, rows), 4)
    return found


def divergence(scores: ScoreBatch, teacher: ScoreBatch, part: SequenceSet, rows: Any) -> float:
    """Mean over the rows of KL(teacher || model) of all items as the next, in nats."""
    total = 0.0
    for start in range(0, len(rows), BATCH):
        inputs, _ = part.batch(rows[start : start + BATCH])
        wanted, given = (log_softmax(by(inputs)[:, 1:], axis=1) for by in (teacher, scores))
        total += float((np.exp(wanted) * (wanted - given)).sum())
    return total / len(rows)


if __name__ == "__main__":
    main()
