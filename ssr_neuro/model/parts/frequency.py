"""Discrete Fourier transforms of the positions of a window, in real numbers."""

import torch
from torch import nn

from ssr_neuro.model.parts.fourier import dft_matrices


class Spectrum(nn.Module):
    """The transform of a real window of N positions and its inverse, by matrices.

    Frequencies 0 to N // 2; the others mirror these. Orthonormal: both over sqrt(N).
    """

    real: torch.Tensor
    imaginary: torch.Tensor
    times: torch.Tensor

    def __init__(self, positions: int) -> None:
        super().__init__()
        real, imaginary = (part[: positions // 2 + 1].float() for part in dft_matrices(positions))
        # All but frequency 0, and N / 2 where N is even, stand for a mirrored one as well.
        times = torch.full((len(real), 1), 2.0)
        times[0] = 1.0
        if positions % 2 == 0:
            times[-1] = 1.0
        for name, tensor in (("real", real), ("imaginary", imaginary), ("times", times)):
            self.register_buffer(name, tensor, persistent=False)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """x (B, N, D) -> real and imaginary part, (B, N // 2 + 1, D) each."""
        return self.real @ x, self.imaginary @ x

    def inverse(self, real: torch.Tensor, imaginary: torch.Tensor) -> torch.Tensor:
        """(B, N // 2 + 1, D) each -> the real window that has this spectrum, (B, N, D)."""
        weighted = self.real.T @ (self.times * real), self.imaginary.T @ (self.times * imaginary)
        return weighted[0] + weighted[1]

    def low_pass(self, components: int) -> torch.Tensor:
        """(N, N): what is left of a window without all but its `components` lowest frequencies.

        Frequencies come in mirrored pairs, so an even number of components keeps one more.
        """
        kept = components // 2 + 1
        real, imaginary, times = self.real[:kept], self.imaginary[:kept], self.times[:kept]
        return real.T @ (times * real) + imaginary.T @ (times * imaginary)
