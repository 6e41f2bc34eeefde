"""What goes from the item codes straight to the readout: how near each item is to the window's."""

import torch
from torch import nn

from ssr_neuro.settings.models.ssr import SsrConfig


class ReadoutSkip(nn.Module):
    """codes (N, B, T, D), spikes of every position -> (1, B, T, D), what they add to the readout.

    gains: (N, D), at first 0. An item's score is its code times the readout (SSR paper, equation
    17), so a negative gain lowers the items of the window and what resembles them; a sum over the
    positions of an item's likeness to each, as FISM has it (Kabbur et al. 2013, equation 5).
    """

    def __init__(self, config: SsrConfig) -> None:
        super().__init__()
        self.gains = nn.Parameter(torch.zeros(config.positions, config.features))

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        weighed = codes.to(self.gains.dtype) * self.gains[:, None, None]
        return weighed.sum(dim=0, keepdim=True)
