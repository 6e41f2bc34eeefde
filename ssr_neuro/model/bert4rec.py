"""BERT4Rec (Sun et al. 2019): attention in both directions, trained to fill in masked items."""

import torch
from torch import nn

from ssr_neuro.model.parts.attention import SelfAttention, attention_mask, network
from ssr_neuro.model.parts.dropout import Dropout
from ssr_neuro.model.parts.sequence_model import INITIAL_STD, Places, WindowModel, small_init
from ssr_neuro.settings.models.bert4rec import Bert4RecConfig


class BertBlock(nn.Module):
    """x (B, N, D) -> (B, N, D): LayerNorm(x + Dropout(attention)), the network alike."""

    def __init__(self, config: Bert4RecConfig) -> None:
        super().__init__()
        features, hidden = config.features, config.ffn_ratio * config.features
        self.attention = SelfAttention(features, config.heads, config.dropout)
        self.attention_norm = nn.LayerNorm(features, eps=config.norm_eps)
        self.network = network(features, hidden, nn.GELU(), dropout=0.0)
        self.network_norm = nn.LayerNorm(features, eps=config.norm_eps)
        self.dropout = Dropout(config.dropout)

    def forward(
        self, x: torch.Tensor, seen: torch.Tensor, *, last_only: bool = False
    ) -> torch.Tensor:
        attended = self.dropout(self.attention(x, seen, last_only=last_only))
        x = self.attention_norm((x[:, -1:] if last_only else x) + attended)
        out: torch.Tensor = self.network_norm(x + self.dropout(self.network(x)))
        return out


class BERT4Rec(WindowModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1), of what a mask after them stands for.

    By softmax(GELU(h W + b) E^T + c). Not causal. The mask has a position of its own,
    so all N items are read.
    """

    config_type = Bert4RecConfig
    config: Bert4RecConfig

    def __init__(self, config: Bert4RecConfig) -> None:
        super().__init__(config)
        self.mask = nn.Parameter(INITIAL_STD * torch.randn(config.features))
        self.places = Places(config.positions + 1, config.features)
        self.dropout = Dropout(config.dropout)
        self.blocks = nn.ModuleList(BertBlock(config) for _ in range(config.blocks))
        self.in_norm: nn.LayerNorm | None = None
        if config.in_norm:
            self.in_norm = nn.LayerNorm(config.features, eps=config.norm_eps)
        self.readout: nn.Module = nn.Identity()
        self.item_bias: nn.Parameter | None = None
        if config.readout:
            self.readout = nn.Sequential(nn.Linear(config.features, config.features), nn.GELU())
            self.item_bias = nn.Parameter(torch.zeros(config.items + 1))
        self.apply(small_init)

    def vector(self, items: torch.Tensor) -> torch.Tensor:
        sequence = nn.functional.pad(items, (0, 1), value=1)  # any item, as it is masked
        last: torch.Tensor = self.readout(
            self.hidden(sequence, _last_item(sequence), last_only=True)
        )
        return last[:, -1]

    def loss(self, items: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Training fills in masked items, judging the item after the last."""
        if not self.training:
            return super().loss(items, targets)
        sequence = torch.cat([self.window(items), targets[:, None]], dim=1)
        masked = self.draw(sequence)
        read = self.readout(self.hidden(sequence, masked)[masked])
        return self.loss_of(read, sequence[masked])

    def draw(self, sequence: torch.Tensor) -> torch.Tensor:
        """Which items to fill in, bool (B, N+1): one at least in each sequence, and no pad."""
        drawn = torch.rand(sequence.shape, device=sequence.device) < self.config.masked
        alone = torch.rand(len(sequence), device=sequence.device) < self.config.last_alone
        masked = drawn & (sequence > 0) & ~alone[:, None]
        return masked | (_last_item(sequence) & ~masked.any(dim=1, keepdim=True))

    def hidden(
        self, sequence: torch.Tensor, masked: torch.Tensor, *, last_only: bool = False
    ) -> torch.Tensor:
        """sequence int64, masked bool, (B, n + 1) each -> (B, n + 1, D), or (B, 1, D) at the last.

        What a masked item is, is never looked at.
        """
        embedded = torch.where(masked.unsqueeze(2), self.mask, self.embed(sequence))
        placed = embedded + self.places(sequence.shape[1])
        x: torch.Tensor = self.dropout(placed if self.in_norm is None else self.in_norm(placed))
        seen = attention_mask(sequence > 0, causal=False)
        for number, block in enumerate(self.blocks, start=1):
            x = block(x, seen, last_only=last_only and number == len(self.blocks))
        return x

    def bias(self) -> torch.Tensor:
        own = super().bias()
        return own if self.item_bias is None else own + self.item_bias


def _last_item(sequence: torch.Tensor) -> torch.Tensor:
    at = torch.arange(sequence.shape[1], device=sequence.device)
    return (at == sequence.shape[1] - 1).expand_as(sequence)


MODEL = BERT4Rec
