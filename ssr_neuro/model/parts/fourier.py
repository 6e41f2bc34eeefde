"""The fixed Fourier matrices of the filter layer, whole or without what mirrors something else."""

import math

import torch


def dft_matrices(positions: int) -> tuple[torch.Tensor, torch.Tensor]:
    """W_R and W_I, (N, N) each, over sqrt(N) (paper equations 13 and 14, n and k from 0).

    The paper counts n and k from 1; that only turns the phase of frequency k by 2 pi k / N.
    """
    index = torch.arange(positions, dtype=torch.float64)
    turn = torch.outer(index, index).remainder(positions)
    # The lesser of an angle and its mirror, so that mirrored frequencies are equal to the last
    # bit, and rounded, so that zeros are zeros: a chip need neither compute the one twice nor
    # store the other.
    angle = torch.minimum(turn, positions - turn) * (2 * math.pi / positions)
    side = torch.sign(positions - 2 * turn)
    both = torch.stack([angle.cos(), -side * angle.sin()])
    real, imaginary = both.div(math.sqrt(positions)).round(decimals=15)
    return real, imaginary


def transforms(positions: int, spectrum: str) -> tuple[torch.Tensor, torch.Tensor]:
    """[W_R; W_I] and [W_R; -W_I], float64 (rows, N): the transform and the inverse of a real input.

    "full": 2N rows. "half": rows 0..N/2 of W_R and 1..ceil(N/2)-1 of W_I, N in all; the others
    mirror these (row k is row N-k, of W_I its negative) or are zero.
    """
    real, imaginary = dft_matrices(positions)
    if spectrum == "half":
        real, imaginary = real[: positions // 2 + 1], imaginary[1 : (positions + 1) // 2]
    return torch.cat([real, imaginary]), torch.cat([real, -imaginary])


def unfolding(positions: int) -> torch.Tensor:
    """(2N, N) of 0, 1 and -1: the rows of the full spectrum from those of the half one."""
    matrix = torch.zeros(2 * positions, positions)
    for k in range(positions):
        kept = min(k, positions - k)
        matrix[k, kept] = 1
        if 0 < kept < (positions + 1) // 2:
            matrix[positions + k, positions // 2 + kept] = 1 if k == kept else -1
    return matrix
