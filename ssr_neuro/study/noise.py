"""Robustness to noise (paper section 5.3, Figure 5): some items of the sequences are fakes.

The paper replaces 0 to 20 % of the items of the sequences by random ones and trains again. It does
not say whether the targets and the test sequences are corrupted too. Here targets never are, and
the inputs of all parts always are. Where the window is left out of the ranking, it is the window
that the model reads, with its fakes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.data import Dataset, Split
from ssr_neuro.data.dataset import fingerprint
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import SequenceSet
from ssr_neuro.evaluation.paired import gains_by_column
from ssr_neuro.evaluation.ranks import Ranks
from ssr_neuro.program.arrays import IntArray
from ssr_neuro.study.rank_gains import ratio
from ssr_neuro.study.selected_models import Judged, Say, sample_rows


@dataclass(frozen=True, eq=False)
class Corrupted:
    """Windows of one set of sequences, targets of another: fakes are read, never predicted."""

    windows: SequenceSet
    targets: SequenceSet

    def __len__(self) -> int:
        return len(self.targets)

    def batch(self, rows: npt.NDArray[np.int64]) -> tuple[IntArray, IntArray]:
        """Rows -> corrupted windows and true targets, as `SequenceSet`."""
        return self.windows.batch(rows)[0], self.targets.batch(rows)[1]


@dataclass(frozen=True, eq=False)
class CorruptedSplit:
    """A `data.Split` whose inputs hold fakes in all three parts."""

    train: Corrupted
    valid: Corrupted
    test: Corrupted
    protocol: str
    windows: str


def add_fakes(dataset: Dataset, share: float, seed: int) -> Dataset:
    """The data set with that share of its interactions replaced by a uniformly random other item.

    Of one seed, a smaller share is a part of a larger one. A fake is the same in every window that
    holds it. Raises BadInput where the share is none or there is no other item.
    """
    if not 0 <= share <= 1:
        raise BadInput(f"noise {share:g}: the share of fake items lies between 0 and 1")
    if dataset.n_items < 2:
        raise BadInput(f"{dataset.name} has one item; a fake needs another")
    if not share:
        return dataset
    rng = np.random.default_rng([seed, 2])
    order = rng.permutation(dataset.n_interactions)
    ahead = rng.integers(1, dataset.n_items, dataset.n_interactions)
    chosen = order[: round(share * dataset.n_interactions)]
    items = dataset.items.copy()
    items[chosen] = (dataset.items[chosen] - 1 + ahead[chosen]) % dataset.n_items + 1
    return replace(
        dataset,
        items=items,
        source=f"{dataset.source}, {100 * share:g} % of the items replaced, seed {seed}",
        fingerprint=fingerprint(items, dataset.offsets, dataset.item_ids, dataset.user_ids),
    )


def corrupt_windows(windows: Split, clean: Split) -> CorruptedSplit:
    """Windows of one split before the targets of the other; both are of the same interactions."""
    return CorruptedSplit(
        Corrupted(windows.train, clean.train),
        Corrupted(windows.valid, clean.valid),
        Corrupted(windows.test, clean.test),
        clean.protocol,
        clean.windows,
    )


def at_test(
    model: Judged,
    dataset: Dataset,
    levels: Sequence[float],
    *,
    at_most: int | None,
    seed: int,
    say: Say,
    progress: bool = False,
) -> list[dict[str, Any]]:
    """One trained model on test sequences of every noise level; all levels rank the same rows."""
    clean = model.split(dataset)
    rows = sample_rows(len(clean.test), at_most, seed)
    ranks, shares = [], []
    for level in levels:
        say(f"{model.name}, {100 * level:g} % noise")
        test = corrupt_windows(model.split(add_fakes(dataset, level, seed)), clean).test
        ranks.append(model.ranks(test, rows, progress=progress))
        shares.append(fake_share(test, clean.test, rows))
    return points(levels, ranks, shares)


def points(
    levels: Sequence[float], ranks: Sequence[Ranks], shares: Sequence[float]
) -> list[dict[str, Any]]:
    """What is written down of each level; relative values are shares of the first level's."""
    before, found = gains_by_column(ranks[0]), []
    for level, rank, share in zip(levels, ranks, shares, strict=True):
        after = gains_by_column(rank)
        relative = {name: ratio(gain, before[name]) for name, gain in after.items()}
        found.append(
            {
                "noise": level,
                "fakes_among_items_read": share,
                **rank.metrics().to_dict(),
                "relative": {n: None if v is None else v._asdict() for n, v in relative.items()},
            }
        )
    return found


def fake_share(test: SequenceSet, clean: SequenceSet, rows: npt.NDArray[np.int64]) -> float:
    """Share of fakes among the items of the windows, pads aside."""
    fakes = real = 0
    for part in np.array_split(rows, -(-len(rows) // 4096)):
        shown, true = test.batch(part)[0], clean.batch(part)[0]
        shown, true = (w[..., 0] if w.ndim == 3 else w for w in (shown, true))
        fakes, real = fakes + int((shown != true).sum()), real + int((true > 0).sum())
    return fakes / real
