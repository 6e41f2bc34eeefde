"""Models that make a vector of every position of a window, scored against the item table."""

from abc import abstractmethod

import torch
from torch import nn

from ssr_neuro.model.parts.all_positions import all_position_loss
from ssr_neuro.model.parts.recommender import Recommender, mask_pad
from ssr_neuro.model.parts.window_settings import WindowSettings

INITIAL_STD = 0.02


class SequenceModel(Recommender):
    """items (B, n), left-padded with 0 -> scores (B, V+1), by dot product with the table.

    Of a window longer than N items the last N are read.
    """

    config: WindowSettings

    def __init__(self, config: WindowSettings) -> None:
        super().__init__()
        self.config = config
        self.table = nn.Embedding(config.items + 1, config.features)
        nn.init.normal_(self.table.weight, std=INITIAL_STD)

    @abstractmethod
    def hidden(self, items: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        """items (B, n), n at most N -> (B, n, D); last_only: (B, 1, D), of the last position."""

    def scores(self, items: torch.Tensor) -> torch.Tensor:
        hidden = self.hidden(self.window(items), last_only=True)[:, -1]
        return nn.functional.linear(hidden, self.table.weight, self.bias())

    def window(self, items: torch.Tensor) -> torch.Tensor:
        """The last N items, (B, n) with n at most N."""
        return items[:, -self.config.positions :]

    def embedded(self, items: torch.Tensor) -> torch.Tensor:
        """items (B, n) -> (B, n, D), zero at a pad whatever the table's row of it holds."""
        x: torch.Tensor = self.table(items) * (items > 0).unsqueeze(-1)
        return x

    def bias(self) -> torch.Tensor:
        """What is added to the scores, (V+1,): nothing, but -inf for the pad."""
        return mask_pad(self.table.weight.new_zeros(self.config.items + 1))


class AllPositionModel(SequenceModel):
    """A causal sequence model, trained on the next item of every position."""

    def loss(self, items: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        items = self.window(items)
        hidden = self.hidden(items)
        return all_position_loss(hidden, items, targets, self.table.weight, self.bias())


class Places(nn.Module):
    """n -> (n, D): a learned vector of each position, counted from the last, so pads shift none."""

    def __init__(self, positions: int, features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(INITIAL_STD * torch.randn(positions, features))

    def forward(self, count: int) -> torch.Tensor:
        return self.weight[len(self.weight) - count :]


def filled(items: torch.Tensor, positions: int) -> torch.Tensor:
    """items (B, n) -> (B, N): the last N, pads before them where there are fewer."""
    return nn.functional.pad(items[:, -positions:], (max(positions - items.shape[1], 0), 0))


def quiet(module: nn.Module) -> None:
    """Linear layers start small, so that a new block hardly changes what passes it."""
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=INITIAL_STD)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
