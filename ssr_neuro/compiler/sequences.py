"""The item sequences that `ssr-compile` runs, measures and calibrates on."""

from typing import Any

import numpy as np

from ssr_neuro import checkpoint, data
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.compiler.options import Wishes
from ssr_neuro.errors import BadInput
from ssr_neuro.training import parts_of

SAMPLES = 64


def split_of(wishes: Wishes, saved: Checkpoint) -> data.Split | None:
    """The data set of --data, cut as for training; None without --data."""
    if wishes.data is None:
        return None
    dataset = data.load(
        wishes.data,
        core=wishes.core,
        duplicates=wishes.duplicates,
        reader=wishes.reader,
        progress=not wishes.json,
    )
    checkpoint.check_data(saved, dataset, wishes.model)
    return parts_of(dataset, saved.kind, saved.training["protocol"], saved.config)


def sequences_of(wishes: Wishes, saved: Checkpoint, split: data.Split | None) -> Any:
    """`samples` test sequences: of --data, else those the checkpoint carries."""
    if split is None:
        held = saved.inputs
        if wishes.samples is not None and wishes.samples > len(held):
            raise BadInput(
                f"{wishes.model} carries {len(held)} example sequences, --samples asks for "
                f"{wishes.samples}; add --data to take them from the data set"
            )
        return held[: wishes.samples or SAMPLES].numpy()
    rows = np.linspace(0, len(split.test) - 1, min(wishes.samples or SAMPLES, len(split.test)))
    return split.test.batch(np.unique(rows.astype(np.int64)))[0]


def familiar(saved: Checkpoint, split: data.Split | None) -> Any:
    """Sequences to calibrate on, none of them of the test set where there is a data set."""
    if split is None:
        return saved.inputs[:SAMPLES].numpy()
    rows = np.linspace(0, len(split.valid) - 1, min(SAMPLES, len(split.valid)))
    return split.valid.batch(np.unique(rows.astype(np.int64)))[0]
