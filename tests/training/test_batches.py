"""Batches cut by torch are those that the data set cuts."""

import numpy as np
import pytest
import torch

from ssr_neuro.data.sequences import Sequences
from ssr_neuro.training.batches import _OnDevice, batches


def sequences(*, timed: bool = False, users: bool = False) -> Sequences:
    """Two users' items 1-7 and 8-12, every item with one before it a target."""
    starts = np.array([0] * 6 + [7] * 4)
    targets_at = np.array([1, 2, 3, 4, 5, 6, 8, 9, 10, 11])
    times_s = 1000 + 60 * np.arange(12) if timed else None
    own = 1 + (starts > 0) if users else None
    return Sequences(np.arange(1, 13, dtype=np.int32), starts, targets_at, 4, times_s, own)


@pytest.mark.parametrize("beside", [{}, {"timed": True}, {"users": True}])
def test_windows_and_targets_are_the_data_sets_own(beside: dict[str, bool]) -> None:
    given, rows = sequences(**beside), np.array([9, 0, 5, 6, 3])
    expected = [torch.as_tensor(part) for part in given.batch(rows)]
    cpu = torch.device("cpu")
    for found in (batches(given, cpu)(rows), _OnDevice(given, cpu, 1)(rows)):
        for ours, theirs in zip(found, expected, strict=True):
            assert ours.dtype == theirs.dtype == torch.int64
            assert torch.equal(ours, theirs)


def test_a_set_of_another_kind_cuts_its_own_batches() -> None:
    class Other:
        def __len__(self) -> int:
            return 1

        def batch(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return np.array([[0, 5]]), rows

    inputs, targets = batches(Other(), torch.device("meta"))(np.array([3]))
    assert inputs.device.type == targets.device.type == "meta"
    assert inputs.shape == (1, 2)
