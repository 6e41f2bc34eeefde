"""TiSASRec (Li et al. 2020): causal self-attention that knows the time between two items."""

import torch
from torch import nn

from ssr_neuro.errors import BadInput
from ssr_neuro.model.parts.attention import attention_mask, network
from ssr_neuro.model.parts.dropout import Dropout
from ssr_neuro.model.parts.sequence_model import INITIAL_STD, Places, SequenceModel, small_init
from ssr_neuro.model.parts.time_spans import TimedAttention, time_spans
from ssr_neuro.settings.models.tisasrec import TiSasRecConfig


class TiSasRecBlock(nn.Module):
    """x (B, N, D) -> (B, N, D): x + Dropout(g(LayerNorm(x))) with g attention, then the network."""

    def __init__(self, config: TiSasRecConfig) -> None:
        super().__init__()
        features, hidden = config.features, config.ffn_ratio * config.features
        self.attention_norm = nn.LayerNorm(features)
        self.attention = TimedAttention(features, config.heads, config.dropout)
        self.network_norm = nn.LayerNorm(features)
        self.network = network(features, hidden, nn.ReLU(), config.dropout)
        self.dropout = Dropout(config.dropout)

    def forward(
        self,
        x: torch.Tensor,
        seen: torch.Tensor,
        spans: torch.Tensor,
        relations: tuple[torch.Tensor, ...],
        *,
        last_only: bool = False,
    ) -> torch.Tensor:
        normed = self.attention_norm(x)
        attended = self.attention(normed, seen, spans, relations, last_only=last_only)
        x = (x[:, -1:] if last_only else x) + self.dropout(attended)
        out: torch.Tensor = x + self.dropout(self.network(self.network_norm(x)))
        return out


class TiSASRec(SequenceModel):
    """items (B, N, 2), each with its time in seconds, left-padded -> scores (B, V+1).

    Causal in the items, not in their times: the window's shortest span is the unit of all. Trained
    at all positions by cross-entropy over all items, as SASRec is here.
    """

    config_type = TiSasRecConfig
    needs_times = True
    config: TiSasRecConfig

    def __init__(self, config: TiSasRecConfig) -> None:
        super().__init__(config)
        features = config.features
        self.places_key = Places(config.positions, features)
        self.places_value = Places(config.positions, features)
        self.spans_key = nn.Parameter(INITIAL_STD * torch.randn(config.spans + 1, features))
        self.spans_value = nn.Parameter(INITIAL_STD * torch.randn(config.spans + 1, features))
        self.dropout = Dropout(config.dropout)
        self.blocks = nn.ModuleList(TiSasRecBlock(config) for _ in range(config.blocks))
        self.out_norm = nn.LayerNorm(features)
        self.apply(small_init)

    def window(self, items: torch.Tensor) -> torch.Tensor:
        """Raises BadInput where the items come without times."""
        if items.dim() != 3 or items.shape[2] != 2:
            raise BadInput(
                f"TiSASRec reads items with their times, shape (B, N, 2), given "
                f"{tuple(items.shape)}; use sasrec where there are no times"
            )
        return super().window(items)

    def hidden(self, items: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        items, times = items.unbind(dim=2)
        present, count = items > 0, items.shape[1]
        seen = attention_mask(present, causal=True)
        spans = time_spans(times, present, self.config.spans)
        places = self.places_key(count), self.places_value(count)
        tables = *places, self.spans_key, self.spans_value
        relations = tuple(self.dropout(table) for table in tables)
        # SASRec's factor keeps the small embeddings from drowning in the blocks' outputs.
        x = self.dropout(self.embed(items) * self.config.features**0.5)
        for number, block in enumerate(self.blocks, start=1):
            at_last = last_only and number == len(self.blocks)
            x = block(x, seen, spans, relations, last_only=at_last)
        normed: torch.Tensor = self.out_norm(x)
        return normed


MODEL = TiSASRec
