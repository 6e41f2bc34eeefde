"""The linear recurrent unit of LRURec in real arithmetic: a complex number is two real tensors."""

import math

import torch
from torch import nn
from torch.nn.functional import pad

Complex = tuple[torch.Tensor, torch.Tensor]  # real and imaginary part
RING = (0.8, 0.99)  # of |eigenvalue| at the start; LRURec section 3.2


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
    length = drive[0].shape[1]
    passes = (length - 1).bit_length()
    # Zeros on the left leave the state at zero, so they count for nothing.
    h = (_padded(drive[0], 2**passes), _padded(drive[1], 2**passes))
    powers = (decay[0][None], decay[1][None])  # decay^1 .. decay^l, (l, H)
    for number in range(passes):
        run = 2**number
        if number > 0:
            longest = (powers[0][-1], powers[1][-1])
            powers = _joined(powers, times(powers, longest), dim=0)
        pairs = [part.reshape(len(part), -1, 2 * run, part.shape[-1]) for part in h]
        left = (pairs[0][:, :, :run], pairs[1][:, :, :run])
        right = (pairs[0][:, :, run:], pairs[1][:, :, run:])
        carried = (left[0][:, :, -1:], left[1][:, :, -1:])
        joined = _joined(left, plus_times(right, powers, carried), dim=2)
        h = (joined[0].flatten(1, 2), joined[1].flatten(1, 2))
    return h[0][:, -length:], h[1][:, -length:]


def _padded(part: torch.Tensor, length: int) -> torch.Tensor:
    return pad(part, (0, 0, length - part.shape[1], 0))


def _joined(left: Complex, right: Complex, dim: int) -> Complex:
    return torch.cat([left[0], right[0]], dim), torch.cat([left[1], right[1]], dim)


class LinearRecurrence(nn.Module):
    """LRURec equation 5: D features in, a state of H complex numbers, D features out.

    The eigenvalues are exp(-exp(nu_log) + j exp(theta_log)), the input of each is scaled by
    exp(gamma_log). drive is B with a bias, its real part's rows before its imaginary part's;
    readout is Re(C h) with a bias, its columns Re(C) before -Im(C).
    """

    def __init__(self, features: int, states: int) -> None:
        super().__init__()
        low, high = RING
        # Uniform over the ring's area; 1 - rand is never 0, whose logarithm has no gradient.
        square = low**2 + (high**2 - low**2) * torch.rand(states)
        self.nu_log = nn.Parameter(torch.log(-0.5 * torch.log(square)))
        self.theta_log = nn.Parameter(torch.log(2 * math.pi * (1 - torch.rand(states))))
        self.gamma_log = nn.Parameter(0.5 * torch.log(1 - square))
        self.drive = nn.Linear(features, 2 * states)
        self.readout = nn.Linear(2 * states, features)

    def decay(self) -> Complex:
        """The eigenvalues, parts (H,)."""
        radius, angle = torch.exp(-torch.exp(self.nu_log)), torch.exp(self.theta_log)
        return radius * torch.cos(angle), radius * torch.sin(angle)

    def driven(self, x: torch.Tensor, present: torch.Tensor) -> Complex:
        """exp(gamma) * B x: x (..., D), present bool (...,) -> parts (..., H); a pad drives 0."""
        # In bf16 the projection alone is rounded: gamma has the precision of the recurrence.
        real, imaginary = self.drive(x).chunk(2, dim=-1)
        gain = torch.exp(self.gamma_log) * present.unsqueeze(-1)
        return real * gain, imaginary * gain

    def states(self, x: torch.Tensor, present: torch.Tensor) -> Complex:
        """x (B, N, D), present bool (B, N) -> the states after every position, parts (B, N, H)."""
        return scan(self.decay(), self.driven(x, present))

    def step(self, state: Complex, x: torch.Tensor, present: torch.Tensor) -> Complex:
        """One position more: state parts (B, H), x (B, D), present bool (B,) -> parts (B, H)."""
        return plus_times(self.driven(x, present), self.decay(), state)

    def read(self, state: Complex) -> torch.Tensor:
        """Re(C h): parts (..., H) -> (..., D)."""
        out: torch.Tensor = self.readout(torch.cat(state, dim=-1))
        return out
