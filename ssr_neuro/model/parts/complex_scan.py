"""The parallel scan of LRURec in real arithmetic: a complex number is two real tensors."""

from typing import Any

import torch
from torch.nn.functional import pad

Complex = tuple[torch.Tensor, torch.Tensor]  # real and imaginary part


def times(a: Complex, b: Complex) -> Complex:
    """The products a * b; shapes broadcast."""
    return a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]


def plus_times(sum_: Complex, a: Complex, b: Complex) -> Complex:
    """sum_ + a * b without a tensor between; shapes broadcast."""
    real = torch.addcmul(torch.addcmul(sum_[0], a[0], b[0]), a[1], b[1], value=-1)
    imaginary = torch.addcmul(torch.addcmul(sum_[1], a[0], b[1]), a[1], b[0])
    return real, imaginary


def scan(decay: Complex, drive: Complex) -> Complex:
    """All states h_k = decay * h_(k-1) + drive_k, h_0 = 0 (LRURec algorithm 1).

    decay: parts (H,). drive: parts (B, N, H) -> parts (B, N, H) in ceil(log2 N) passes. Pass i
    joins neighbouring runs of l = 2^(i-1) positions: every position of the right one adds the
    last state of the left one, times decay to the power of the positions between (equation 6).
    """
    if torch.compiler.is_exporting():
        return scan_by_doubling(decay, drive)
    apply: Any = _Scan.apply
    states: Complex = apply(*decay, *drive)
    return states


def scan_by_doubling(decay: Complex, drive: Complex) -> Complex:
    """`scan` without writing in place, as formats of graphs have it: more sums, the same states.

    Before pass i a state knows 2^i positions; it adds what the one 2^i before it knows.
    """
    h, power, known = drive, decay, 1
    while known < drive[0].shape[1]:
        real, imaginary = (pad(part[:, :-known], (0, 0, known, 0)) for part in h)
        h, power, known = plus_times(h, power, (real, imaginary)), times(power, power), 2 * known
    return h


class _Scan(torch.autograd.Function):
    """With a gradient that costs one more scan and keeps nothing but the states."""

    @staticmethod
    def forward(ctx: Any, *parts: torch.Tensor) -> Complex:
        decay, drive = (parts[0], parts[1]), (parts[2], parts[3])
        states = _scan_parts(decay, drive, backwards=False)
        ctx.save_for_backward(*decay, *states)
        return states

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        """g_k = grad_k + conj(decay) g_(k+1) by drive_k; by decay their sum with conj(h_(k-1))."""
        decay, h = ctx.saved_tensors[:2], ctx.saved_tensors[2:]
        real, imaginary = _scan_parts((decay[0], -decay[1]), (grads[0], grads[1]), backwards=True)
        after = (real[:, 1:], imaginary[:, 1:])
        before = (h[0][:, :-1], h[1][:, :-1])
        by_real = (after[0] * before[0]).addcmul_(after[1], before[1])
        by_imaginary = (after[1] * before[0]).addcmul_(after[0], before[1], value=-1)
        return by_real.sum((0, 1)), by_imaginary.sum((0, 1)), real, imaginary


def _scan_parts(decay: Complex, drive: Complex, *, backwards: bool) -> Complex:
    """backwards: from the last position to the first."""
    length = drive[0].shape[1]
    passes = (length - 1).bit_length()
    missing = 2**passes - length
    # Zeros where the scan begins leave the state at zero, so they count for nothing.
    zeros = (0, 0, 0, missing) if backwards else (0, 0, missing, 0)
    h = [pad(part, zeros).contiguous() for part in drive]  # a copy, changed in place from here on
    powers = (decay[0][None], decay[1][None])  # decay^1 .. decay^l, (l, H)
    for number in range(passes):
        if number > 0:
            further = times(powers, (powers[0][-1], powers[1][-1]))
            powers = (torch.cat([powers[0], further[0]]), torch.cat([powers[1], further[1]]))
        _join(h, powers, backwards=backwards)
    part = slice(0, length) if backwards else slice(missing, None)
    return h[0][:, part], h[1][:, part]


def _join(h: list[torch.Tensor], powers: Complex, *, backwards: bool) -> None:
    """One pass, in place: of each two runs, the later one adds what the earlier one ends with."""
    run = len(powers[0])
    pairs = [part.view(len(part), -1, 2, run, part.shape[-1]) for part in h]
    if backwards:
        real, imaginary = (pair[:, :, 0] for pair in pairs)
        carried = [pair[:, :, 1, :1] for pair in pairs]
        powers = (powers[0].flip(0), powers[1].flip(0))
    else:
        real, imaginary = (pair[:, :, 1] for pair in pairs)
        carried = [pair[:, :, 0, -1:] for pair in pairs]
    real.addcmul_(powers[0], carried[0]).addcmul_(powers[1], carried[1], value=-1)
    imaginary.addcmul_(powers[0], carried[1]).addcmul_(powers[1], carried[0])
