"""Layers of few bits, trained with their rounding: levels with a learned step, weights of 8 bits.

The step is learnt with its gradient through the rounding (LSQ, Esser et al. 2020,
arXiv:1902.08153, equations 1 to 5); the value 0 is always a level.
"""

from typing import Literal

import torch
from torch import nn
from torch.nn.utils.parametrize import register_parametrization

from ssr_neuro.model.parts.frequency import Spectrum
from ssr_neuro.model.parts.rounded import straight_through

# What values are like: at least 0, on both sides of 0 alike, mostly above 0.
Kind = Literal["positive", "centred", "mixed"]
LARGEST_INT8 = 127
TINY = 1e-8


class FewBits(nn.Module):
    """x of any shape -> the nearest of 2^bits levels: step times -below ... 2^bits - 1 - below.

    The first batch of a training sets the step. Values past the ends become the ends.
    """

    begun: torch.Tensor

    def __init__(self, bits: int, below: int) -> None:
        super().__init__()
        self.lowest, self.highest = -below, 2**bits - 1 - below
        self.step = nn.Parameter(torch.tensor(1.0))
        self.register_buffer("begun", torch.tensor(False))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        values = x.float()
        if self.training and not self.begun:
            self._begin(values)
        step = _with_gradient(self.step, self._gradient_share(values.numel())).abs().clamp(min=TINY)
        levels = (values / step).clamp(self.lowest, self.highest)
        return (straight_through(levels, levels.detach().round()) * step).to(x.dtype)

    @torch.no_grad()
    def _begin(self, values: torch.Tensor) -> None:
        """Twice the mean size of the values over the root of the highest level (section 2.1)."""
        self.step.copy_(2 * values.abs().mean().clamp(min=TINY) / max(1, self.highest) ** 0.5)
        self.begun.fill_(True)

    def _gradient_share(self, count: int) -> float:
        """1 / sqrt(values x highest level): steps learn as fast as weights (section 2.2)."""
        return float((count * max(1, self.highest)) ** -0.5)


def _with_gradient(value: torch.Tensor, share: float) -> torch.Tensor:
    """`value`, with that share of its gradient."""
    scaled = share * value
    return (value - scaled).detach() + scaled


class Int8Weight(nn.Module):
    """A weight in 8 bits, one scale for all values along `dim`; the gradient passes unchanged."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        held = weight.detach()
        scale = held.abs().amax(dim=self.dim, keepdim=True).clamp(min=TINY) / LARGEST_INT8
        return straight_through(weight, (held / scale).round() * scale)


class Int8Kernel(nn.Module):
    """A filter (N // 2 + 1, D, 2) by frequency, whose circular kernel over N has 8 bits."""

    def __init__(self, positions: int) -> None:
        super().__init__()
        self.transform, self.weight = Spectrum(positions), Int8Weight(dim=1)

    def forward(self, spectrum: torch.Tensor) -> torch.Tensor:
        real, imaginary = spectrum.unbind(dim=-1)
        kernel = self.transform.inverse(real[None], imaginary[None])
        parts = self.transform(self.weight(kernel))
        return torch.stack(parts, dim=-1)[0]


def levels(bits: int, kind: Kind) -> nn.Module:
    """Rounds activations of that kind; the identity where bits is 0."""
    return FewBits(bits, _levels_below_0(bits, kind)) if bits else nn.Identity()


def round_table(table: nn.Embedding, bits: int) -> None:
    """From now on the table's rows are of `bits` bits."""
    register_parametrization(table, "weight", FewBits(bits, _levels_below_0(bits, "centred")))


def round_weight(layer: nn.Linear) -> None:
    """From now on the layer multiplies with weights of 8 bits, one scale for each output."""
    register_parametrization(layer, "weight", Int8Weight(dim=1))


def _levels_below_0(bits: int, kind: Kind) -> int:
    if bits == 1 or kind == "positive":
        return 0
    return 1 << (bits - 1 if kind == "centred" else bits - 2)
