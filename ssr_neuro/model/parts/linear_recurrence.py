"""The linear recurrent unit of LRURec in real arithmetic: a complex number is two real tensors."""

import math

import torch
from torch import nn

from ssr_neuro.model.parts.complex_scan import Complex, plus_times, scan

RING = (0.8, 0.99)  # of |eigenvalue| at the start; LRURec section 3.2


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

    def radii(self) -> torch.Tensor:
        """|lambda| of the eigenvalues, (H,), each between 0 and 1."""
        return torch.exp(-torch.exp(self.nu_log))

    def decay(self) -> Complex:
        """The eigenvalues, parts (H,)."""
        radius, angle = self.radii(), torch.exp(self.theta_log)
        return radius * torch.cos(angle), radius * torch.sin(angle)

    def drive_state(self, x: torch.Tensor, present: torch.Tensor) -> Complex:
        """exp(gamma) * B x: x (..., D), present bool (...,) -> parts (..., H); a pad drives 0."""
        # In bf16 the projection alone is rounded: gamma has the precision of the recurrence.
        real, imaginary = self.drive(x).chunk(2, dim=-1)
        gain = torch.exp(self.gamma_log) * present.unsqueeze(-1)
        return real * gain, imaginary * gain

    def states(self, x: torch.Tensor, present: torch.Tensor) -> Complex:
        """x (B, N, D), present bool (B, N) -> the states after every position, parts (B, N, H)."""
        return scan(self.decay(), self.drive_state(x, present))

    def step(self, state: Complex, x: torch.Tensor, present: torch.Tensor) -> Complex:
        """One position more: state parts (B, H), x (B, D), present bool (B,) -> parts (B, H)."""
        return plus_times(self.drive_state(x, present), self.decay(), state)

    def read(self, state: Complex) -> torch.Tensor:
        """Re(C h): parts (..., H) -> (..., D)."""
        out: torch.Tensor = self.readout(torch.cat(state, dim=-1))
        return out
