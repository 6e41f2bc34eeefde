"""FMLP-Rec (Zhou et al. 2022): learnable filters in the frequency domain, and networks."""

import torch
from torch import nn

from ssr_neuro.model.parts.attention import network
from ssr_neuro.model.parts.complex_product import ComplexProduct
from ssr_neuro.model.parts.filled_window import FilledWindowModel
from ssr_neuro.model.parts.frequency import Spectrum
from ssr_neuro.model.parts.sequence_model import INITIAL_STD, small_init
from ssr_neuro.settings.models.fmlp_rec import FmlpRecConfig


class FilterLayer(nn.Module):
    """x (B, N, D) -> (B, N, D): each frequency of each feature times a complex weight.

    weight: (N // 2 + 1, D, 2), real and imaginary part; the imaginary ones of frequency 0 and, for
    even N, N / 2 do nothing, as the spectrum of a real window has none there.
    """

    def __init__(self, positions: int, features: int) -> None:
        super().__init__()
        self.spectrum = Spectrum(positions)
        self.complex_product = ComplexProduct()
        self.weight = nn.Parameter(INITIAL_STD * torch.randn(positions // 2 + 1, features, 2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        product = self.complex_product(self.spectrum(x), self.weight.unbind(dim=-1))
        filtered: torch.Tensor = self.spectrum.inverse(*product)
        return filtered


class FmlpBlock(nn.Module):
    """x (B, N, D) -> (B, N, D): LayerNorm(x + Dropout(filter)), the network alike."""

    def __init__(self, config: FmlpRecConfig) -> None:
        super().__init__()
        features, hidden = config.features, config.ffn_ratio * config.features
        self.filter = FilterLayer(config.positions, features)
        self.filter_norm = nn.LayerNorm(features, eps=config.norm_eps)
        self.network = network(features, hidden, nn.GELU(), dropout=0.0)
        self.network_norm = nn.LayerNorm(features, eps=config.norm_eps)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        filtered = self.filter_norm(x + self.dropout(self.filter(x)))
        if last_only:
            filtered = filtered[:, -1:]
        out: torch.Tensor = self.network_norm(filtered + self.dropout(self.network(filtered)))
        return out


class FMLPRec(FilledWindowModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1), by dot product with the table.

    A filter is a circular convolution, so it is not causal and trains at the last position, by
    cross-entropy over all items as in the tables of later papers.
    """

    config_type = FmlpRecConfig

    def __init__(self, config: FmlpRecConfig) -> None:
        super().__init__(config)
        self.blocks = nn.ModuleList(FmlpBlock(config) for _ in range(config.blocks))
        self.apply(small_init)

    def hidden(self, items: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        x = self.embed_window(items)
        for number, block in enumerate(self.blocks, start=1):
            x = block(x, last_only=last_only and number == len(self.blocks))
        return x


MODEL = FMLPRec
