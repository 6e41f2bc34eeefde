"""Recurrent models over normalised embeddings: what LRURec and the state-space models share."""

import torch
from torch import nn

from ssr_neuro.model.parts.dropout import Dropout
from ssr_neuro.model.parts.sequence_model import SequenceModel
from ssr_neuro.settings.window import WindowSettings


class AnyLengthModel(SequenceModel):
    """Embeddings with dropout and LayerNorm; N is the window of training, any length is read."""

    def __init__(self, config: WindowSettings, dropout: float, norm_eps: float = 1e-5) -> None:
        super().__init__(config)
        self.table_dropout = Dropout(dropout)
        self.table_norm = nn.LayerNorm(config.features, eps=norm_eps)

    def window(self, items: torch.Tensor) -> torch.Tensor:
        """All of it."""
        return items

    def embed(self, items: torch.Tensor) -> torch.Tensor:
        """items (...,) -> (..., D), whatever the table's row of the pad holds."""
        embedded: torch.Tensor = self.table_norm(self.table_dropout(super().embed(items)))
        return embedded
