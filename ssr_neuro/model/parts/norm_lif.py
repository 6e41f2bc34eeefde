"""A batch normalisation and a LIF layer as one differentiable step, several times faster.

What it computes is what `nn.BatchNorm` and SpikingJelly's LIFNode compute one after the other, on
the CPU, of float32 or bfloat16 drives.
"""

from importlib import import_module
from typing import Any

import numpy as np
import torch
from spikingjelly.activation_based.neuron import LIFNode
from torch import nn

BatchNorm = nn.BatchNorm1d | nn.BatchNorm2d
DTYPES = (torch.float32, torch.bfloat16)


def fits(norm: nn.Module, lif: LIFNode, z: torch.Tensor) -> bool:
    """Whether `norm_lif` computes what the two modules would."""
    return isinstance(norm, BatchNorm) and norm.training and lif_fits(lif, z)


def lif_fits(lif: LIFNode, drive: torch.Tensor) -> bool:
    """Whether `lif_of` computes what the neuron would."""
    return (
        drive.device.type == "cpu"
        and drive.dtype in DTYPES
        and lif.decay_input
        and lif.detach_reset
        and lif.v_reset == 0
    )


def norm_lif(z: torch.Tensor, norm: nn.Module, lif: LIFNode, *, by_row: bool) -> torch.Tensor:
    """z: (P, B, T, F) -> spikes, same shape and type. Channels: the P rows, or the F features.

    Running statistics of `norm` move as in its own forward pass. Raises TypeError for another
    kind of normalisation.
    """
    if not isinstance(norm, BatchNorm):
        raise TypeError(f"norm_lif needs a batch normalisation, given {type(norm).__name__}")
    apply: Any = _NormLif.apply
    spikes: torch.Tensor = apply(z, norm.weight, norm.bias, norm, lif, by_row)
    return spikes


def lif_of(drive: torch.Tensor, lif: LIFNode) -> torch.Tensor:
    """Spikes of neurons that the drive (P, B, T, F) reaches as it is, same shape and type."""
    apply: Any = _Lif.apply
    spikes: torch.Tensor = apply(drive, lif)
    return spikes


def scale_and_fire(
    z: torch.Tensor, gain: torch.Tensor, shift: torch.Tensor, lif: LIFNode, *, by_row: bool
) -> torch.Tensor:
    """z: (P, B, T, F) -> spikes of z * gain + shift, same shape and type, without gradients.

    gain, shift: one per channel, as `norm_lif` has them.
    """
    z, spikes = z.contiguous(), torch.empty_like(z, memory_format=torch.contiguous_format)
    kernels().forward(
        memory(z),
        memory(gain.float()),
        memory(shift.float()),
        by_row,
        lif.tau,
        lif.v_threshold,
        memory(spikes),
    )
    return spikes


class _NormLif(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        z: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor,
        norm: BatchNorm,
        lif: LIFNode,
        by_row: bool,
    ) -> torch.Tensor:
        z = z.contiguous()
        axis = 1 if by_row else 0  # of (P, F), what a channel sums over
        total, squares = _zeros(z), _zeros(z)
        kernels().sums(memory(z), total, squares)
        count = z.numel() // total.shape[1 - axis]
        mean = torch.from_numpy(total.sum(axis=axis)) / count
        variance = torch.from_numpy(squares.sum(axis=axis)) / count - mean.square()
        mean, variance = mean.float(), variance.clamp(min=0).float()
        _follow(norm, mean, variance, count)
        rstd = torch.rsqrt(variance + norm.eps)
        gain = weight * rstd
        shift = bias - mean * gain
        spikes = scale_and_fire(z, gain, shift, lif, by_row=by_row)
        ctx.save_for_backward(z, mean, rstd, gain, shift)
        ctx.by_row, ctx.lif, ctx.count = by_row, lif, count
        return spikes

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        z, mean, rstd, gain, shift = ctx.saved_tensors
        d, sums, moments = _drive_gradient(grads[0], z, gain, shift, mean, ctx.by_row, ctx.lif)
        axis = 1 if ctx.by_row else 0
        total = torch.from_numpy(sums.sum(axis=axis))
        along = torch.from_numpy(moments.sum(axis=axis))
        slope = (gain * rstd * rstd * along / ctx.count).float()
        offset = (gain * total / ctx.count).float()
        kernels().input_gradient(
            memory(d),
            memory(z),
            ctx.by_row,
            memory(mean),
            memory(gain),
            memory(offset),
            memory(slope),
        )
        return d, (along * rstd).float(), total.float(), None, None, None


class _Lif(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, drive: torch.Tensor, lif: LIFNode) -> torch.Tensor:
        drive = drive.contiguous()
        one, nothing = torch.ones(drive.shape[-1]), torch.zeros(drive.shape[-1])
        spikes = scale_and_fire(drive, one, nothing, lif, by_row=False)
        ctx.save_for_backward(drive, one, nothing)
        ctx.lif = lif
        return spikes

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        drive, one, nothing = ctx.saved_tensors
        return _drive_gradient(grads[0], drive, one, nothing, nothing, False, ctx.lif)[0], None


def _drive_gradient(
    grad: torch.Tensor,
    z: torch.Tensor,
    gain: torch.Tensor,
    shift: torch.Tensor,
    mean: torch.Tensor,
    by_row: bool,
    lif: LIFNode,
) -> tuple[torch.Tensor, Any, Any]:
    """Of what reaches the membrane; and its sums and moments about the mean, float64 (P, F)."""
    d, sums, moments = torch.empty_like(z), _zeros(z), _zeros(z)
    kernels().backward(
        memory(grad.to(z.dtype).contiguous()),
        memory(z),
        memory(gain),
        memory(shift),
        memory(mean),
        by_row,
        lif.tau,
        lif.v_threshold,
        lif.surrogate_function.alpha,
        memory(d),
        sums,
        moments,
    )
    return d, sums, moments


def _follow(norm: BatchNorm, mean: torch.Tensor, variance: torch.Tensor, count: int) -> None:
    """Running statistics, as torch keeps them: with the unbiased variance."""
    if norm.running_mean is None or norm.running_var is None or norm.momentum is None:
        raise TypeError("a norm of a spiking layer tracks running statistics with a momentum")
    with torch.no_grad():
        norm.running_mean.lerp_(mean, norm.momentum)
        norm.running_var.lerp_(variance * (count / max(1, count - 1)), norm.momentum)
        if norm.num_batches_tracked is not None:
            norm.num_batches_tracked += 1


def _zeros(z: torch.Tensor) -> Any:
    return np.zeros((z.shape[0], z.shape[3]))


def kernels() -> Any:
    """The compiled loops, imported where one is run: a model that is only read needs no Numba."""
    return import_module("ssr_neuro.model.parts.norm_lif_kernels")


def memory(x: torch.Tensor) -> Any:
    """The memory of a tensor; NumPy has no bfloat16, the kernels read its bits."""
    own = x.detach()
    return own.view(torch.uint16).numpy() if own.dtype == torch.bfloat16 else own.numpy()
