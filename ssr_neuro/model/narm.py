"""NARM (Li et al. 2017): a recurrent network read at its end and, by attention, as a whole."""

import torch
from torch import nn

from ssr_neuro.model.parts.dropout import Dropout
from ssr_neuro.model.parts.gru import PaddedGru
from ssr_neuro.model.parts.sequence_model import WindowModel
from ssr_neuro.settings.models.narm import NarmConfig


class NARM(WindowModel):
    """items (B, N), left-padded with 0 -> scores (B, V+1), by a bilinear form with the table.

    Trained by cross-entropy at the last position, as in the paper: every beginning of a history is
    a sequence of its own.
    """

    config_type = NarmConfig

    def __init__(self, config: NarmConfig) -> None:
        super().__init__(config)
        hidden = config.hidden
        self.dropout = Dropout(config.dropout)
        self.gru = PaddedGru(
            config.features, hidden, config.blocks, config.dropout, bias=config.gru_bias
        )
        self.at_last = nn.Linear(hidden, hidden, bias=False)
        self.at_each = nn.Linear(hidden, hidden, bias=False)
        self.weigh = nn.Linear(hidden, 1, bias=False)
        self.readout_dropout = Dropout(config.readout_dropout)
        self.readout = nn.Linear(2 * hidden, config.features, bias=False)
        if config.initial == "xavier":
            self.apply(_xavier)

    def vector(self, items: torch.Tensor) -> torch.Tensor:
        states = self.gru(self.dropout(self.embed(items)), items > 0)
        both = torch.cat([states[:, -1], self.local(states)], dim=1)
        read: torch.Tensor = self.readout(self.readout_dropout(both))
        return read

    def local(self, states: torch.Tensor) -> torch.Tensor:
        """The local encoder: states (B, N, H) -> their weighted sum (B, H).

        weight of state j: v . sigmoid(A1 h_N + A2 h_j), as it is; the authors' program takes a
        softmax of the weights. A pad's state is 0, so it adds nothing.
        """
        compared = torch.sigmoid(self.at_last(states[:, -1:]) + self.at_each(states))
        summed: torch.Tensor = (self.weigh(compared) * states).sum(dim=1)
        return summed


def _xavier(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.xavier_normal_(module.weight)


MODEL = NARM
