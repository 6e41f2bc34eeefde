"""How much easier ML-1M is with ties in order of item number: the same models in both orders.

    python benchmarks/order_of_ties.py MODEL.pt ... --data ml-1m.txt --times ratings.dat --out FILE

--data is the file that the models were trained on, without times and with its ties in order of item
number; --times the same interactions with times, whose ties stay as they stand. Both must give each
user the same items once ties are sorted. Ranks the same 12,000 places of the test set in both, all
items, and the first apart by whether the target bears the second of the last item of the window.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro import checkpoint, data
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import model_scores, rank_rows
from ssr_neuro.program.arrays import IntArray

SEQUENCES = 12_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--data", required=True, help="ties in order of item number, no times")
    parser.add_argument("--times", required=True, help="the same with times, in the file's order")
    parser.add_argument("--sequences", type=int, default=SEQUENCES)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    try:
        found = compare(given)
    except BadInput as error:
        raise SystemExit(f"BadInput {error}") from error
    given.out.write_text(json.dumps(found, indent=1) + "\n")


def compare(given: argparse.Namespace) -> dict[str, Any]:
    by_item, by_file = data.load(given.data), data.load(given.times, ties="file")
    renamed = rename(by_item, by_file, data.load(given.times, ties="item"))
    found = {"pairs": pairs(by_file, renamed), "sequences": given.sequences, "models": {}}
    for path in given.models:
        found["models"][path.stem] = one = rank(path, by_item, by_file, renamed, given.sequences)
        print(json.dumps({path.stem: one}), flush=True)
    return found


def rename(by_item: data.Dataset, by_file: data.Dataset, sorted_file: data.Dataset) -> IntArray:
    """Items of by_file in the numbers of by_item. Raises BadInput where they are other data."""
    same = np.array_equal(by_item.offsets, sorted_file.offsets)
    names = np.zeros(by_item.n_items + 1, by_item.items.dtype)
    if same:
        names[sorted_file.items] = by_item.items
    if not same or not np.array_equal(names[sorted_file.items], by_item.items):
        raise BadInput(
            f"{by_file.source} is not {by_item.source} with times: users have other items once "
            "ties are sorted; give the file that it was made of"
        )
    return names[[int(sorted_file.item_ids.index(name)) + 1 for name in by_file.item_ids]][
        by_file.items - 1
    ]


def times_of(timed: data.Dataset) -> npt.NDArray[np.float64]:
    """Seconds of each item. Raises BadInput where the data has no times."""
    if timed.times_s is None:
        raise BadInput(f"{timed.source} has no times; give ratings with their times")
    return timed.times_s


def pairs(timed: data.Dataset, renamed: IntArray) -> dict[str, float]:
    """Neighbours of one user, those of one second, and the share of these that ascend."""
    inside = np.ones(len(renamed) - 1, bool)
    inside[timed.offsets[1:-1] - 1] = False
    tie = inside & (np.diff(times_of(timed)) == 0)
    return {
        "neighbours": int(inside.sum()),
        "ties": int(tie.sum()),
        "share_of_ties": float(tie.sum() / inside.sum()),
        "ascend_in_the_file": float((np.diff(numbers_of(timed))[tie] > 0).mean()),
    }


def numbers_of(timed: data.Dataset) -> IntArray:
    """The items as the file names them, which are numbers in ML-1M."""
    return np.array([int(name) for name in timed.item_ids])[timed.items - 1]


def rank(
    path: Path, by_item: data.Dataset, by_file: data.Dataset, renamed: IntArray, sequences: int
) -> dict[str, float]:
    """HR@10 of a model in both orders, and in the first by whether the target is in a tie."""
    saved = checkpoint.load(path)
    checkpoint.check_data(saved, by_item, path)
    how = {"protocol": saved.training["protocol"], "positions": saved.config.positions}
    test = data.split(by_item, **how).test
    rows = np.unique(np.linspace(0, len(test) - 1, sequences).astype(int))
    score = model_scores(saved.model())
    hits = rank_rows(score, test, rows, 512).all_items <= 10
    moved = replace(test, items=renamed)
    times, at = times_of(by_file), test.targets_at[rows]
    tie = times[at] == times[at - 1]
    return {
        "item_order": float(hits.mean()),
        "file_order": float((rank_rows(score, moved, rows, 512).all_items <= 10).mean()),
        "targets_in_a_tie": float(hits[tie].mean()),
        "other_targets": float(hits[~tie].mean()),
        "share_in_a_tie": float(tie.mean()),
    }


if __name__ == "__main__":
    main()
