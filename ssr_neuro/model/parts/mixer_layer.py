"""The layer that Mamba4Rec, SSD4Rec and TiM4Rec stack: a mixer of positions, then a network."""

import torch
from torch import nn

from ssr_neuro.model.parts.dropout import Dropout


class FeedForward(nn.Module):
    """x (..., D) -> (..., D): two linear layers, a skip and a norm, by position.

    activation: a module, between the layers. eps: of the norm.
    """

    def __init__(
        self, features: int, hidden: int, activation: nn.Module, dropout: float, eps: float
    ) -> None:
        super().__init__()
        self.hidden = nn.Linear(features, hidden)
        self.activation = activation
        self.out = nn.Linear(hidden, features)
        self.dropout = Dropout(dropout)
        self.norm = nn.LayerNorm(features, eps=eps)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = self.dropout(self.activation(self.hidden(x)))
        y: torch.Tensor = self.norm(self.dropout(self.out(hidden)) + x)
        return y


class MixerLayer(nn.Module):
    """x (B, N, D) -> (B, N, D): norm(dropout(mixer(x)) + x), then the network.

    network: None leaves it out. skip: False leaves out `+ x`, as Mamba4Rec does where there is one
    layer alone.
    """

    def __init__(
        self,
        mixer: nn.Module,
        network: FeedForward | None,
        features: int,
        dropout: float,
        eps: float,
        *,
        skip: bool,
    ) -> None:
        super().__init__()
        self.mixer = mixer
        self.dropout = Dropout(dropout)
        self.norm = nn.LayerNorm(features, eps=eps)
        self.ffn = network
        self.skip = skip

    def forward(
        self,
        x: torch.Tensor,
        present: torch.Tensor,
        *,
        time: torch.Tensor | None = None,
        last_only: bool = False,
    ) -> torch.Tensor:
        """present: bool (B, N). time: what a time-aware mixer takes. last_only -> (B, 1, D)."""
        given = {} if time is None else {"time": time}
        mixed = self.dropout(self.mixer(x, present, last_only=last_only, **given))
        if self.skip:
            mixed = mixed + (x[:, -1:] if last_only else x)
        out: torch.Tensor = self.norm(mixed)
        return out if self.ffn is None else self.ffn(out)
