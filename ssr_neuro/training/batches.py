"""Training batches as tensors, cut where the model is: a GPU does not wait for windows."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ssr_neuro.data.sequences import Sequences
from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.evaluate import SequenceSet

# rows (b,) -> windows int64 (b, N), or (b, N, 2) with times, and targets int64 (b,), or
# (b, horizon) with 0 where there are no more
Batch = Callable[[npt.NDArray[np.int64]], tuple[torch.Tensor, torch.Tensor]]


def batches(sequences: SequenceSet, device: torch.device, horizon: int = 1) -> Batch:
    """What `sequences.batch` gives, on `device`; the data set lies there where that is a GPU.

    horizon above 1: targets are those of `Sequences.later`. Raises BadInput where there are none.
    """
    if horizon > 1 and not isinstance(sequences, Sequences):
        raise BadInput(f"horizon is {horizon}, and these sequences do not know what comes later")
    if device.type != "cpu" and isinstance(sequences, Sequences):
        return _OnDevice(sequences, device, horizon)

    def cut(rows: npt.NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
        inputs, targets = sequences.batch(rows)
        if horizon > 1 and isinstance(sequences, Sequences):
            targets = sequences.later(rows, horizon)
        return torch.as_tensor(inputs, device=device), torch.as_tensor(targets, device=device)

    return cut


class _OnDevice:
    """The law of `Sequences.batch` in torch, on data that were moved once."""

    def __init__(self, sequences: Sequences, device: torch.device, horizon: int) -> None:
        def moved(values: Any) -> torch.Tensor:
            return torch.as_tensor(np.ascontiguousarray(values, dtype=np.int64), device=device)

        self.items, self.starts = moved(sequences.items), moved(sequences.starts)
        self.targets_at = moved(sequences.targets_at)
        self.times_s = None if sequences.times_s is None else moved(sequences.times_s)
        self.users = None if sequences.users is None else moved(sequences.users)
        self.back = torch.arange(-sequences.positions, 0, device=device)
        self.sequences, self.horizon = sequences, horizon

    def __call__(self, rows: npt.NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
        asked = torch.as_tensor(rows, device=self.items.device)
        target_at, oldest = self.targets_at[asked], self.starts[asked][:, None]
        places = target_at[:, None] + self.back
        windows = self.items[places.clamp(min=0)] * (places >= oldest)
        if self.times_s is not None:
            windows = torch.stack([windows, self.times_s[torch.maximum(places, oldest)]], dim=-1)
        if self.users is not None:
            own = self.users[asked][:, None].expand_as(windows)
            windows = torch.stack([windows, own], dim=-1)
        if self.horizon > 1:
            later = self.sequences.later(rows, self.horizon)
            return windows, torch.as_tensor(later, device=self.items.device)
        return windows, self.items[target_at]
