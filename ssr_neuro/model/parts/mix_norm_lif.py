"""A mixture of positions, its batch normalisation and its LIF layer as one step in bfloat16.

The same as the product under autocast followed by `norm_lif`: the sums of the normalisation are
made with the product, and the gradient of the product with that of the normalisation.
"""

from typing import Any

import torch
from spikingjelly.activation_based.neuron import LIFNode
from torch import nn

from ssr_neuro.model.native.library import multiplies
from ssr_neuro.model.parts.norm_lif import (
    Channel,
    count,
    drive_gradient,
    fits,
    kernels,
    statistics,
)


def mixture_fits(x: torch.Tensor, weight: torch.Tensor, norm: nn.Module, lif: LIFNode) -> bool:
    """Whether `mix_norm_lif` computes what product, normalisation and neurons would."""
    return (
        torch.is_autocast_enabled("cpu")
        and torch.get_autocast_dtype("cpu") == torch.bfloat16
        and weight.dim() == 2
        and weight.dtype == torch.float32
        and fits(norm, lif, x)
        and multiplies()
    )


def mix_norm_lif(
    x: torch.Tensor, weight: torch.Tensor, norm: nn.Module, lif: LIFNode
) -> torch.Tensor:
    """x: (Q, B, T, F), weight: (P, Q) -> spikes, bfloat16 (P, B, T, F)."""
    apply: Any = _MixNormLif.apply
    spikes: torch.Tensor = apply(x, weight, norm.weight, norm.bias, norm, lif)
    return spikes


class _MixNormLif(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        weight: torch.Tensor,
        gain: torch.Tensor,
        bias: torch.Tensor,
        norm: Any,
        lif: LIFNode,
    ) -> torch.Tensor:
        ctx.dtype = x.dtype
        x, weight = x.to(torch.bfloat16).contiguous(), weight.detach().to(torch.bfloat16)
        z, (total, squares) = kernels().mix(x, weight, lif)
        channel = statistics(norm, total, squares, count(z, True))
        spikes: torch.Tensor = kernels().fire(z, channel.gain, channel.shift, True, lif)
        ctx.save_for_backward(x, weight, z, *channel)
        ctx.lif = lif
        return spikes

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        x, weight, z, *saved = ctx.saved_tensors
        grad = grads[0].to(z.dtype).contiguous()
        # Of a last block one position is read: the gradients of the others are zero.
        silent = min(kernels().silent_rows(grad), len(grad) - 1)
        channel = Channel(*(of[silent:] for of in saved))
        grad, z, weight = grad[silent:], z[silent:], weight[silent:]
        d, back = drive_gradient(grad, z, channel, True, ctx.lif)
        learns = ctx.needs_input_grad[1]
        dx, dw = kernels().unmix(d, z, x, weight, back.coefficients, ctx.lif, learns=learns)
        found = [_below(silent, of) for of in (dw, back.weight, back.bias)]
        return dx.to(ctx.dtype), *found, None, None


def _below(silent: int, grad: torch.Tensor | None) -> torch.Tensor | None:
    """A gradient by row, below rows of zeros."""
    if grad is None or not silent:
        return grad
    return torch.cat([grad.new_zeros(silent, *grad.shape[1:]), grad])
