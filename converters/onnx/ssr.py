"""SSR as a graph of plain operators: LIF neurons unrolled over the steps, norms folded, codes bits.

Spikes are decided in float64 where the graph is to equal the model: a membrane that ends within a
rounding of its threshold must not depend on the order in which a library adds.
"""

import numpy as np
import torch
from torch import nn

from ssr_neuro.model.parts.recommender import mask_pad
from ssr_neuro.model.parts.spiking import SpikingLayer
from ssr_neuro.model.ssr import SSR


class UnrolledLif(nn.Module):
    """x (B, T, ., P), sums of spikes -> spikes (B, T, ., Q), by a folded map of the last axis.

    The membrane keeps 1 - 1/tau of itself a step and takes 1/tau of what arrives, which here is
    part of the weight (P, Q), or (., P, Q) with one for each index of the axis before the last,
    and of the bias (Q,).
    """

    weight: torch.Tensor
    bias: torch.Tensor

    def __init__(self, layer: SpikingLayer, dtype: torch.dtype, *, last_only: bool = False) -> None:
        """last_only: of the layer's rows, the last alone."""
        super().__init__()
        weight, bias = layer.fold()
        if last_only:
            weight, bias = weight[..., -1:, :], bias[-1:]
        self.threshold, self.kept = layer.lif.v_threshold, 1 - 1 / layer.lif.tau
        self.register_buffer("weight", (weight.mT / layer.lif.tau).to(dtype).contiguous())
        self.register_buffer("bias", (bias / layer.lif.tau).to(dtype))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mixed = x @ self.weight if self.weight.dim() == 2 else self._by_index(x)
        drive = mixed + self.bias
        spikes: list[torch.Tensor] = []
        membrane = drive[:, 0]
        for step in range(drive.shape[1]):
            if step > 0:
                membrane = self.kept * membrane.masked_fill(spikes[-1], 0) + drive[:, step]
            spikes.append(membrane >= self.threshold)
        return torch.stack(spikes, dim=1).to(x.dtype)

    def _by_index(self, x: torch.Tensor) -> torch.Tensor:
        mixed: torch.Tensor = (x.unsqueeze(-2) @ self.weight).squeeze(-2)
        return mixed


class UnrolledBlock(nn.Module):
    """h (B, T, D, N), sums of spikes -> the same, or (B, T, D, 1) of the last position."""

    def __init__(self, block: nn.Module, dtype: torch.dtype, *, last_only: bool) -> None:
        super().__init__()
        self.last_only = last_only
        for name, layer in block.named_children():
            cut = last_only and name == "reconstruct"
            self.add_module(name, UnrolledLif(layer, dtype, last_only=cut))  # type: ignore[arg-type]

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        filtered = h
        for name in ("dft", "filter", "idft", "reconstruct"):
            filtered = self.get_submodule(name)(filtered)
        filtered = (filtered + (h[..., -1:] if self.last_only else h)).transpose(2, 3)
        hidden = self.get_submodule("ffn_hidden")(filtered)
        out: torch.Tensor = self.get_submodule("ffn_out")(hidden) + filtered
        return out.transpose(2, 3)


class UnrolledSSR(nn.Module):
    """items int64 (B, N), left-padded with 0 -> scores float32 (B, V+1); the pad scores -inf.

    dtype: of drives and membranes. The item table is kept as bits, ceil(T D / 8) bytes an item.
    """

    packed: torch.Tensor
    masks: torch.Tensor
    item_bias: torch.Tensor
    skip_gains: torch.Tensor | None

    def __init__(self, model: SSR, dtype: torch.dtype) -> None:
        super().__init__()
        self.config, self.dtype = model.config, dtype
        with torch.no_grad():
            codes = model.codes().flatten(1).numpy()
            item_bias = mask_pad(model.item_biases()).float()
        self.register_buffer("packed", torch.from_numpy(np.packbits(codes > 0, axis=1)))
        self.register_buffer("masks", torch.tensor([128 >> bit for bit in range(8)]).byte())
        self.register_buffer("item_bias", item_bias)
        self.encoder = UnrolledLif(model.encoder, dtype)
        last = len(model.blocks) - 1
        self.blocks = nn.ModuleList(
            UnrolledBlock(block, dtype, last_only=number == last)
            for number, block in enumerate(model.blocks)
        )
        self.readout = nn.Linear(self.config.features, self.config.features)
        self.readout.load_state_dict(model.readout.state_dict())
        skip = None if model.readout_skip is None else model.readout_skip.gains.detach().T
        self.register_buffer("skip_gains", skip)

    def forward(self, items: torch.Tensor) -> torch.Tensor:
        stimulus = self.stimulus(items)
        codes = stimulus[..., : self.config.positions]
        h = self.encoder(stimulus)
        if self.config.encoder_skip:
            h = h + codes
        for block in self.blocks:
            h = block(h)
        read: torch.Tensor = self.readout(h[..., -1].float())
        if self.skip_gains is not None:
            read = read + (codes.float() * self.skip_gains).sum(-1)
        return read.flatten(1) @ self.bits(self.packed).float().T + self.item_bias

    def bits(self, packed: torch.Tensor) -> torch.Tensor:
        """Bytes of items (..., ceil(T D / 8)) -> their codes, bool (..., T D)."""
        spread = (packed.unsqueeze(-1) & self.masks).flatten(-2) > 0
        return spread[..., : self.config.steps * self.config.features]

    def stimulus(self, items: torch.Tensor) -> torch.Tensor:
        """Spikes that reach the encoder, (B, T, D, N + N/T): all positions, then a step's own."""
        steps, width = self.config.steps, self.config.positions // self.config.steps
        bits = self.bits(self.packed[items])
        codes = bits.view(*bits.shape[:2], steps, -1).permute(0, 2, 3, 1)
        serial = [codes[:, t, :, t * width : (t + 1) * width] for t in range(steps)]
        return torch.cat([codes, torch.stack(serial, dim=1)], dim=-1).to(self.dtype)
