"""From the times of a window to a factor of each state-space step (TiM4Rec 3.2.2 and 3.4)."""

import torch
from torch import nn
from torch.nn.functional import hardswish

from ssr_neuro.model.parts.causal_conv import CausalConv
from ssr_neuro.model.parts.dropout import Dropout


def time_differences(times: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
    """Equation 9: times int64 (B, N) in seconds -> since the item before, float (B, N).

    present: bool (B, N). The first item's and a pad's are 0.
    """
    # Subtracted as integers: float32 knows a Unix time to about a minute.
    since = (times[:, 1:] - times[:, :-1]) * (present[:, 1:] & present[:, :-1])
    return nn.functional.pad(since.float(), (1, 0))


class TimeFactor(nn.Module):
    """Equations 16 and 17: normalised differences (B, 1 or H, N) -> factors (B, N, H).

    A two-layer network over the whole window scales the differences, two causal convolutions for
    each head smooth them. Not causal: the network and the norm before it see the window as one.
    activation: "silu" or "none" after the network's second layer. repeats: what the convolutions
    see before the first item, as in `CausalConv`; zero stands for pads as well then.
    """

    def __init__(
        self,
        positions: int,
        heads: int,
        kernel: int,
        dropout: float,
        *,
        activation: str = "silu",
        repeats: bool = True,
        initial: str = "uniform",
    ) -> None:
        super().__init__()
        self.heads = heads
        self.scale = nn.Sequential(
            Dropout(dropout),
            nn.Linear(positions, positions),
            nn.SiLU(),
            nn.Linear(positions, positions),
            nn.SiLU() if activation == "silu" else nn.Identity(),
        )
        self.repeats = repeats
        self.convs = nn.ModuleList(
            CausalConv(heads, kernel, repeats=repeats, initial=initial) for _ in range(2)
        )

    def forward(
        self, differences: torch.Tensor, present: torch.Tensor | None = None
    ) -> torch.Tensor:
        """present: bool (B, N); None where the window is full of items."""
        scaled = differences * self.scale(differences)
        factor: torch.Tensor = scaled.transpose(1, 2).expand(-1, -1, self.heads)
        for conv in self.convs:
            if present is not None and not self.repeats:
                factor = factor * present[..., None]
            factor = hardswish(conv(factor))
        return factor


class TimeGate(nn.Module):
    """The gated residual: differences (B, 1 or H, N), factors (B, N, H) -> the next layer's.

    norm(g * differences + (1 - g) * factors) with a gate g for each head, or each position of it.
    """

    def __init__(
        self, positions: int, dropout: float, *, by_position: bool, eps: float = 1e-5
    ) -> None:
        super().__init__()
        self.dropout = Dropout(dropout)
        self.gate = nn.Linear(positions, positions if by_position else 1)
        self.norm = nn.LayerNorm(positions, eps=eps)

    def forward(self, differences: torch.Tensor, factor: torch.Tensor) -> torch.Tensor:
        gate = torch.sigmoid(self.gate(self.dropout(differences)))
        mixed = gate * differences + (1 - gate) * factor.transpose(1, 2)
        following: torch.Tensor = self.norm(mixed)
        return following
