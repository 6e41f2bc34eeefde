"""Whether an ONNX file says what the model says, in onnxruntime and on real sequences."""

from typing import Any

import numpy as np

from converters.onnx.run import OnnxFile, steps
from ssr_neuro.errors import Mismatch
from ssr_neuro.evaluation.evaluate import ScoreBatch, model_scores
from ssr_neuro.evaluation.ranks import Floats
from ssr_neuro.model.lrurec import LRURec
from ssr_neuro.program.arrays import IntArray

TOLERANCE = 1e-4  # of a score of up to 1, and of larger ones by their size
TOP = 10


def check_full_pass(file: OnnxFile, model: ScoreBatch, sequences: IntArray) -> dict[str, Any]:
    """The scores of sequences one by one and all at once, against the model's.

    Raises Mismatch that names sequence, item and both values.
    """
    expected, score = model(sequences), file.scores()
    alone = np.concatenate([score(sequences[row : row + 1]) for row in range(len(sequences))])
    together = score(sequences)
    worst = max(check_scores(file.path.name, found, expected) for found in (alone, together))
    same = (top(together) == top(expected)).all(axis=1).sum()
    return {
        "sequences": len(sequences),
        "batch_sizes": [1, len(sequences)],
        "largest_difference": worst,
        "sequences_of_equal_top10": int(same),
    }


def check_steps(file: OnnxFile, model: LRURec, sequences: IntArray) -> dict[str, Any]:
    """Scores after every item, fed one by one, against full passes of all items until then.

    Raises Mismatch that names sequence, number of items, item and both values.
    """
    full, worst = model_scores(model), 0.0
    fed_so_far = steps(file, initial_state(model, len(sequences)), sequences)
    for read, (_, found) in enumerate(fed_so_far, start=1):
        what = f"{file.path.name} after {read} items"
        worst = max(worst, check_scores(what, found, full(sequences[:, :read])))
    return {
        "sequences": len(sequences),
        "items_each": sequences.shape[1],
        "largest_difference": worst,
    }


def initial_state(model: LRURec, batch: int) -> dict[str, Any]:
    """Inputs of the step that hold the state before the first item."""
    start = model.start(batch)
    return {"state_real": start.real.numpy(), "state_imaginary": start.imaginary.numpy()}


def check_scores(what: str, found: Floats, expected: Floats) -> float:
    """The largest difference of scores (S, V+1), to two digits.

    Where all are within TOLERANCE, a top 10 differs only in the order of equal scores. Raises
    Mismatch.
    """
    check_pad(what, found)
    apart = np.abs(found[:, 1:] - expected[:, 1:])
    # As a negation, for a NaN is in no order.
    far = ~(apart <= TOLERANCE * np.maximum(1, np.abs(expected[:, 1:])))
    if far.any():
        at = int(np.argmax(np.where(far, np.nan_to_num(apart, nan=np.inf), -1)))
        row, column = divmod(at, far.shape[1])
        raise Mismatch(
            f"{what}: sequence {row}, item {column + 1} scores {found[row, column + 1]:.6g} in "
            f"onnxruntime and {expected[row, column + 1]:.6g} in PyTorch, more than {TOLERANCE:g} "
            f"apart, as do {int(far.sum()) - 1} more; the file is not this model. Other versions "
            "of torch and onnxruntime may translate it rightly"
        )
    return float(f"{float(apart.max()):.1e}")


def check_pad(what: str, scores: Floats) -> None:
    """Raises Mismatch unless the pad alone scores -inf, and all items a number."""
    wrong = np.isfinite(scores)
    wrong[:, 0] = scores[:, 0] != -np.inf
    wrong[:, 1:] = ~wrong[:, 1:]
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise Mismatch(
            f"{what}: sequence {row}, item {column} scores {scores[row, column]} in onnxruntime; "
            "item 0, the pad, must score -inf and every other item a finite number"
        )


def agreement(found: Floats, expected: Floats) -> dict[str, float]:
    """How far rankings (S, V+1) agree: the share of common items of two top 10, of equal bests."""
    ours, theirs = top(found), top(expected)
    common = [len(np.intersect1d(a, b)) / len(a) for a, b in zip(ours, theirs, strict=True)]
    return {
        "top10_in_common": round(float(np.mean(common)), 4),
        "same_best": round(float(np.mean(ours[:, 0] == theirs[:, 0])), 4),
    }


def top(scores: Floats) -> IntArray:
    """Items of the highest scores, (S, 10) or fewer, best first; of equal ones the lower id."""
    order: IntArray = np.argsort(-scores[:, 1:], axis=1, kind="stable")[:, :TOP] + 1
    return order
