"""`ssr_neuro.model.native.kernels` by Numba, where the C kernels cannot be built."""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from spikingjelly.activation_based.neuron import LIFNode

from ssr_neuro.model.parts import norm_lif_kernels

compiled: Any = norm_lif_kernels  # what Numba compiles has no types
Doubles = npt.NDArray[np.float64]
Sums = tuple[Doubles, Doubles]


def fire(
    z: torch.Tensor, gain: torch.Tensor, shift: torch.Tensor, by_row: bool, lif: LIFNode
) -> torch.Tensor:
    spikes = torch.empty_like(z)
    given = memory(z), memory(gain), memory(shift)
    compiled.forward(*given, by_row, lif.tau, lif.v_threshold, memory(spikes))
    return spikes


def square_sums(z: torch.Tensor, by_row: bool, lif: LIFNode) -> Sums:
    total, squares = _zeros(z), _zeros(z)
    compiled.sums(memory(z), total, squares)
    return _of_channels(total, by_row), _of_channels(squares, by_row)


def unfire(
    grads: torch.Tensor,
    z: torch.Tensor,
    gain: torch.Tensor,
    shift: torch.Tensor,
    mean: torch.Tensor,
    by_row: bool,
    lif: LIFNode,
) -> tuple[torch.Tensor, Doubles, Doubles]:
    d, sums, moments = torch.empty_like(z), _zeros(z), _zeros(z)
    given = [memory(x) for x in (grads, z, gain, shift, mean)]
    alpha = lif.surrogate_function.alpha
    to = memory(d), sums, moments
    compiled.backward(*given, by_row, lif.tau, lif.v_threshold, alpha, *to)
    return d, _of_channels(sums, by_row), _of_channels(moments, by_row)


def unnormalise(
    d: torch.Tensor,
    z: torch.Tensor,
    by_row: bool,
    mean: torch.Tensor,
    scale: torch.Tensor,
    bias: torch.Tensor,
    slope: torch.Tensor,
    lif: LIFNode,
) -> None:
    coefficients = [memory(x) for x in (mean, scale, bias, slope)]
    compiled.input_gradient(memory(d), memory(z), by_row, *coefficients)


def add_rows(rows: torch.Tensor, places: torch.Tensor, out: torch.Tensor) -> None:
    compiled.add_rows(memory(rows), memory(places), memory(out))


def memory(x: torch.Tensor) -> Any:
    """The memory of a tensor; NumPy has no bfloat16, the kernels read its bits."""
    own = x.detach()
    return own.view(torch.uint16).numpy() if own.dtype == torch.bfloat16 else own.numpy()


def _zeros(z: torch.Tensor) -> Any:
    return np.zeros((z.shape[0], z.shape[3]))


def _of_channels(sums: Doubles, by_row: bool) -> Doubles:
    found: Doubles = sums.sum(axis=1 if by_row else 0)
    return found
