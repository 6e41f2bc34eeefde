"""Dropout that draws 16 random bits for each number on a CPU, several times faster than torch's."""

import torch
from torch import nn
from torch.nn.functional import dropout as torch_dropout

LEVELS = 2**16  # the rate is the nearest multiple of 1 / LEVELS


def dropout(x: torch.Tensor, rate: float) -> torch.Tensor:
    """Each number to 0 with the chance `rate`, else over 1 - rate, so that the mean stays."""
    if rate == 0 or x.device.type != "cpu":
        return torch_dropout(x, rate)
    kept = min(max(round((1 - rate) * LEVELS), 1), LEVELS - 1)
    words = torch.empty((x.numel() + 3) // 4, dtype=torch.int64).random_(-(2**63), None)
    bits = words.view(torch.int16)[: x.numel()].view(x.shape)
    # 1 or 0 as a number of x's own kind: a bool would be converted in each product.
    keep = torch.lt(bits, kept - LEVELS // 2, out=x.new_empty(x.shape))
    return x * keep.mul_(LEVELS / kept)


class Dropout(nn.Dropout):
    """`dropout` in training, nothing in evaluation."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return dropout(x, self.p) if self.training else x
