"""Matrix factorisation (Koren et al. 2009) for users who were not trained on."""

import torch
from torch import nn

from ssr_neuro.model.parts.sequence_model import WindowModel, mean_of
from ssr_neuro.settings.models.mf import MfConfig


class MF(WindowModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1): p_u . q_i + b_i, whatever their order.

    A user trained on has a p_u of its own; one who is known by a window has none, so p_u is the
    mean q of the window's items, in training and after it. Trained by cross-entropy of the next
    item over all items.
    """

    config_type = MfConfig

    def __init__(self, config: MfConfig) -> None:
        super().__init__(config)
        self.item_bias = nn.Parameter(torch.zeros(config.items + 1))

    def vector(self, items: torch.Tensor) -> torch.Tensor:
        return mean_of(self.table, items)

    def bias(self) -> torch.Tensor:
        return super().bias() + self.item_bias


MODEL = MF
