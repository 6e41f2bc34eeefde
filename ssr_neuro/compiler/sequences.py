"""The item sequences that a compilation runs, measures and calibrates on."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ssr_neuro import checkpoint as checkpoints
from ssr_neuro import data
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.compiler.options import CompileOptions
from ssr_neuro.errors import BadInput

if TYPE_CHECKING:
    from ssr_neuro.data import Split

SAMPLES = 64


def split_data(
    options: CompileOptions, checkpoint: Checkpoint, path: Path, *, progress: bool
) -> "Split | None":
    """The data set of the options, cut as for training; None without one.

    Raises BadInput where it is not the one that the model at `path` was trained on.
    """
    if options.data is None:
        return None
    if isinstance(options.data, data.Dataset):
        dataset = options.data
    else:
        dataset = data.load(
            options.data,
            core=options.core,
            duplicates=options.duplicates,
            ties=options.ties,
            reader=options.reader,
            user_column=options.user_column,
            item_column=options.item_column,
            time_column=options.time_column,
            progress=progress,
        )
    from ssr_neuro.training import parts_of

    checkpoints.check_data(checkpoint, dataset, path)
    return parts_of(dataset, checkpoint.kind, checkpoint.training["protocol"], checkpoint.config)


def sample_sequences(
    options: CompileOptions, checkpoint: Checkpoint, path: Path, split: "Split | None"
) -> Any:
    """`samples` test sequences (samples, N): of the data set, else those in the checkpoint."""
    if split is None:
        held = checkpoint.inputs
        if options.samples is not None and options.samples > len(held):
            raise BadInput(
                f"{path} carries {len(held)} example sequences, --samples asks for "
                f"{options.samples}; add --data to take them from the data set"
            )
        return held[: options.samples or SAMPLES].numpy()
    rows = np.linspace(0, len(split.test) - 1, min(options.samples or SAMPLES, len(split.test)))
    return split.test.batch(np.unique(rows.astype(np.int64)))[0]


def calibration_sequences(checkpoint: Checkpoint, split: "Split | None") -> Any:
    """Sequences to calibrate on, none of them of the test set where there is a data set."""
    if split is None:
        return checkpoint.inputs[:SAMPLES].numpy()
    rows = np.linspace(0, len(split.valid) - 1, min(SAMPLES, len(split.valid)))
    return split.valid.batch(np.unique(rows.astype(np.int64)))[0]
