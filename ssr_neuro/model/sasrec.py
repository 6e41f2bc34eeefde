"""SASRec (Kang and McAuley 2018): causal self-attention, trained at all positions at once."""

from dataclasses import dataclass

import torch
from torch import nn

from ssr_neuro.model.parts.attention import SelfAttention, network, visible
from ssr_neuro.model.parts.dropout import Dropout
from ssr_neuro.model.parts.sequence_model import Places, SequenceModel, quiet
from ssr_neuro.model.parts.window_settings import CausalSettings


@dataclass(frozen=True)
class SasRecConfig(CausalSettings):
    """Shape of SASRec; dropout as in the authors' command for ML-1M.

    ffn_ratio: 1 in the authors' program, 4 in BSARec's copy. dropout: of embeddings, attention
    weights, the network's hidden layer and both branches of a block.
    """

    blocks: int = 2
    heads: int = 2
    ffn_ratio: int = 1
    dropout: float = 0.2

    def __post_init__(self) -> None:
        super().__post_init__()
        self._whole(blocks=1, heads=1, ffn_ratio=1)
        self._shared(self.heads)
        self._rates("dropout")


class SasRecBlock(nn.Module):
    """x (B, N, D) -> (B, N, D): x + Dropout(g(LayerNorm(x))) with g attention, then the network.

    The authors' program normalises the queries of attention alone; here keys and values are
    normalised too, as the formula has it.
    """

    def __init__(self, config: SasRecConfig) -> None:
        super().__init__()
        features, hidden = config.features, config.ffn_ratio * config.features
        self.attention_norm = nn.LayerNorm(features)
        self.attention = SelfAttention(features, config.heads, config.dropout)
        self.network_norm = nn.LayerNorm(features)
        self.network = network(features, hidden, nn.ReLU(), config.dropout)
        self.dropout = Dropout(config.dropout)

    def forward(
        self, x: torch.Tensor, seen: torch.Tensor, *, last_only: bool = False
    ) -> torch.Tensor:
        attended = self.attention(self.attention_norm(x), seen, last_only=last_only)
        x = (x[:, -1:] if last_only else x) + self.dropout(attended)
        out: torch.Tensor = x + self.dropout(self.network(self.network_norm(x)))
        return out


class SASRec(SequenceModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1), by dot product with the table.

    Causal. Trained by cross-entropy over all items, as in the tables of later papers, where the
    paper itself takes one sampled negative.
    """

    config_type = SasRecConfig

    def __init__(self, config: SasRecConfig) -> None:
        super().__init__(config)
        self.places = Places(config.positions, config.features)
        self.dropout = Dropout(config.dropout)
        self.blocks = nn.ModuleList(SasRecBlock(config) for _ in range(config.blocks))
        self.out_norm = nn.LayerNorm(config.features)
        self.apply(quiet)

    def hidden(self, items: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        # The factor is the authors' program's: a table of small scores, heard beside the blocks.
        placed = self.embedded(items) * self.config.features**0.5 + self.places(items.shape[1])
        x, seen = self.dropout(placed), visible(items > 0, causal=True)
        for number, block in enumerate(self.blocks, start=1):
            x = block(x, seen, last_only=last_only and number == len(self.blocks))
        normed: torch.Tensor = self.out_norm(x)
        return normed


MODEL = SASRec
