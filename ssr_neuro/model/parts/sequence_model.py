"""Models that make vectors of a window of items and score them against an item table."""

from abc import abstractmethod

import torch
from torch import nn

from ssr_neuro.model.parts.all_positions import next_item_pairs
from ssr_neuro.model.parts.recommender import RecommenderModel, mask_pad, trains_all_positions
from ssr_neuro.settings.window import WindowSettings

INITIAL_STD = 0.02


class WindowModel(RecommenderModel):
    """items (B, n), left-padded with 0 -> scores (B, V+1), by dot product with an item table.

    Of a window longer than N items the last N are read.
    """

    samples_negatives = True
    config: WindowSettings

    def __init__(self, config: WindowSettings) -> None:
        super().__init__()
        self.config = config
        self.table = item_table(config.items, config.features)

    @abstractmethod
    def vector(self, items: torch.Tensor) -> torch.Tensor:
        """items (B, n), as `window` gives them -> what is scored against the table, (B, D)."""

    def scores(self, items: torch.Tensor) -> torch.Tensor:
        return self.item_scores(self.vector(self.window(items)))

    def loss(self, items: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return self.loss_of(self.vector(self.window(items)), targets)

    def item_scores(self, vectors: torch.Tensor) -> torch.Tensor:
        """vectors (..., D) -> scores (..., V+1)."""
        return nn.functional.linear(vectors, self.outputs(), self.bias())

    def loss_of(self, vectors: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Mean cross-entropy of targets (M,) by vectors (M, D), or its estimate."""
        return self.item_loss(vectors, self.outputs(), self.bias(), targets)

    def window(self, items: torch.Tensor) -> torch.Tensor:
        """The last N items, (B, n) with n at most N."""
        return items[:, -self.config.positions :]

    def embed(self, items: torch.Tensor) -> torch.Tensor:
        """items (B, n) -> (B, n, D), zero at a pad whatever the table's row of it holds."""
        return vectors_of(self.table, items)

    def outputs(self) -> torch.Tensor:
        """The table that scores, (V+1, D): the one that is read, unless a model has another."""
        return self.table.weight

    def bias(self) -> torch.Tensor:
        """What is added to the scores, (V+1,): nothing, but -inf for the pad."""
        return mask_pad(self.table.weight.new_zeros(self.config.items + 1))


class SequenceModel(WindowModel):
    """A window model that makes a vector of every position; the last one's is scored.

    With all_positions, which only configs of causal models have, each predicts the next item.
    """

    @abstractmethod
    def hidden(self, items: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        """items (B, n), n at most N -> (B, n, D); last_only: (B, 1, D), of the last position."""

    def vector(self, items: torch.Tensor) -> torch.Tensor:
        return self.hidden(items, last_only=True)[:, -1]

    def loss(self, items: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        if not trains_all_positions(self.config):
            return super().loss(items, targets)
        items = self.window(items)
        present = items[..., 0] if self.needs_times else items
        return self.loss_of(*next_item_pairs(self.hidden(items), present, targets))


class Places(nn.Module):
    """n -> (n, D): a learned vector of each position, counted from the last, so pads shift none.

    RecBole pads on the right and so counts from the first item: `from_first`.
    """

    def __init__(self, positions: int, features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(INITIAL_STD * torch.randn(positions, features))

    def forward(self, count: int) -> torch.Tensor:
        return self.weight[len(self.weight) - count :]

    def from_first(self, present: torch.Tensor) -> torch.Tensor:
        """present bool (B, n) -> (B, n, D): the same vectors counted from the first item."""
        at = (present.cumsum(dim=1) - 1).clamp(min=0)
        return nn.functional.embedding(at, self.weight)


def item_table(items: int, features: int) -> nn.Embedding:
    """A vector of each item 1..V and of the pad, (V+1, D), of small random numbers."""
    table = nn.Embedding(items + 1, features)
    nn.init.normal_(table.weight, std=INITIAL_STD)
    return table


def vectors_of(table: nn.Embedding, items: torch.Tensor) -> torch.Tensor:
    """items (B, n) -> (B, n, D), zero at a pad whatever the table's row of it holds."""
    x: torch.Tensor = table(items) * (items > 0).unsqueeze(-1)
    return x


def mean_of(table: nn.Embedding, items: torch.Tensor, power: float = 1.0) -> torch.Tensor:
    """items (B, n) -> (B, D): the sum of their vectors over (how many there are) ** power."""
    count = (items > 0).sum(dim=1, keepdim=True).clamp(min=1)
    mean: torch.Tensor = vectors_of(table, items).sum(dim=1) / count**power
    return mean


def pad_left(items: torch.Tensor, positions: int) -> torch.Tensor:
    """items (B, n) -> (B, N): the last N, pads before them where there are fewer."""
    return nn.functional.pad(items[:, -positions:], (max(positions - items.shape[1], 0), 0))


def small_init(module: nn.Module) -> None:
    """Linear layers start small, so that a new block hardly changes what passes it."""
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=INITIAL_STD)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
