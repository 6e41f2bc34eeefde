"""Caser (Tang and Wang 2018): convolutions over the latest items as over an image."""

import torch
from torch import nn

from ssr_neuro.model.parts.recommender import reads_users
from ssr_neuro.model.parts.sequence_model import (
    WindowModel,
    item_table,
    mean_of,
    pad_left,
    vectors_of,
)
from ssr_neuro.settings.models.caser import CaserConfig


class Caser(WindowModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1), by dot product with an output table.

    Trained by cross-entropy of the next item; the authors' program has the next three. Its vector
    of a user is unknown for one who was not trained on; by default it is the mean vector of all
    items of the window. With user "own" items are (B, N, 2), the number of the user beside each;
    0, or items alone, are a user who is not known and adds nothing.
    """

    config_type = CaserConfig
    config: CaserConfig

    def __init__(self, config: CaserConfig) -> None:
        super().__init__(config)
        order, features = config.order or config.positions, config.features
        self.order = order
        self.horizontal = nn.ModuleList(
            nn.Conv1d(features, config.horizontal, height) for height in range(1, order + 1)
        )
        self.vertical = nn.Linear(order, config.vertical, bias=config.vertical_bias)
        self.dropout = nn.Dropout(config.dropout)
        patterns = order * config.horizontal + features * config.vertical
        self.readout = nn.Linear(patterns, features)
        self.output_table: nn.Embedding | None = None
        if config.scoring == "own":
            self.output_table = item_table(config.items, 2 * features)
            self.item_bias = nn.Parameter(torch.zeros(config.items + 1))
        self.user_table: nn.Embedding | None = None
        if reads_users(config):
            self.user_table = item_table(config.users, features)

    def vector(self, items: torch.Tensor) -> torch.Tensor:
        """The convolutional vector, (B, D), or with "own" scores it and the user's, (B, 2D)."""
        shown = items if items.dim() == 2 else items[..., 0]
        read: torch.Tensor = self.readout(self.dropout(self.patterns(shown)))
        if self.output_table is None:
            return read
        return torch.cat([torch.relu(read), self.user_vector(items)], dim=1)

    def user_vector(self, items: torch.Tensor) -> torch.Tensor:
        """What stands for the user, (B, D)."""
        if self.user_table is None:
            return mean_of(self.table, items)
        if items.dim() == 2:
            return self.table.weight.new_zeros(len(items), self.config.features)
        return vectors_of(self.user_table, items[:, -1:, 1])[:, 0]

    def loss(self, items: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return super().loss(items, targets) + self.penalty()

    def taught_loss(self, items: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        return super().taught_loss(items, wanted) + self.penalty()

    def penalty(self) -> float | torch.Tensor:
        """What training adds for long weights; judging adds nothing."""
        if not self.training or self.config.l2 == 0:
            return 0.0
        layers = [self.table, self.vertical, self.readout, *self.horizontal]
        norms = torch.stack([layer.get_parameter("weight").norm() for layer in layers])
        return self.config.l2 * norms.sum()

    def patterns(self, items: torch.Tensor) -> torch.Tensor:
        """What the filters find: the highest answer of each horizontal one, the vertical sums."""
        image = self.embed(pad_left(items, self.order)).transpose(1, 2)
        highest = [torch.relu(layer(image)).amax(dim=2) for layer in self.horizontal]
        return torch.cat([*highest, self.vertical(image).flatten(1)], dim=1)

    def outputs(self) -> torch.Tensor:
        return super().outputs() if self.output_table is None else self.output_table.weight

    def bias(self) -> torch.Tensor:
        own = super().bias()
        return own if self.output_table is None else own + self.item_bias


MODEL = Caser
