"""GRU4Rec (Hidasi et al. 2016): a gated recurrent network over the items."""

import torch
from torch import nn

from ssr_neuro.model.parts.dropout import Dropout
from ssr_neuro.model.parts.gru import PaddedGru
from ssr_neuro.model.parts.recommender import mask_pad
from ssr_neuro.model.parts.sequence_model import SequenceModel
from ssr_neuro.settings.models.gru4rec import Gru4RecConfig


class GRU4Rec(SequenceModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1), by dot product with the table.

    Causal. Every item predicts the next, by cross-entropy over all items as LRURec's paper trains
    its baselines; the original has losses on a few of them.
    """

    config_type = Gru4RecConfig
    config: Gru4RecConfig

    def __init__(self, config: Gru4RecConfig) -> None:
        super().__init__(config)
        self.dropout = Dropout(config.dropout)
        self.gru = PaddedGru(
            config.features, config.hidden, config.blocks, config.dropout, bias=config.gru_bias
        )
        self.readout = nn.Linear(config.hidden, config.features)
        biases = torch.zeros(config.items + 1)
        self.item_bias = nn.Parameter(biases) if config.item_bias else None
        if config.initial == "xavier":
            nn.init.xavier_normal_(self.table.weight)
            for name in ("weight_ih_l0", "weight_hh_l0"):
                nn.init.xavier_uniform_(self.gru.gru.get_parameter(name))

    def hidden(self, items: torch.Tensor, *, last_only: bool = False) -> torch.Tensor:
        states = self.gru(self.dropout(self.embed(items)), items > 0)
        read: torch.Tensor = self.readout(states[:, -1:] if last_only else states)
        return read

    def bias(self) -> torch.Tensor:
        return super().bias() if self.item_bias is None else mask_pad(self.item_bias)


MODEL = GRU4Rec
