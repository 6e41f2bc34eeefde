"""Short causal convolutions, each channel by itself."""

import torch
from torch import nn


class CausalConv(nn.Module):
    """y_k = bias + sum over m of weight_m * x_(k-m): x (B, N, C) -> (B, N, C).

    weight: (K, C), of the present position first. Before the window stands what stands at its first
    position where it repeats (TiM4Rec equations 15 and 17), else zero.
    """

    def __init__(self, channels: int, kernel: int, *, repeats: bool) -> None:
        super().__init__()
        bound = kernel**-0.5
        self.weight = nn.Parameter(torch.empty(kernel, channels).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(channels).uniform_(-bound, bound))
        self.repeats = repeats

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kernel, length = len(self.weight), x.shape[1]
        before = x[:, :1].expand(-1, kernel - 1, -1)
        longer = torch.cat([before if self.repeats else torch.zeros_like(before), x], dim=1)
        # Shifted sums take half the time of a grouped convolution on a CPU.
        y: torch.Tensor = self.bias
        for lag, weight in enumerate(self.weight):
            start = kernel - 1 - lag
            y = torch.addcmul(y, longer[:, start : start + length], weight)
        return y


def first_before(x: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
    """The row of the first item in place of every pad: x (B, N, C), present bool (B, N)."""
    first = present.int().argmax(dim=1)[:, None, None].expand(-1, 1, x.shape[2])
    return torch.where(present[..., None], x, x.gather(1, first))
