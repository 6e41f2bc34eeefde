"""A gated recurrent unit that starts at the first item, however many pads stand before it."""

import torch
from torch import nn


class PaddedGru(nn.Module):
    """x (B, N, D), present bool (B, N) -> (B, N, H), zero before the first item.

    reset, update, candidate and state as in `torch.nn.GRU`.
    """

    def __init__(
        self, features: int, hidden: int, layers: int, dropout: float = 0.0, *, bias: bool = True
    ) -> None:
        """dropout: between layers."""
        super().__init__()
        between = dropout if layers > 1 else 0.0
        self.gru = nn.GRU(features, hidden, layers, bias=bias, batch_first=True, dropout=between)

    def forward(self, x: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        # A fused GRU knows no mask: the items are read first, the pads after them, and put back.
        begun = present.cumsum(dim=1) > 0
        pads = (~begun).sum(dim=1, keepdim=True)
        at = torch.arange(x.shape[1], device=x.device)
        states, _ = self.gru(_gather(x, (at + pads) % x.shape[1]))
        put_back: torch.Tensor = _gather(states, (at - pads) % x.shape[1]) * begun.unsqueeze(2)
        return put_back


def _gather(x: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """x (B, N, D) at places (B, N)."""
    return x.gather(1, places.unsqueeze(2).expand(-1, -1, x.shape[2]))
