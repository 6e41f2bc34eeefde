"""SSR trained for a chip: it computes with the integers that compiling would give it."""

import math
from dataclasses import replace
from typing import Any

import torch

from ssr_neuro.model.parts.rounded import RoundedLayer, RoundedLinear, straight_through
from ssr_neuro.model.parts.spiking import SpikingLayer
from ssr_neuro.model.ssr import SSR


class RoundedSSR(SSR):
    """A trained SSR, its norms folded, with weights and biases of `bits` bits from then on.

    Item biases are whole units of the readout, as in the compiled item table.
    """

    readout: RoundedLinear

    def __init__(self, model: SSR, bits: int) -> None:
        super().__init__(replace(model.config, normalised=False))
        self.table.load_state_dict(model.table.state_dict())
        self.item_bias.data.copy_(model.item_bias.data)
        names = {layer: name for name, layer in model.layers().items()}
        last = f"block{self.config.blocks - 1}_reconstruct"
        for path, layer in model.named_modules():
            if isinstance(layer, SpikingLayer):
                # Of the last block, position N-1 alone is read.
                unread = self.config.positions - 1 if names[layer] == last else 0
                rounded = RoundedLayer(names[layer], layer, self.config, bits, unread)
                self.set_submodule(path, rounded)
        self.readout = RoundedLinear("readout", model.readout, bits)

    def scores(self, items: torch.Tensor) -> torch.Tensor:
        scores = super().scores(items)
        if self.training:
            return scores
        # Sums of floats would break the ties that integers have, and flatter the ranking.
        unit = self.readout.chip().scale
        return torch.round(scores / unit) * unit

    def readout_weight(self) -> torch.Tensor:
        return torch.as_tensor(self.readout.chip().weight, dtype=self.readout.weight.dtype)

    def item_biases(self) -> torch.Tensor:
        unit = self.readout.chip().scale
        return straight_through(self.item_bias, torch.round(self.item_bias.double() / unit) * unit)

    @torch.no_grad()
    def finish(self) -> tuple[Any, dict[str, torch.Tensor]]:
        """A plain folded SSR that holds the rounded values; compiling it gives these integers.

        Scores are multiplied by the factor that makes their unit a power of two: float sums of
        such multiples are exact, so the plain model has the ties of the integers as well.
        """
        chip, dtype = self.readout.chip(), self.readout.weight.dtype
        unit = 2.0 ** round(math.log2(chip.scale))

        def in_units(values: Any) -> torch.Tensor:
            return torch.round(torch.as_tensor(values).double() / chip.scale).to(dtype) * unit

        state: dict[str, torch.Tensor] = {
            "table.weight": self.table.weight,
            "item_bias": in_units(self.item_bias),
            "readout.weight": in_units(chip.weight),
            "readout.bias": in_units(chip.bias),
        }
        for path, layer in self.named_modules():
            if isinstance(layer, RoundedLayer):
                weight, bias = layer.fold()
                state |= {f"{path}.weight": weight.to(dtype), f"{path}.bias": bias.to(dtype)}
        return self.config, {name: tensor.detach().clone() for name, tensor in state.items()}
