"""What training, evaluation and checkpoints need of a model, and nothing more."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import torch
from torch import nn

from ssr_neuro.model.parts.activity import Activity
from ssr_neuro.settings import TrainSettings


class Recommender(nn.Module, ABC):
    """A next-item model.

    table_lr_parameters names the parameters trained at table_lr. Items are int64 (B, N),
    left-padded with 0; for a model that needs_times (B, N, 2), each with its time in seconds.
    """

    config_type: ClassVar[type[Any]]
    table_lr_parameters: ClassVar[frozenset[str]] = frozenset()
    needs_times: ClassVar[bool] = False
    config: Any

    @abstractmethod
    def scores(self, items: torch.Tensor) -> torch.Tensor:
        """items -> scores of all items as the next, (B, V+1); the pad scores -inf."""

    def loss(self, items: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """What training lowers; by default the cross-entropy of the targets (B,)."""
        return nn.functional.cross_entropy(self.scores(items).float(), targets)

    def forward(self, items: torch.Tensor, targets: torch.Tensor | None = None) -> torch.Tensor:
        """Scores; the loss where there are targets: one door, as wrappers wrap only this one."""
        return self.scores(items) if targets is None else self.loss(items, targets)

    def activity(self) -> Activity | None:
        """Counts the spikes of forward passes from now on; None for a model without spikes."""
        return None

    def finished(self) -> tuple[Any, dict[str, torch.Tensor]]:
        """Config and weights of the model that training leaves."""
        return self.config, self.state_dict()


def parameter_groups(model: Recommender, settings: TrainSettings) -> list[dict[str, Any]]:
    """Optimiser groups: the parameters at lr, then those at table_lr where there are any."""
    named = list(model.named_parameters())
    slow = [p for name, p in named if name not in model.table_lr_parameters]
    fast = [p for name, p in named if name in model.table_lr_parameters]
    groups = [{"params": slow, "lr": settings.lr}, {"params": fast, "lr": settings.table_lr}]
    return [group for group in groups if group["params"]]


def mask_pad(bias: torch.Tensor) -> torch.Tensor:
    """Item bias (V+1,) with -inf for the pad, so that it is never recommended nor trained."""
    return bias.index_fill(0, torch.zeros(1, dtype=torch.long, device=bias.device), -torch.inf)
