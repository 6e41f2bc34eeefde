"""Full-ranking evaluation of anything that scores items: a model or the integer program."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.metrics import Metrics, Rank
from ssr_neuro.evaluation.ranks import Floats, Ranks, rank_columns
from ssr_neuro.evaluation.sampled import Sample, ranks_among
from ssr_neuro.program.arrays import IntArray
from ssr_neuro.progress import task

if TYPE_CHECKING:
    from ssr_neuro.model.parts.recommender import RecommenderModel

# inputs int64 (B, N), left-padded with 0 -> scores (B, V+1)
ScoreBatch = Callable[[IntArray], Floats]


class SequenceSet(Protocol):
    """Sequences with the item that follows each; `ssr_neuro.data` makes them."""

    def __len__(self) -> int: ...

    def batch(self, rows: npt.NDArray[np.int64]) -> tuple[IntArray, IntArray]:
        """Rows -> inputs int64 (b, N), left-padded with 0, and targets int64 (b,)."""
        ...


class ItemsBefore(Protocol):
    """Sequences that know what their users had; `ssr_neuro.data` makes them."""

    def seen(self, rows: npt.NDArray[np.int64]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Rows -> what each user had before the target: places in `rows` (p,), items (p,)."""
        ...


@dataclass(frozen=True, eq=False)
class Sampling:
    """history: of the sequences that are ranked, whose users' items are never drawn."""

    sample: Sample
    history: ItemsBefore

    def ranks(self, scores: Floats, rows: npt.NDArray[np.int64], targets: IntArray) -> Rank:
        """Of the targets of some rows among what is drawn for them."""
        drawn = self.sample.draw(rows, targets, self.history.seen(rows), scores.shape[1] - 1)
        return ranks_among(scores, targets, drawn)


def evaluate(
    score_batch: ScoreBatch,
    sequences: SequenceSet,
    batch_size: int = 512,
    *,
    history: ItemsBefore | None = None,
    progress: bool = False,
) -> Metrics:
    """HR, MRR and NDCG of the sequences' targets: among all items, and without the window's.

    As `rank_every`, whose ranks these are of.
    """
    ranks = rank_every(score_batch, sequences, batch_size, history=history, progress=progress)
    return ranks.metrics()


def rank_every(
    score_batch: ScoreBatch,
    sequences: SequenceSet,
    batch_size: int = 512,
    *,
    history: ItemsBefore | None = None,
    sampling: Sampling | None = None,
    progress: bool = False,
) -> Ranks:
    """Ranks of the sequences' targets: among all items, and without the window's.

    Both columns come from one pass of scores. history: the sequences once more, where a third
    column is to leave out all that the user has had. sampling: where targets are ranked among a
    sample as well. Raises BadInput where there is nothing to
    rank or a score is NaN; the message names the batch.
    """
    if len(sequences) == 0:
        raise BadInput("there are no sequences to evaluate; give a larger data set or part")
    rows = np.arange(len(sequences))
    return rank_rows(
        score_batch,
        sequences,
        rows,
        batch_size,
        history=history,
        sampling=sampling,
        progress=progress,
    )


def rank_rows(
    score_batch: ScoreBatch,
    sequences: SequenceSet,
    rows: npt.NDArray[np.int64],
    batch_size: int,
    *,
    history: ItemsBefore | None = None,
    sampling: Sampling | None = None,
    progress: bool = False,
) -> Ranks:
    """Ranks of the targets of some rows, in every column; for one process's share of the whole."""
    found = []
    for number, part in enumerate(_parts(rows, batch_size, progress=progress)):
        inputs, targets = sequences.batch(part)
        windows = inputs if inputs.ndim == 2 else inputs[..., 0]
        seen = None if history is None else history.seen(part)
        try:
            scores = score_batch(inputs)
            ranked = rank_columns(scores, targets, windows, seen)
            if sampling is not None:
                ranked = replace(ranked, sampled=sampling.ranks(scores, part, targets))
            found.append(ranked)
        except BadInput as error:
            raise BadInput(f"batch {number}, sequences {part[0]} to {part[-1]}: {error}") from error
    return Ranks.join(found)


def model_scores(model: "RecommenderModel") -> ScoreBatch:
    """A model as a scorer, on the device its weights are on and in eval mode."""
    import torch

    device = next(model.parameters()).device

    @torch.inference_mode()
    def score(inputs: IntArray) -> Floats:
        was_training = model.training
        model.eval()
        try:
            scores = model(torch.as_tensor(inputs, device=device))
        finally:
            model.train(was_training)
        array: npt.NDArray[Any] = scores.float().cpu().numpy()
        return array

    return score


def mean_scores(scorers: Sequence[ScoreBatch]) -> ScoreBatch:
    """Several scorers as one: by its softmax, the geometric mean of what they say."""

    def score(inputs: IntArray) -> Floats:
        mean: Floats = np.mean([each(inputs) for each in scorers], axis=0)
        return mean

    return score


def _parts(
    rows: npt.NDArray[np.int64], batch_size: int, *, progress: bool
) -> Iterator[npt.NDArray[np.int64]]:
    total = len(rows)
    with task("evaluating", total, shown=progress) as work:
        for start in range(0, total, batch_size):
            yield rows[start : start + batch_size]
            done = min(start + batch_size, total)
            work.update(done, f"{done:,} of {total:,} sequences")
