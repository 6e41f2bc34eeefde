"""A batch normalisation and a LIF layer as one differentiable step, several times faster.

What it computes is what `nn.BatchNorm` and SpikingJelly's LIFNode compute one after the other, on
the CPU, of float32 or bfloat16 drives.
"""

from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from spikingjelly.activation_based.neuron import LIFNode
from torch import nn

from ssr_neuro.model.native.library import library

BatchNorm = nn.BatchNorm1d | nn.BatchNorm2d
Doubles = npt.NDArray[np.float64]
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
        total, squares = kernels().square_sums(z, by_row, lif)
        channel = statistics(norm, total, squares, count(z, by_row))
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


def statistics(norm: BatchNorm, total: Doubles, squares: Doubles, numbers: int) -> Channel:
    """Of channels with these sums, each over so many numbers; running statistics move.

    In NumPy, as the rest that concerns channels alone: torch takes longer to call than to compute.
    """
    mean = total / numbers
    variance = np.maximum(squares / numbers - mean * mean, 0)
    _follow(norm, mean, variance, numbers)
    rstd = 1 / np.sqrt(variance + norm.eps)
    gain = norm.weight.detach().numpy() * rstd
    return Channel(*_floats(mean, rstd, gain, norm.bias.detach().numpy() - mean * gain))


def drive_gradient(
    grad: torch.Tensor, z: torch.Tensor, channel: Channel, by_row: bool, lif: LIFNode
) -> tuple[torch.Tensor, ChannelGradient]:
    """Gradient of the spikes -> of what reaches the membrane, and of the normalisation."""
    mean, rstd, gain, shift = channel
    grad = grad.to(z.dtype).contiguous()
    d, total, moment = kernels().unfire(grad, z, gain, shift, mean, by_row, lif)
    deviation, scale = rstd.numpy(), gain.numpy() / count(z, by_row)
    weight, bias, offset, slope = _floats(
        moment * deviation, total, scale * total, scale * deviation * deviation * moment
    )
    return d, ChannelGradient(weight, bias, (mean, gain, offset, slope))


def count(z: torch.Tensor, by_row: bool) -> int:
    """How many numbers a channel has."""
    return z.numel() // z.shape[0 if by_row else 3]


def _floats(*of: Doubles) -> list[torch.Tensor]:
    return [torch.from_numpy(x.astype(np.float32)) for x in of]


def _follow(norm: BatchNorm, mean: Doubles, variance: Doubles, count: int) -> None:
    """Running statistics, as torch keeps them: with the unbiased variance."""
    if norm.running_mean is None or norm.running_var is None or norm.momentum is None:
        raise TypeError("a norm of a spiking layer tracks running statistics with a momentum")
    for kept, new in (
        (norm.running_mean.numpy(), mean),
        (norm.running_var.numpy(), variance * (count / max(1, count - 1))),
    ):
        kept += (norm.momentum * (new - kept)).astype(kept.dtype)
    if norm.num_batches_tracked is not None:
        norm.num_batches_tracked += 1


def kernels() -> Any:
    """The compiled loops: in C, or by Numba, which a model that is only read does not need."""
    built = library() is not None
    return import_module(f"ssr_neuro.model.{'native.kernels' if built else 'parts.numba_kernels'}")
