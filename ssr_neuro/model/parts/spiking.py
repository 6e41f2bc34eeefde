"""A linear map over positions or features, a normalisation that folds into it, and a LIF layer."""

import logging
from typing import Literal

import torch
from spikingjelly.activation_based import neuron, surrogate
from torch import nn

from ssr_neuro.settings import SsrConfig

# SpikingJelly's operators ask torch for Triton, which warns twice on every machine without a GPU.
logging.getLogger("torch._library.triton").setLevel(logging.ERROR)

Axis = Literal["positions", "features"]


def lif(config: SsrConfig) -> neuron.LIFNode:
    """The paper's LIF (equations 1-3): hard reset to 0, spike where the membrane >= threshold."""
    return neuron.LIFNode(
        tau=config.tau_steps,
        decay_input=True,
        v_threshold=config.threshold,
        v_reset=0.0,
        detach_reset=True,
        step_mode="m",
        surrogate_function=surrogate.ATan(alpha=2.0),
    )


class SpikingLayer(nn.Module):
    """x (T, Pin, B, Fin), spikes or sums of spikes -> spikes (T, Pout, B, Fout).

    axis "positions" mixes Pin into Pout and keeps the features; "features" the other way round.
    weight: (out, in), a buffer where `fixed`. norm: statistics per output row of `axis`.
    bias: None, or (out,) once `set_folded` has replaced the norm.
    """

    weight: torch.Tensor
    bias: torch.Tensor | None

    def __init__(
        self, axis: Axis, weight: torch.Tensor, config: SsrConfig, *, fixed: bool = False
    ) -> None:
        super().__init__()
        self.axis = axis
        if fixed:
            self.register_buffer("weight", weight)
        else:
            self.weight = nn.Parameter(weight)
        self.register_buffer("bias", None)
        rows = weight.shape[0]
        self.norm: nn.Module = nn.BatchNorm2d(rows) if axis == "positions" else nn.BatchNorm1d(rows)
        self.lif = lif(config)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        drive = self._normalised(self._mixed(x.to(self.weight.dtype)))
        if drive.dtype in (torch.float16, torch.bfloat16):
            # A membrane adds over the steps; half precision would move spikes near the threshold.
            drive = drive.float()
        spikes: torch.Tensor = self.lif(drive)
        return spikes

    def folded(self) -> tuple[torch.Tensor, torch.Tensor]:
        """weight (out, in) and bias (out,), float64, that act as the map and its eval-mode norm."""
        weight = self.weight.detach().double()
        if not isinstance(self.norm, nn.BatchNorm1d | nn.BatchNorm2d):
            zero = weight.new_zeros(len(weight))
            return weight, zero if self.bias is None else self.bias.double()
        statistics = self.norm.state_dict()
        mean, variance = statistics["running_mean"], statistics["running_var"]
        scale = statistics["weight"].double() / torch.sqrt(variance.double() + self.norm.eps)
        return scale[:, None] * weight, statistics["bias"].double() - scale * mean.double()

    def set_folded(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        """Fix weight (out, in), drop the norm and add bias (out,) per output row of `axis`."""
        del self.weight
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)
        self.norm = nn.Identity()

    def _mixed(self, x: torch.Tensor) -> torch.Tensor:
        if self.axis == "positions":
            return torch.matmul(self.weight, x.flatten(2)).view(len(x), -1, *x.shape[2:])
        return x @ self.weight.T

    def _normalised(self, z: torch.Tensor) -> torch.Tensor:
        if self.bias is not None:
            return z + (self.bias[:, None, None] if self.axis == "positions" else self.bias)
        if self.axis == "positions":
            out: torch.Tensor = self.norm(z)
            return out
        flat: torch.Tensor = self.norm(z.flatten(0, 2))
        return flat.view_as(z)
