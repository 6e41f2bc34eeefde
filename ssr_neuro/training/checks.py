"""What is checked before a training begins: its file, its sequences, and that all fit together."""

from pathlib import Path
from typing import Any

import numpy as np

from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.files.output_file import check_parent
from ssr_neuro.settings.training import TrainSettings
from ssr_neuro.training.run import Parts


def check_run(
    dataset: Dataset, split: Parts, config: Any, settings: TrainSettings, out: Path
) -> None:
    """Raises BadInput where the model cannot be written, or the data do not fit the run."""
    if out.is_dir():
        raise BadInput(f"{out} is a folder; name the file to write the model to")
    check_parent(out)
    check_fit(dataset, split, config, settings)
    if len(split.test) == 0:
        raise BadInput(f"{dataset.name} has no test sequences; use data with longer histories")


def check_fit(dataset: Dataset, split: Parts, config: Any, settings: TrainSettings) -> None:
    """Raises BadInput where config and data do not fit, or sequences are too few."""
    if config.items != dataset.n_items:
        raise BadInput(
            f"the config has {config.items} items, {dataset.name} has {dataset.n_items}; they "
            "must be equal"
        )
    needed = {"training": split.train} | ({} if settings.refit else {"validation": split.valid})
    for name, sequences in needed.items():
        # Batch statistics of a single sequence have no spread to divide by.
        if len(sequences) < 2:
            raise BadInput(
                f"{dataset.name} has {len(sequences)} {name} sequences; at least 2 are needed, "
                "use data with longer histories"
            )
    width = split.train.batch(np.arange(1))[0].shape[1]
    if width != config.positions:
        raise BadInput(
            f"the config has {config.positions} positions, the sequences have {width}; split the "
            f"data with positions={config.positions}"
        )
