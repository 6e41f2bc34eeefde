"""The nodes of NIR without a state, by their equations, on arrays without batch axis."""

from collections.abc import Callable
from typing import Any

import nir
import numpy as np

from .arrays import Array


def apply(node: Any, x: Array) -> Array:
    """What a node gives for x. Raises KeyError for a kind that has a state."""
    return _EQUATIONS[type(node)](node, x)


def _affine(node: nir.Affine, x: Array) -> Array:
    """y = W x + b, over the last axis."""
    return _linear(node, x) + np.asarray(node.bias, np.float64)


def _linear(node: Any, x: Array) -> Array:
    """y = W x, over the last axis."""
    y: Array = np.einsum("...ij,...j->...i", np.asarray(node.weight, np.float64), x)
    return y


def _scale(node: nir.Scale, x: Array) -> Array:
    """y = s x, element by element."""
    return np.asarray(node.scale, np.float64) * x


def _flatten(node: nir.Flatten, x: Array) -> Array:
    start, end = (int(n) % x.ndim for n in (node.start_dim, node.end_dim))
    return x.reshape(*x.shape[:start], -1, *x.shape[end + 1 :])


def _conv(node: Any, x: Array) -> Array:
    """Cross-correlation in one or two dimensions: (C_in, *space) -> (C_out, *space)."""
    weight = np.asarray(node.weight, np.float64)
    dims = weight.ndim - 2
    stride, dilation = _sizes(node.stride, dims), _sizes(node.dilation, dims)
    padded = _padded(x, _padding(node.padding, weight.shape[2:], dilation))
    extents = [d * (k - 1) + 1 for d, k in zip(dilation, weight.shape[2:], strict=True)]
    windows = _windows(padded, extents, stride)  # (C_in, *out, *extent)
    places: Any = (..., *(slice(None, None, d) for d in dilation))
    picked = windows[places]
    groups = int(node.groups)
    inputs = np.split(picked, groups)
    outputs = [
        _correlate(w, i, dims) for w, i in zip(np.split(weight, groups), inputs, strict=True)
    ]
    bias = np.asarray(node.bias, np.float64).reshape(-1, *(1,) * dims)
    return np.concatenate(outputs) + bias


def _correlate(weight: Array, windows: Array, dims: int) -> Array:
    kernel = tuple(range(-dims, 0))
    return np.tensordot(weight, windows, axes=((1, *kernel), (0, *kernel)))


def _sum_pool(node: Any, x: Array) -> Array:
    size, stride, padding = (_sizes(n, 2) for n in (node.kernel_size, node.stride, node.padding))
    both = [(p, p) for p in padding]
    y: Array = _windows(_padded(x, both), size, stride).sum(axis=(-2, -1))
    return y


def _average_pool(node: nir.AvgPool2d, x: Array) -> Array:
    """The sum over the number of places of the kernel, those of the padding among them."""
    return _sum_pool(node, x) / np.prod(_sizes(node.kernel_size, 2))


def _windows(x: Array, extents: list[int], stride: list[int]) -> Array:
    dims = len(extents)
    axes = tuple(range(-dims, 0))
    seen = np.lib.stride_tricks.sliding_window_view(x, extents, axis=axes)
    return seen[(slice(None), *(slice(None, None, s) for s in stride))]


def _padded(x: Array, both: list[tuple[int, int]]) -> Array:
    return np.pad(x, [(0, 0), *both])


def _padding(padding: Any, kernel: tuple[int, ...], dilation: list[int]) -> list[tuple[int, int]]:
    """Zeros before and after each dimension; with "same" the odd one goes behind."""
    word = padding.decode() if isinstance(padding, bytes) else padding
    if not isinstance(word, str):
        return [(n, n) for n in _sizes(padding, len(kernel))]
    if word == "same":
        totals = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
        return [(total // 2, total - total // 2) for total in totals]
    return [(0, 0)] * len(kernel)


def _sizes(numbers: Any, dims: int) -> list[int]:
    return [int(n) for n in np.broadcast_to(np.ravel(numbers), (dims,))]


_EQUATIONS: dict[type, Callable[[Any, Array], Array]] = {
    nir.Affine: _affine,
    nir.Linear: _linear,
    nir.Scale: _scale,
    nir.Flatten: _flatten,
    nir.Conv1d: _conv,
    nir.Conv2d: _conv,
    nir.SumPool2d: _sum_pool,
    nir.AvgPool2d: _average_pool,
}
