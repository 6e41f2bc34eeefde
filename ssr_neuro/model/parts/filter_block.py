"""One block of SSR: the spiking filter layer and the point-wise spiking feed-forward network."""

import math

import torch
from torch import nn

from ssr_neuro.model.parts.fourier import transforms, unfolding
from ssr_neuro.model.parts.spiking import SpikingLayer
from ssr_neuro.settings.models.ssr import SsrConfig

# How far below its mean a branch starts to fire, in standard deviations of its drive: new blocks
# are nearly silent, so they do not drown the skip before they have learnt anything.
QUIET = -2.0


class FilterBlock(nn.Module):
    """h (N, B, T, D), sums of spikes -> h plus the spikes of both branches, same shape.

    Paper equations 10, 15 and 16: DFT, 1x1 convolution of the real and imaginary rows into N, the
    inverse likewise, then the feed-forward network; a skip adds spikes to spikes.
    """

    def __init__(self, config: SsrConfig) -> None:
        super().__init__()
        forward, inverse = (m.float() for m in transforms(config.positions, config.spectrum))
        hidden = config.ffn_ratio * config.features
        self.dft = SpikingLayer("positions", forward, config, fixed=True)
        self.filter = SpikingLayer("positions", _near_identity_mixture(config), config)
        self.idft = SpikingLayer("positions", inverse, config, fixed=True)
        self.reconstruct = SpikingLayer(
            "positions", _near_identity_mixture(config), config, bias=QUIET
        )
        self.ffn_hidden = SpikingLayer("features", _random_mixture(hidden, config.features), config)
        self.ffn_out = SpikingLayer(
            "features", _random_mixture(config.features, hidden), config, bias=QUIET
        )

    def forward(self, h: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        """last_only: compute the feed-forward network at position N-1 alone -> (1, B, T, D)."""
        filtered = self.reconstruct(self.idft(self.filter(self.dft(h)))) + h
        if last_only:
            filtered = filtered[-1:]
        out: torch.Tensor = self.ffn_out(self.ffn_hidden(filtered)) + filtered
        return out


def _near_identity_mixture(config: SsrConfig) -> torch.Tensor:
    """(N, 2N), or (N, N) that reads the half spectrum as the former reads the full one."""
    positions = config.positions
    both = 0.7 * torch.eye(positions).repeat(1, 2)
    if config.spectrum == "half":
        both = both @ unfolding(positions)
    return both + 0.3 * _random_mixture(positions, both.shape[1])


def _random_mixture(rows: int, columns: int) -> torch.Tensor:
    return torch.randn(rows, columns) / math.sqrt(columns)
