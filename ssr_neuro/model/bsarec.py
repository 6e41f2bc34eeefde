"""BSARec (Shin et al. 2024): a rescaler of frequencies beside causal self-attention."""

import torch
from torch import nn

from ssr_neuro.model.parts.attention import SelfAttention, network
from ssr_neuro.model.parts.filled_window import FilledWindowModel
from ssr_neuro.model.parts.frequency import Spectrum
from ssr_neuro.model.parts.sequence_model import small_init
from ssr_neuro.settings.models.bsarec import BsaRecConfig


class FrequencyRescaler(nn.Module):
    """x (B, N, D) -> (B, N, D): low frequencies as they are, the others times beta^2 by feature.

    The paper's inductive bias. root: (D,), beta's square root, so that high
    frequencies are never turned over.
    """

    low_pass: torch.Tensor

    def __init__(self, positions: int, features: int, low: int) -> None:
        super().__init__()
        self.register_buffer("low_pass", Spectrum(positions).low_pass(low), persistent=False)
        self.root = nn.Parameter(torch.randn(features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kept = self.low_pass @ x
        return kept + self.root.square() * (x - kept)


class BsaBlock(nn.Module):
    """x (B, N, D) -> (B, N, D): alpha * rescaled + (1 - alpha) * attended, then the network.

    As in the authors' program, every branch has a dropout, a skip and a norm of its own.
    """

    def __init__(self, config: BsaRecConfig) -> None:
        super().__init__()
        features, hidden = config.features, config.ffn_ratio * config.features
        self.alpha = config.alpha
        self.rescaler = FrequencyRescaler(config.positions, features, config.low)
        self.rescaler_norm = nn.LayerNorm(features, eps=config.norm_eps)
        self.attention = SelfAttention(features, config.heads, config.dropout)
        self.attention_norm = nn.LayerNorm(features, eps=config.norm_eps)
        self.network = network(features, hidden, nn.GELU(), dropout=0.0)
        self.network_norm = nn.LayerNorm(features, eps=config.norm_eps)
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self, x: torch.Tensor, seen: torch.Tensor, *, last_only: bool = False
    ) -> torch.Tensor:
        rescaled, attended = self.rescaler(x), self.attention(x, seen, last_only=last_only)
        if last_only:
            x, rescaled = x[:, -1:], rescaled[:, -1:]
        rescaled = self.rescaler_norm(x + self.dropout(rescaled))
        attended = self.attention_norm(x + self.dropout(attended))
        mixed = self.alpha * rescaled + (1 - self.alpha) * attended
        out: torch.Tensor = self.network_norm(mixed + self.dropout(self.network(mixed)))
        return out


class BSARec(FilledWindowModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1), by dot product with the table.

    The rescaler mixes all positions, so it is not causal and trains at the last position, as the
    paper does.
    """

    config_type = BsaRecConfig

    def __init__(self, config: BsaRecConfig) -> None:
        super().__init__(config)
        self.blocks = nn.ModuleList(BsaBlock(config) for _ in range(config.blocks))
        self.apply(small_init)

    def hidden(self, items: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        x, seen = self.embed_window(items), self.window_mask(items)
        for number, block in enumerate(self.blocks, start=1):
            x = block(x, seen, last_only=last_only and number == len(self.blocks))
        return x


MODEL = BSARec
