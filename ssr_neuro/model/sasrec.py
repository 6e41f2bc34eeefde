"""SASRec (Kang and McAuley 2018): causal self-attention, trained at all positions at once."""

import torch
from torch import nn

from ssr_neuro.model.parts.attention import ACTIVATIONS, SelfAttention, attention_mask, network
from ssr_neuro.model.parts.dropout import Dropout
from ssr_neuro.model.parts.sequence_model import Places, SequenceModel, small_init
from ssr_neuro.settings.models.sasrec import SasRecConfig


class SasRecBlock(nn.Module):
    """x (B, N, D) -> (B, N, D): attention, then the network, each with a dropout and a skip.

    Norm before: x + Dropout(g(LayerNorm(x))); the authors' program normalises the queries of
    attention alone, here keys and values are normalised too, as the formula has it. Norm after:
    LayerNorm(x + Dropout(g(x))).
    """

    def __init__(self, config: SasRecConfig) -> None:
        super().__init__()
        features, hidden = config.features, config.ffn_ratio * config.features
        self.norm_before = config.norm == "before"
        self.attention_norm = nn.LayerNorm(features, eps=config.norm_eps)
        self.attention = SelfAttention(features, config.heads, config.dropout)
        self.network_norm = nn.LayerNorm(features, eps=config.norm_eps)
        within = config.dropout if self.norm_before else 0.0
        self.network = network(features, hidden, ACTIVATIONS[config.activation](), within)
        self.dropout = Dropout(config.dropout)

    def forward(
        self, x: torch.Tensor, seen: torch.Tensor, *, last_only: bool = False
    ) -> torch.Tensor:
        shown = self.attention_norm(x) if self.norm_before else x
        attended = self.dropout(self.attention(shown, seen, last_only=last_only))
        x = (x[:, -1:] if last_only else x) + attended
        if self.norm_before:
            out: torch.Tensor = x + self.dropout(self.network(self.network_norm(x)))
        else:
            x = self.attention_norm(x)
            out = self.network_norm(x + self.dropout(self.network(x)))
        return out


class SASRec(SequenceModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1), by dot product with the table.

    Causal. Trained by cross-entropy over all items, as in the tables of later papers, where the
    paper itself takes one sampled negative.
    """

    config_type = SasRecConfig
    config: SasRecConfig

    def __init__(self, config: SasRecConfig) -> None:
        super().__init__(config)
        self.places = Places(config.positions, config.features)
        self.dropout = Dropout(config.dropout)
        self.blocks = nn.ModuleList(SasRecBlock(config) for _ in range(config.blocks))
        norm = nn.LayerNorm(config.features, eps=config.norm_eps)
        self.in_norm = norm if config.norm == "after" else None
        self.out_norm = norm if config.norm == "before" else None
        self.apply(small_init)

    def hidden(self, items: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        x, seen = self.dropout(self.embed_window(items)), attention_mask(items > 0, causal=True)
        for number, block in enumerate(self.blocks, start=1):
            x = block(x, seen, last_only=last_only and number == len(self.blocks))
        normed: torch.Tensor = x if self.out_norm is None else self.out_norm(x)
        return normed

    def embed_window(self, items: torch.Tensor) -> torch.Tensor:
        """items (B, n) -> what enters the first block, (B, n, D)."""
        embedded = self.embed(items)
        if self.config.positions_from == "last":
            places = self.places(items.shape[1])
        else:
            places = self.places.from_first(items > 0)
        if self.in_norm is None:
            # As in the authors' program: small embeddings do not drown in the blocks' outputs.
            x: torch.Tensor = embedded * self.config.features**0.5 + places
        else:
            x = self.in_norm(embedded + places)
        return x


MODEL = SASRec
