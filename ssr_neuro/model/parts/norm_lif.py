"""A batch normalisation and a LIF layer as one differentiable step, several times faster.

What it computes is what `nn.BatchNorm` and SpikingJelly's LIFNode compute one after the other, on
the CPU, of float32 or bfloat16 drives.
"""

from importlib import import_module
from typing import Any, NamedTuple

import torch
from spikingjelly.activation_based.neuron import LIFNode
from torch import nn

from ssr_neuro.model.native.library import library

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
    channel = gain.float().contiguous(), shift.float().contiguous()
    spikes: torch.Tensor = kernels().fire(z.contiguous(), *channel, by_row, lif)
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
        channel = statistics(norm, *kernels().square_sums(z, by_row, lif), count(z, by_row))
        spikes: torch.Tensor = kernels().fire(z, channel.gain, channel.shift, by_row, lif)
        ctx.save_for_backward(z, *channel)
        ctx.by_row, ctx.lif = by_row, lif
        return spikes

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        z, *saved = ctx.saved_tensors
        channel = Channel(*saved)
        d, back = drive_gradient(grads[0], z, channel, ctx.by_row, ctx.lif)
        kernels().unnormalise(d, z, ctx.by_row, *back.coefficients, ctx.lif)
        return d, back.weight, back.bias, None, None, None


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
        grad = grads[0].to(drive.dtype).contiguous()
        return kernels().unfire(grad, drive, one, nothing, nothing, False, ctx.lif)[0], None


class Channel(NamedTuple):
    """What a normalisation does to its channels, float32: mean, 1 / deviation, z * gain + shift."""

    mean: torch.Tensor
    rstd: torch.Tensor
    gain: torch.Tensor
    shift: torch.Tensor


class ChannelGradient(NamedTuple):
    """Gradients of weight and bias; mean, scale, bias and slope of the kernel `unnormalise`."""

    weight: torch.Tensor
    bias: torch.Tensor
    coefficients: tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]


def statistics(
    norm: BatchNorm, total: torch.Tensor, squares: torch.Tensor, numbers: int
) -> Channel:
    """Of channels with these sums, each over so many numbers; running statistics move."""
    mean = total / numbers
    variance = (squares / numbers - mean.square()).clamp(min=0).float()
    mean = mean.float()
    _follow(norm, mean, variance, numbers)
    rstd = torch.rsqrt(variance + norm.eps)
    gain = norm.weight.detach() * rstd
    return Channel(mean, rstd, gain, norm.bias.detach() - mean * gain)


def drive_gradient(
    grad: torch.Tensor, z: torch.Tensor, channel: Channel, by_row: bool, lif: LIFNode
) -> tuple[torch.Tensor, ChannelGradient]:
    """Gradient of the spikes -> of what reaches the membrane, and of the normalisation."""
    mean, rstd, gain, shift = channel
    grad = grad.to(z.dtype).contiguous()
    d, total, moment = kernels().unfire(grad, z, gain, shift, mean, by_row, lif)
    numbers = count(z, by_row)
    slope = (gain * rstd.square() * moment / numbers).float()
    offset = (gain * total / numbers).float()
    return d, ChannelGradient((moment * rstd).float(), total.float(), (mean, gain, offset, slope))


def count(z: torch.Tensor, by_row: bool) -> int:
    """How many numbers a channel has."""
    return z.numel() // z.shape[0 if by_row else 3]


def _follow(norm: BatchNorm, mean: torch.Tensor, variance: torch.Tensor, count: int) -> None:
    """Running statistics, as torch keeps them: with the unbiased variance."""
    if norm.running_mean is None or norm.running_var is None or norm.momentum is None:
        raise TypeError("a norm of a spiking layer tracks running statistics with a momentum")
    with torch.no_grad():
        norm.running_mean.lerp_(mean, norm.momentum)
        norm.running_var.lerp_(variance * (count / max(1, count - 1)), norm.momentum)
        if norm.num_batches_tracked is not None:
            norm.num_batches_tracked += 1


def kernels() -> Any:
    """The compiled loops: in C, or by Numba, which a model that is only read does not need."""
    built = library() is not None
    return import_module(f"ssr_neuro.model.{'native.kernels' if built else 'parts.numba_kernels'}")
