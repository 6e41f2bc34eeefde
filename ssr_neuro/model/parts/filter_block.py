"""One block of SSR: the spiking filter layer and the point-wise spiking feed-forward network."""

import math

import torch
from torch import nn

from ssr_neuro.model.parts.spiking import SpikingLayer
from ssr_neuro.settings import SsrConfig

# How far below its mean a branch starts to fire, in standard deviations of its drive: new blocks
# are nearly silent, so they do not drown the skip before they have learnt anything.
QUIET = -2.0


def dft_matrices(positions: int) -> tuple[torch.Tensor, torch.Tensor]:
    """W_R and W_I, (N, N) each, over sqrt(N) (paper equations 13 and 14, n and k from 0).

    The paper counts n and k from 1; that only turns the phase of frequency k by 2 pi k / N.
    """
    index = torch.arange(positions, dtype=torch.float64)
    angle = torch.outer(index, index).remainder(positions) * (2 * math.pi / positions)
    scale = math.sqrt(positions)
    # Rounded so that zeros are zeros and mirrored frequencies are equal to the last bit: a chip
    # need not store the first nor compute the second twice.
    real, imaginary = (m.div(scale).round(decimals=15) for m in (angle.cos(), -angle.sin()))
    return real, imaginary


class FilterBlock(nn.Module):
    """h (T, N, B, D), sums of spikes -> h plus the spikes of both branches, same shape.

    Paper equations 10, 15 and 16: DFT, 1x1 convolution of the real and imaginary rows into N, the
    inverse likewise, then the feed-forward network; a skip adds spikes to spikes.
    """

    def __init__(self, config: SsrConfig) -> None:
        super().__init__()
        real, imaginary = (m.float() for m in dft_matrices(config.positions))
        hidden = config.ffn_ratio * config.features
        self.dft = SpikingLayer("positions", torch.cat([real, imaginary]), config, fixed=True)
        self.filter = SpikingLayer("positions", _near_identity(config.positions), config)
        self.idft = SpikingLayer("positions", torch.cat([real, -imaginary]), config, fixed=True)
        self.reconstruct = SpikingLayer("positions", _near_identity(config.positions), config)
        self.ffn_hidden = SpikingLayer("features", _random(hidden, config.features), config)
        self.ffn_out = SpikingLayer("features", _random(config.features, hidden), config)
        for layer in (self.reconstruct, self.ffn_out):
            nn.init.constant_(layer.norm.get_parameter("bias"), QUIET)

    def forward(self, h: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        """last_only: compute the feed-forward network at position N-1 alone -> (T, 1, B, D)."""
        filtered = self.reconstruct(self.idft(self.filter(self.dft(h)))) + h
        if last_only:
            filtered = filtered[:, -1:]
        out: torch.Tensor = self.ffn_out(self.ffn_hidden(filtered)) + filtered
        return out


def _near_identity(positions: int) -> torch.Tensor:
    both = 0.7 * torch.eye(positions).repeat(1, 2)
    return both + 0.3 * _random(positions, 2 * positions)


def _random(rows: int, columns: int) -> torch.Tensor:
    return torch.randn(rows, columns) / math.sqrt(columns)
