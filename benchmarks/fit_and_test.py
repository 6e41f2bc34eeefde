"""How well models rank what they were trained on, beside what they were not.

    python benchmarks/fit_and_test.py CHECKPOINT ... --data ml-1m.txt [--sequences 15000]

Prints JSON: for each model HR@10 and NDCG@10 with their standard errors on as many training,
validation and test sequences, random ones, the same for models of one protocol. Items of the
training sequences are older than those of the others, so the first figure would be another even
for a model that learnt nothing by heart; compare models with each other.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from ssr_neuro import checkpoint, data
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluate import model_scores, rank_rows
from ssr_neuro.metrics import metrics
from ssr_neuro.training import parts_of

BATCH = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--data", required=True)
    parser.add_argument("--sequences", type=int, default=15_000)
    given = parser.parse_args()
    try:
        dataset = data.load(given.data)
        found = {path.stem: of_model(path, dataset, given.sequences) for path in given.models}
    except BadInput as error:
        raise SystemExit(f"BadInput {error}") from error
    print(
        json.dumps(
            {"data": dataset.source, "sequences": given.sequences, "models": found}, indent=1
        )
    )


def of_model(path: Path, dataset: data.Dataset, sequences: int) -> dict[str, Any]:
    """Raises BadInput where it was trained on other data, or there are fewer sequences."""
    saved = checkpoint.load(path)
    checkpoint.check_data(saved, dataset, path)
    parts = parts_of(dataset, saved.kind, saved.training["protocol"], saved.config)
    found: dict[str, Any] = {"trained_on_validation": saved.refit}
    for name, part in (("train", parts.train), ("valid", parts.valid), ("test", parts.test)):
        if len(part) < sequences:
            raise BadInput(f"{len(part):,} sequences in {name}; --sequences {sequences:,} is more")
        rows = np.random.default_rng(0).permutation(len(part))[:sequences]
        of = metrics(rank_rows(model_scores(saved.model()), part, rows, BATCH)).to_dict()
        kept = ("hr@10", "hr@10_error", "ndcg@10", "ndcg@10_error")
        found[name] = {key: round(of[key], 5) for key in kept}
    return found


if __name__ == "__main__":
    main()
