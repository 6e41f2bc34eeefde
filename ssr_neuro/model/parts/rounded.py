"""Layers that compute with the weights a chip of few bits gets, and train what lies behind them.

The forward pass sees only rounded values; the gradient passes through the rounding unchanged.
"""

from collections.abc import Callable

import torch
from torch import nn

from ssr_neuro.model.parts import chip_weights
from ssr_neuro.model.parts.chip_weights import ChipWeights
from ssr_neuro.model.parts.spiking import SpikingLayer
from ssr_neuro.program.ir import Lif
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.settings.models.ssr import SsrConfig

# Shares of the largest weight that are tried as the range to hold.
CLIPS = tuple(tenths / 10 for tenths in range(10, 0, -1))


class RoundedLayer(SpikingLayer):
    """A SpikingLayer without its norm: weights, biases and spikes as compiled to `bits` bits.

    A layer whose matrix is fixed trains one gain per row in place of the weights, so it stays
    that matrix. unread: rows at the top that nothing reads; they are zero, and silent, so
    that they do not count for the scale. limit: the largest weight, chosen at the start.
    """

    limit: torch.Tensor
    gain: nn.Parameter | None

    def __init__(
        self, name: str, layer: SpikingLayer, config: SsrConfig, bits: int, unread: int = 0
    ) -> None:
        nn.Module.__init__(self)
        self.name, self.axis, self.lif, self.norm = name, layer.axis, layer.lif, nn.Identity()
        self.config, self.bits = config, bits
        fixed, dtype = not isinstance(layer.weight, nn.Parameter), layer.weight.dtype
        weight, (gain, bias) = layer.fold()[0], layer.gain_and_bias()
        for rows in (weight, gain, bias):
            rows[:unread] = 0
        self.bias = nn.Parameter(bias.to(dtype))
        self.register_parameter("gain", nn.Parameter(gain.to(dtype)) if fixed else None)
        self.register_parameter("gains", None)
        if fixed:
            self.register_buffer("weight", layer.weight)
        else:
            self.weight = nn.Parameter(weight.to(dtype))
        self.register_buffer("limit", torch.tensor(torch.inf, dtype=dtype))
        choose_limit(self.limit, self._weight, lambda: self._chip().weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            self._hold()
        return super().forward(x)

    def weight_and_bias(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Rounded weight and bias, with the gradient of those behind them."""
        chip, bias = self._chip(), self.bias_behind
        return straight_through(self._weight(), chip.weight), straight_through(bias, chip.bias)

    def fold(self) -> tuple[torch.Tensor, torch.Tensor]:
        chip = self._chip()
        return torch.from_numpy(chip.weight), torch.from_numpy(chip.bias)

    @property
    def bias_behind(self) -> torch.Tensor:
        """The float bias behind the rounded one."""
        return self.get_parameter("bias")

    def _chip(self) -> ChipWeights:
        config, bias = self.config, _numpy(self.bias_behind)[:, None]
        neuron = Lif(config.tau_steps, config.threshold, bias)
        weight = _numpy(self._weight())
        return chip_weights.layer_weights(self.name, weight, neuron, config.steps, self.bits)

    def _weight(self) -> torch.Tensor:
        """The float weights behind the rounded ones, within the limit."""
        trained, most = self._values_and_limit()
        held = torch.clamp(trained, -most, most)
        return held if self.gain is None else held[:, None] * self.weight

    @torch.no_grad()
    def _hold(self) -> None:
        """A weight past the limit would have no gradient that brings it back."""
        trained, most = self._values_and_limit()
        trained.copy_(torch.clamp(trained, -most, most))

    def _values_and_limit(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weights or gains, and how large they may be."""
        if self.gain is None:
            return self.weight, self.limit
        rows = self.weight.abs().amax(dim=1)
        return self.gain, self.limit / rows.clamp(min=torch.finfo(rows.dtype).tiny)


class RoundedLinear(nn.Linear):
    """A readout with weights and bias as compiled to `bits` bits. limit: as in RoundedLayer."""

    limit: torch.Tensor

    def __init__(self, name: str, linear: nn.Linear, bits: int) -> None:
        super().__init__(linear.in_features, linear.out_features)
        self.load_state_dict(linear.state_dict())
        self.name, self.bits = name, bits
        self.register_buffer("limit", torch.tensor(torch.inf))
        choose_limit(self.limit, lambda: self.weight, lambda: self.chip().weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            with torch.no_grad():
                self.weight.clamp_(-self.limit, self.limit)
        chip = self.chip()
        weight = straight_through(self.weight.clamp(-self.limit, self.limit), chip.weight)
        return nn.functional.linear(x, weight, straight_through(self.bias, chip.bias))

    def chip(self) -> ChipWeights:
        """The integers in float units."""
        held = self.weight.clamp(-self.limit, self.limit)
        return chip_weights.readout_weights(self.name, _numpy(held), _numpy(self.bias), self.bits)


def straight_through(behind: torch.Tensor, value: object) -> torch.Tensor:
    """`value` to the last bit, with the gradient of `behind`."""
    rounded = torch.as_tensor(value, dtype=behind.dtype, device=behind.device)
    return rounded + (behind - behind.detach())


@torch.no_grad()
def choose_limit(
    limit: torch.Tensor,
    weight: Callable[[], torch.Tensor],
    rounded: Callable[[], object],
) -> None:
    """Sets `limit` to the share of the largest weight at which rounding moves the weights least."""
    original = weight().clone()
    largest, errors = original.abs().max(), {}
    for clip in CLIPS:
        limit.copy_(clip * largest)
        moved = torch.as_tensor(rounded()) - original
        errors[clip] = float(moved.square().mean())
    limit.copy_(min(errors, key=lambda clip: errors[clip]) * largest)


def _numpy(tensor: torch.Tensor) -> Array:
    found: Array = tensor.detach().double().cpu().numpy()
    return found
