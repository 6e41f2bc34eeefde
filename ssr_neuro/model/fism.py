"""FISM (Kabbur et al. 2013): similarities of items as a product of two tables."""

from dataclasses import dataclass

import torch
from torch import nn

from ssr_neuro.model.parts.sequence_model import WindowModel, item_table, mean_of
from ssr_neuro.model.parts.window_settings import WindowSettings


@dataclass(frozen=True)
class FismConfig(WindowSettings):
    """Shape of FISM. alpha: the sum over n items is divided by n ** alpha (0 sum, 1 mean)."""

    alpha: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        number = isinstance(self.alpha, int | float) and not isinstance(self.alpha, bool)
        self._need(number and 0 <= self.alpha <= 1, "alpha", "a number from 0 to 1")


class FISM(WindowModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1), whatever their order.

    b_i + n^-alpha sum_j p_j . q_i over the window's items j, so no user needs a vector. Items
    rated before count as candidates, as for all models here, and are not left out of their own
    sum. Trained by cross-entropy of the next item over all items, for the paper's losses.
    """

    config_type = FismConfig
    config: FismConfig

    def __init__(self, config: FismConfig) -> None:
        super().__init__(config)
        self.output_table = item_table(config.items, config.features)
        self.item_bias = nn.Parameter(torch.zeros(config.items + 1))

    def vector(self, items: torch.Tensor) -> torch.Tensor:
        return mean_of(self.table, items, self.config.alpha)

    def outputs(self) -> torch.Tensor:
        return self.output_table.weight

    def bias(self) -> torch.Tensor:
        return super().bias() + self.item_bias


MODEL = FISM
