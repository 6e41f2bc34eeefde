"""A linear map over positions or features, a normalisation that folds into it, and a LIF layer."""

import logging
from typing import Literal

import torch
from spikingjelly.activation_based import neuron, surrogate
from torch import nn

from ssr_neuro.model.parts.mix_norm_lif import mix_norm_lif, mixture_fits
from ssr_neuro.model.parts.norm_lif import fits, lif_fits, norm_lif, scale_and_fire
from ssr_neuro.settings.models.ssr import SsrConfig

# SpikingJelly's operators ask torch for Triton, which warns twice on every machine without a GPU.
logging.getLogger("torch._library.triton").setLevel(logging.ERROR)

Axis = Literal["positions", "features"]


def lif(config: SsrConfig) -> neuron.LIFNode:
    """The paper's LIF (equations 1-3): hard reset to 0, spike where the membrane >= threshold."""
    return neuron.LIFNode(
        tau=float(config.tau_steps),  # to SpikingJelly a whole number is none
        decay_input=True,
        v_threshold=float(config.threshold),
        v_reset=0.0,
        detach_reset=True,
        step_mode="m",
        surrogate_function=surrogate.ATan(alpha=2.0),
    )


class SpikingLayer(nn.Module):
    """x (Pin, B, T, Fin), spikes or sums of spikes -> spikes (Pout, B, T, Fout).

    axis "positions" mixes Pin into Pout and keeps the features; "features" the other way round.
    weight: (out, in), a buffer where `fixed`. norm: statistics per output row of `axis`, its bias
    first at `bias`. bias: None, or (out,) in a model without norms. gains: what reaches a learnt
    mixture of positions is multiplied with first, (Pin, F), where the config has feature_gains.
    """

    weight: torch.Tensor
    bias: torch.Tensor | None
    gains: nn.Parameter | None

    def __init__(
        self,
        axis: Axis,
        weight: torch.Tensor,
        config: SsrConfig,
        *,
        fixed: bool = False,
        bias: float = 0.0,
    ) -> None:
        super().__init__()
        self.axis = axis
        if fixed:
            self.register_buffer("weight", weight)
        else:
            self.weight = nn.Parameter(weight)
        rows, columns = weight.shape
        own = config.feature_gains and axis == "positions" and not fixed
        gains = nn.Parameter(torch.ones(columns, config.features)) if own else None
        self.register_parameter("gains", gains)
        if config.normalised:
            self.register_buffer("bias", None)
            self.norm: nn.Module = _norm(rows, bias)
        else:
            self.bias = nn.Parameter(torch.full((rows,), bias))
            self.norm = nn.Identity()
        self.lif = lif(config)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weight, bias = self.weight_and_bias()
        if not torch.is_autocast_enabled(x.device.type):
            x = x.to(weight.dtype)
        if self.gains is not None:
            x = x * self.gains[:, None, None].to(x.dtype)
        by_row = self.axis == "positions"
        if by_row and mixture_fits(x, weight, self.norm, self.lif):
            return mix_norm_lif(x, weight, self.norm, self.lif)
        mixed = self._mix(x, weight)
        if fits(self.norm, self.lif, mixed):
            return norm_lif(mixed, self.norm, self.lif, by_row=by_row)
        if not (self.training or torch.is_grad_enabled()) and lif_fits(self.lif, mixed):
            gain, shift = self.gain_and_bias()
            shift = shift if bias is None else bias  # in a rounded layer not what it trains
            return scale_and_fire(mixed, gain, shift, self.lif, by_row=by_row)
        drive = self._normalise(mixed, bias)
        if drive.dtype in (torch.float16, torch.bfloat16):
            # A membrane adds over the steps; half precision would move spikes near the threshold.
            drive = drive.float()
        spikes: torch.Tensor = self.lif(drive.movedim(2, 0)).movedim(0, 2)
        return spikes

    def weight_and_bias(self) -> tuple[torch.Tensor, torch.Tensor | None]:
        """The weight that a forward pass multiplies with, and the bias it adds."""
        return self.weight, self.bias

    def fold_norm(self) -> tuple[torch.Tensor, torch.Tensor]:
        """weight (out, in) and bias (out,), float64, that act as the map and its eval-mode norm."""
        gain, bias = self.gain_and_bias()
        return gain[:, None] * self.weight.detach().double(), bias

    def fold(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The same with the gains in it: where there are any, a weight a feature, (F, out, in)."""
        weight, bias = self.fold_norm()
        if self.gains is None:
            return weight, bias
        return weight * self.gains.detach().double().T[:, None], bias

    def gain_and_bias(self) -> tuple[torch.Tensor, torch.Tensor]:
        """What the eval-mode norm multiplies each row with and adds, float64 (out,) each."""
        if not isinstance(self.norm, nn.BatchNorm1d | nn.BatchNorm2d):
            one = self.weight.new_ones(self.weight.shape[-2], dtype=torch.float64)
            return one, 0 * one if self.bias is None else self.bias.detach().double()
        statistics = self.norm.state_dict()
        mean, variance = statistics["running_mean"], statistics["running_var"]
        gain = statistics["weight"].double() / torch.sqrt(variance.double() + self.norm.eps)
        return gain, statistics["bias"].double() - gain * mean.double()

    def set_folded(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        """Fix a weight as `fold` gives it and the bias (out,), without norm and gains."""
        del self.weight, self.bias, self.gains
        self.register_parameter("gains", None)
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)
        self.norm = nn.Identity()

    def _mix(self, x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        if self.axis == "features":
            return nn.functional.linear(x, weight)
        if weight.dim() == 2:
            return (weight @ x.flatten(1)).view(-1, *x.shape[1:])
        by_feature = x.flatten(1, 2).permute(2, 0, 1)
        mixed = torch.bmm(weight.to(x.dtype), by_feature).permute(1, 2, 0)
        return mixed.reshape(-1, *x.shape[1:])

    def _normalise(self, z: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
        if bias is not None:
            return z + (bias[:, None, None, None] if self.axis == "positions" else bias)
        if self.axis == "positions":
            out: torch.Tensor = self.norm(z.flatten(1).T)
            return out.T.view_as(z)
        flat: torch.Tensor = self.norm(z.flatten(0, 2))
        return flat.view_as(z)


def _norm(rows: int, bias: float) -> nn.Module:
    norm = nn.BatchNorm1d(rows)
    nn.init.constant_(norm.get_parameter("bias"), bias)
    return norm
