"""The kernels of `layer.c` on tensors.

z, spikes and their gradients are (P, B, T, F), contiguous, float32 or bfloat16. Channels are the P
rows, or the F features. Sums are kept for parts of the batch and then added in order, so that any
number of threads gives the same bits.
"""

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from spikingjelly.activation_based.neuron import LIFNode

from ssr_neuro.model.native.library import LayerShape, address, in_parts, library

NAMES = {torch.float32: "float32", torch.bfloat16: "bfloat16"}
PART_COLUMNS = 2048  # of samples, steps and features: what two levels of caches hold of a part
STRIP = 64  # columns that the products work on at a time, in mixtures.h

Doubles = npt.NDArray[np.float64]
Sums = tuple[Doubles, Doubles]


def fire(
    z: torch.Tensor, gain: torch.Tensor, shift: torch.Tensor, by_row: bool, lif: LIFNode
) -> torch.Tensor:
    """Spikes of z * gain + shift, as z."""
    spikes = torch.empty_like(z)
    _run("fire", z, by_row, lif, z, gain, shift, spikes)
    return spikes


def square_sums(z: torch.Tensor, by_row: bool, lif: LIFNode) -> Sums:
    """Of z and of its square, float64, for every channel."""
    sums = _sums(z, by_row)
    _run("add_squares", z, by_row, lif, z, sums)
    return _total(sums)


def unfire(
    grads: torch.Tensor,
    z: torch.Tensor,
    gain: torch.Tensor,
    shift: torch.Tensor,
    mean: torch.Tensor,
    by_row: bool,
    lif: LIFNode,
) -> tuple[torch.Tensor, Doubles, Doubles]:
    """Gradient of the drive; and its sums and moments about the mean, float64, a channel."""
    d, sums = torch.empty_like(z), _sums(z, by_row)
    _run("unfire", z, by_row, lif, grads, z, gain, shift, mean, d, sums)
    return d, *_total(sums)


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
    """d := scale d - bias - slope (z - mean)."""
    _run("unnormalise", z, by_row, lif, d, z, mean, scale, bias, slope)


def mix(x: torch.Tensor, weight: torch.Tensor, lif: LIFNode) -> tuple[torch.Tensor, Sums]:
    """weight (P, Q) times x (Q, B, T, F), bfloat16 -> z (P, B, T, F), and its `square_sums`."""
    z = x.new_empty(weight.shape[0], *x.shape[1:])
    sums, pairs = _sums(z, True), _pairs(weight)
    layer = _layer(z, True, lif, len(x))

    def run(first: int, last: int) -> None:
        space = torch.empty(pairs.shape[1] // 2 * _width(layer), dtype=torch.int32)
        given = map(address, (pairs, x, z, sums, space))
        _library().mix(ctypes.byref(layer), *given, _number(first), _number(last))

    in_parts(run, len(sums))
    return z, _total(sums)


def unmix(
    d: torch.Tensor,
    z: torch.Tensor,
    x: torch.Tensor,
    weight: torch.Tensor,
    coefficients: tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor],
    lif: LIFNode,
    *,
    learns: bool,
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Gradients of `mix` by x, and by the weight, float32, if it learns.

    coefficients: mean, scale, bias, slope of `unnormalise`, through which the gradient of z comes.
    """
    dx, pairs = torch.empty_like(x), _pairs(weight.T)
    layer = _layer(z, True, lif, len(x))
    parts = _parts(layer)
    dw = torch.empty(parts, *weight.shape) if learns else None

    def run(first: int, last: int) -> None:
        size = _library().unmix_space(*map(_number, (len(z), len(x), _width(layer))))
        space = torch.empty(size, dtype=torch.int32)
        given = map(address, (pairs, d, z, x, *coefficients, dx, dw, space))
        _library().unmix(ctypes.byref(layer), *given, _number(first), _number(last))

    in_parts(run, parts)
    return dx, None if dw is None else dw.sum(0)


def silent_rows(grads: torch.Tensor) -> int:
    """How many of the first rows of (P, B, T, F) hold zeros alone."""
    size = grads[0].numel() * grads.element_size()
    return int(_library().silent_rows(address(grads), _number(len(grads)), _number(size)))


def add_rows(rows: torch.Tensor, places: torch.Tensor, out: torch.Tensor) -> None:
    """out[places[i]] += rows[i]: (n, K) into float32 (V, K)."""
    name = f"add_rows_{NAMES[rows.dtype]}"
    shape = _number(len(rows)), _number(rows.shape[1])
    getattr(_library(), name)(address(rows), address(places), address(out), *shape)


def _run(name: str, z: torch.Tensor, by_row: bool, lif: LIFNode, *tensors: torch.Tensor) -> None:
    layer = _layer(z, by_row, lif)
    kernel: Any = getattr(_library(), f"{name}_{NAMES[z.dtype]}")

    def run(first: int, last: int) -> None:
        kernel(ctypes.byref(layer), *map(address, tensors), _number(first), _number(last))

    in_parts(run, _parts(layer))


def _library() -> ctypes.CDLL:
    if (found := library()) is None:
        raise TypeError("there are no compiled kernels here")
    return found


def _layer(z: torch.Tensor, by_row: bool, lif: LIFNode, inputs: int = 0) -> LayerShape:
    part = max(1, PART_COLUMNS // (z.shape[2] * z.shape[3]))
    alpha = lif.surrogate_function.alpha
    return LayerShape(*z.shape, inputs, by_row, part, 1 / lif.tau, lif.v_threshold, alpha)


def _parts(layer: LayerShape) -> int:
    return -(-int(layer.samples) // int(layer.part))


def _width(layer: LayerShape) -> int:
    """Columns of a part, in whole strips."""
    return -(-int(layer.part * layer.steps * layer.features) // STRIP) * STRIP


def _sums(z: torch.Tensor, by_row: bool) -> torch.Tensor:
    part = max(1, PART_COLUMNS // (z.shape[2] * z.shape[3]))
    channels = z.shape[0] if by_row else z.shape[3]
    return torch.zeros(-(-z.shape[1] // part), 2, channels, dtype=torch.float64)


def _total(sums: torch.Tensor) -> Sums:
    first, second = sums.numpy().sum(0)
    return first, second


def _pairs(weight: torch.Tensor) -> torch.Tensor:
    """In bfloat16, with a column of zeros where their number is odd."""
    rounded = weight.to(torch.bfloat16)
    if rounded.shape[1] % 2:
        rounded = torch.nn.functional.pad(rounded, (0, 1))
    return rounded.contiguous()


def _number(value: int) -> ctypes.c_int64:
    return ctypes.c_int64(value)
