"""Models that mix all N positions of a window: they always read N, and what a pad is to them."""

from typing import Any

import torch
from torch import nn

from ssr_neuro.model.parts.attention import attention_mask
from ssr_neuro.model.parts.sequence_model import Places, SequenceModel, pad_left


class FilledWindowModel(SequenceModel):
    """items (B, n) -> normed embeddings and places of N positions, with dropout.

    A window always has N positions, so how many pads are written before the items changes nothing.
    config.pads: "zero" has pads enter as zeros; "embedded", as their authors' programs have it, as
    the table's row 0 with the places they stand at, which are learnt.
    """

    config: Any

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.places = Places(config.positions, config.features)
        self.in_norm = nn.LayerNorm(config.features, eps=config.norm_eps)
        self.dropout = nn.Dropout(config.dropout)

    def window(self, items: torch.Tensor) -> torch.Tensor:
        return pad_left(items, self.config.positions)

    def embed_window(self, items: torch.Tensor) -> torch.Tensor:
        """items (B, N) -> what enters the first block, (B, N, D)."""
        places = self.places(items.shape[1])
        if self.config.pads == "embedded":
            x: torch.Tensor = self.dropout(self.in_norm(self.table(items) + places))
            return x
        placed = self.in_norm(self.embed(items) + places)
        x = self.dropout(placed) * (items > 0).unsqueeze(-1)
        return x

    def window_mask(self, items: torch.Tensor) -> torch.Tensor:
        """Which position may look at which, (B, 1, N, N): causally, and never at a pad.

        A pad that is embedded looks at all positions, as the same mask hides all of them from it.
        """
        present = items > 0
        seen = attention_mask(present, causal=True)
        return seen | ~present[:, None, :, None] if self.config.pads == "embedded" else seen
