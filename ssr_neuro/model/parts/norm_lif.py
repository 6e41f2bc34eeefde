"""A batch normalisation and a LIF layer as one differentiable step, several times faster.

What it computes is what `nn.BatchNorm` in training mode and SpikingJelly's LIFNode compute one
after the other (float32, CPU); evaluation stays with those two.
"""

from typing import Any

import numpy as np
import torch
from spikingjelly.activation_based.neuron import LIFNode
from torch import nn

from ssr_neuro.model.parts import norm_lif_kernels as kernels

BLOCKS = 16  # partial sums of a column, so that threads do not share one
BatchNorm = nn.BatchNorm1d | nn.BatchNorm2d


def fits(norm: nn.Module, lif: LIFNode, z: torch.Tensor) -> bool:
    """Whether `norm_lif` computes what the two modules would."""
    return (
        isinstance(norm, BatchNorm)
        and norm.training
        and z.device.type == "cpu"
        and z.dtype == torch.float32
        and not torch.is_autocast_enabled("cpu")
        and lif.decay_input
        and lif.detach_reset
        and lif.v_reset == 0
    )


def norm_lif(z: torch.Tensor, norm: nn.Module, lif: LIFNode, *, by_row: bool) -> torch.Tensor:
    """z: (T, P, B, F) -> spikes, same shape. Channels: the P rows, or the F features.

    Running statistics of `norm` move as in its own forward pass.
    """
    steps, rows, batch, features = z.shape
    # A view with the channel either first or last behind the steps.
    flat = z.reshape(steps, rows, batch * features) if by_row else z.reshape(steps, -1, features)
    if not isinstance(norm, BatchNorm):
        raise TypeError(f"norm_lif needs a batch normalisation, given {type(norm).__name__}")
    apply: Any = _NormLif.apply
    spikes = apply(flat, norm.weight, norm.bias, norm, lif, by_row)
    out: torch.Tensor = spikes.view_as(z)
    return out


class _NormLif(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, z: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor,
        norm: BatchNorm, lif: LIFNode, by_row: bool,
    ) -> torch.Tensor:  # fmt: skip
        z = z.contiguous()
        mean, variance = _moments(z, by_row)
        _follow(norm, mean, variance, z.numel() // mean.numel())
        rstd = torch.rsqrt(variance + norm.eps)
        gain = weight * rstd
        shift = bias - mean * gain
        spikes, membranes = torch.empty_like(z), torch.empty_like(z)
        kernels.forward(
            _array(z), _array(gain), _array(shift), by_row, lif.tau, lif.v_threshold,
            _array(spikes), _array(membranes),
        )  # fmt: skip
        ctx.save_for_backward(z, mean, rstd, gain, membranes)
        ctx.by_row, ctx.lif = by_row, lif
        return spikes

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        z, mean, rstd, gain, membranes = ctx.saved_tensors
        d = torch.empty_like(z)
        kernels.backward(
            _array(grads[0].contiguous()), _array(membranes), ctx.lif.tau, ctx.lif.v_threshold,
            ctx.lif.surrogate_function.alpha, _array(d),
        )  # fmt: skip
        total, along = _sums(_array(d), _array(z), _array(mean), ctx.by_row)
        count = z.numel() // mean.numel()
        slope = (gain * rstd * rstd * along / count).float()
        offset = (gain * total / count).float()
        kernels.input_gradient(
            _array(d), _array(z), ctx.by_row, _array(mean), _array(gain), _array(offset),
            _array(slope),
        )  # fmt: skip
        return d, (along * rstd).float(), total.float(), None, None, None


def _moments(z: torch.Tensor, by_row: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and biased variance of each channel, from sums in float64: far faster than torch."""
    channels = z.shape[1] if by_row else z.shape[2]
    nothing = np.zeros(channels, np.float32)
    total, squares = _sums(_array(z), _array(z), nothing, by_row)
    mean = total * channels / z.numel()
    variance = squares * channels / z.numel() - mean.square()
    return mean.float(), variance.clamp(min=0).float()


def _sums(d: Any, z: Any, mean: Any, by_row: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Sums of d and of d (z - mean), per channel, float64."""
    shape = (len(mean),) if by_row else (BLOCKS, len(mean))
    total, along = np.zeros(shape), np.zeros(shape)
    (kernels.sums_by_row if by_row else kernels.sums_by_column)(d, z, mean, total, along)
    if not by_row:
        total, along = total.sum(axis=0), along.sum(axis=0)
    return torch.from_numpy(total), torch.from_numpy(along)


def _follow(norm: BatchNorm, mean: torch.Tensor, variance: torch.Tensor, count: int) -> None:
    """Running statistics, as torch keeps them: with the unbiased variance."""
    if norm.running_mean is None or norm.running_var is None or norm.momentum is None:
        raise TypeError("a norm of a spiking layer tracks running statistics with a momentum")
    with torch.no_grad():
        norm.running_mean.lerp_(mean, norm.momentum)
        norm.running_var.lerp_(variance * (count / max(1, count - 1)), norm.momentum)
        if norm.num_batches_tracked is not None:
            norm.num_batches_tracked += 1


def _array(x: torch.Tensor) -> Any:
    return x.detach().numpy()
