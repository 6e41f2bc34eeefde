"""Caser (Tang and Wang 2018): convolutions over the latest items as over an image."""

from dataclasses import dataclass

import torch
from torch import nn

from ssr_neuro.model.parts.sequence_model import WindowModel, filled, item_table, mean_of
from ssr_neuro.model.parts.window_settings import WindowSettings


@dataclass(frozen=True)
class CaserConfig(WindowSettings):
    """Shape of Caser; defaults as in the authors' program, but for D, 50 there.

    order: the paper's L, how many of the latest items the filters see. horizontal: filters of each
    height 1 to L. vertical: weighted sums over the L items. dropout: of what the filters say.
    """

    order: int = 5
    horizontal: int = 16
    vertical: int = 4
    dropout: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole(order=1, horizontal=1, vertical=1)
        self._need(self.order <= self.positions, "order", f"at most positions ({self.positions})")
        self._rates("dropout")


class Caser(WindowModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1), by dot product with an output table.

    Trained by cross-entropy of the next item; the authors' program has the next three. Its vector
    of a user is unknown for one who was not trained on; here it is the mean vector of all items of
    the window.
    """

    config_type = CaserConfig

    def __init__(self, config: CaserConfig) -> None:
        super().__init__(config)
        order, features = config.order, config.features
        self.order = order
        self.horizontal = nn.ModuleList(
            nn.Conv1d(features, config.horizontal, height) for height in range(1, order + 1)
        )
        self.vertical = nn.Linear(order, config.vertical, bias=False)
        self.dropout = nn.Dropout(config.dropout)
        patterns = order * config.horizontal + features * config.vertical
        self.readout = nn.Linear(patterns, features)
        self.output_table = item_table(config.items, 2 * features)
        self.item_bias = nn.Parameter(torch.zeros(config.items + 1))

    def vector(self, items: torch.Tensor) -> torch.Tensor:
        """The convolutional vector and the user's, (B, 2D)."""
        convolved = torch.relu(self.readout(self.dropout(self.patterns(items))))
        return torch.cat([convolved, mean_of(self.table, items)], dim=1)

    def patterns(self, items: torch.Tensor) -> torch.Tensor:
        """What the filters find: the highest answer of each horizontal one, the vertical sums."""
        image = self.embedded(filled(items, self.order)).transpose(1, 2)
        highest = [torch.relu(layer(image)).amax(dim=2) for layer in self.horizontal]
        return torch.cat([*highest, self.vertical(image).flatten(1)], dim=1)

    def outputs(self) -> torch.Tensor:
        return self.output_table.weight

    def bias(self) -> torch.Tensor:
        return super().bias() + self.item_bias


MODEL = Caser
