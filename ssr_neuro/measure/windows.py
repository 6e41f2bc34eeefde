"""The windows that a measurement runs."""

from pathlib import Path

import numpy as np
import torch

from ssr_neuro.checkpoint import Checkpoint, check_data
from ssr_neuro.data import Dataset
from ssr_neuro.errors import BadInput
from ssr_neuro.training import parts_of

OF_TEST_SET = 256


def windows_of(saved: Checkpoint, path: Path, dataset: Dataset | None) -> torch.Tensor:
    """int64 (B, N): those in the checkpoint, or 256 spread evenly over the data's test set.

    Raises BadInput where there are none, or the data are not those of the model.
    """
    if dataset is None:
        if len(saved.inputs) == 0:
            raise BadInput(f"{path}: holds no sequences to run; give its data set with --data")
        return saved.inputs
    check_data(saved, dataset, path)
    test = parts_of(dataset, saved.kind, saved.training["protocol"], saved.config).test
    if len(test) == 0:
        raise BadInput(f"{path}: {dataset.source} has no test sequence; give a larger data set")
    rows = np.linspace(0, len(test) - 1, min(OF_TEST_SET, len(test))).astype(np.int64)
    return torch.as_tensor(test.batch(rows)[0])


def describe_windows(dataset: Dataset | None) -> str:
    """Which windows those are, in words."""
    if dataset is None:
        return "those kept in each checkpoint, from its test set; repeated where a batch is larger"
    return (
        f"at most {OF_TEST_SET} spread evenly over the test set of {dataset.name}; repeated where "
        "a batch is larger"
    )
