"""FISM (Kabbur et al. 2013): similarities of items as a product of two tables."""

import torch
from torch import nn

from ssr_neuro.model.parts.sequence_model import WindowModel, item_table, mean_of
from ssr_neuro.settings.models.fism import FismConfig


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
