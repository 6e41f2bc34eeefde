"""What a forward pass of SSR costs on a chip: its spikes, each weighted by the synapses it takes.

Only what is read counts: of the last block position N-1, and what leads to it.
"""

from collections.abc import Callable, Mapping

import torch
from torch import nn

from ssr_neuro.model.parts.readout_skip import ReadoutSkip
from ssr_neuro.model.parts.spiking import SpikingLayer
from ssr_neuro.model.parts.wiring import wiring
from ssr_neuro.settings.models.ssr import SsrConfig


class Activity:
    """Counts the spikes of the latest forward pass, (P, F) by population, until `clear`.

    listening: whether passes are counted, which takes a tenth of a training step.
    """

    def __init__(
        self,
        layers: Mapping[str, SpikingLayer],
        readout_weight: Callable[[], torch.Tensor],
        config: SsrConfig,
        readout_skip: ReadoutSkip | None = None,
    ) -> None:
        self.layers, self.readout_weight, self.config = layers, readout_weight, config
        self.readout_skip = readout_skip
        self.counts: dict[str, torch.Tensor] = {}
        self.chances = 0  # steps times samples: how often a neuron could have fired
        self.listening = True
        self._fan_out: dict[str, torch.Tensor] = {}
        layers["encoder"].register_forward_pre_hook(lambda _, given: self._keep("input", given[0]))
        for name, layer in layers.items():
            layer.register_forward_hook(lambda _, __, out, name=name: self._keep(name, out))

    def synaptic_operations(self) -> torch.Tensor:
        """Synaptic operations as a share of those if all neurons fired in all steps, 0 to 1.

        (sum over t, n of s_n(t) f_n) / (T sum over n of f_n), averaged over the batch. s_n(t):
        spike of neuron n, inputs included, in step t. f_n: its fan-out, the synapses with a
        weight other than 0 that lead on to something that is read. The gradient is that of the
        spikes, through the surrogate.
        """
        fan_out = self.fan_out()
        done = [(self.counts[n] * f[-len(self.counts[n]) :]).sum() for n, f in fan_out.items()]
        full = self.chances * sum(f.sum() for f in fan_out.values())
        return torch.stack(done).sum() / full

    @torch.no_grad()
    def rate(self) -> float:
        """Mean firing rate: spikes per step of a neuron that is read, inputs left out."""
        fired, neurons = 0.0, 0.0
        for name, leaving in self.fan_out().items():
            if name != "input":
                count = self.counts[name]
                fired += float(count[leaving[-len(count) :] > 0].sum())
                neurons += float((leaving > 0).sum())
        return fired / max(1.0, neurons * self.chances)

    @torch.no_grad()
    def fan_out(self) -> dict[str, torch.Tensor]:
        """Synapses that leave each neuron, (P, F) by population, the input among them."""
        if self._fan_out:
            return self._fan_out
        found: dict[str, torch.Tensor] = {}
        if self.readout_skip is not None:
            found["input"] = (self.readout_skip.gains != 0).to(self.readout_skip.gains.dtype)
        for name, sources in reversed(list(wiring(self.config))):
            if name == "readout":
                leaving = self._leaving_to_readout()
            else:
                leaving = self._leaving(self.layers[name], found[name].any(dim=1))
            for source in sources:
                found[source] = _add(found.get(source), leaving)
        self._fan_out = found
        return found

    def clear(self) -> None:
        """Forget the counts, and with them the graph of their gradient."""
        self.counts.clear()
        self._fan_out = {}

    def _leaving_to_readout(self) -> torch.Tensor:
        weight = self.readout_weight()
        leaving = weight.new_zeros(self.config.positions, self.config.features)
        leaving[-1] = weight.count_nonzero(dim=0)
        return leaving

    def _leaving(self, layer: SpikingLayer, read: torch.Tensor) -> torch.Tensor:
        """Fan-out into a layer of which some positions are read, (Pin, Fin)."""
        weight = layer.weight_and_bias()[0]
        if layer.axis == "positions":
            rows = weight[read].count_nonzero(dim=0)
            leaving = rows[:, None].expand(-1, self.config.features).to(weight.dtype)
            return leaving if layer.gains is None else leaving * (layer.gains != 0)
        return read[:, None] * weight.count_nonzero(dim=0).to(weight.dtype)

    def _keep(self, name: str, spikes: torch.Tensor) -> None:
        """spikes: (P, B, T, F), or of the last position alone, (1, B, T, F)."""
        if self.listening:
            exact = torch.promote_types(spikes.dtype, torch.float32)
            self.counts[name] = spikes.sum(dim=(1, 2), dtype=exact)
            self.chances = spikes.shape[1] * spikes.shape[2]


def _add(fan_out: torch.Tensor | None, leaving: torch.Tensor) -> torch.Tensor:
    """Of the input, which is the encoder's as well, a skip reads the first rows alone."""
    if fan_out is None:
        return leaving
    most = max(len(fan_out), len(leaving))
    first, second = (nn.functional.pad(x, (0, 0, 0, most - len(x))) for x in (fan_out, leaving))
    return first + second
