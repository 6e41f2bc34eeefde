"""Linear NIR nodes as maps; structure (one matrix for all positions, pooling) is kept."""

from collections.abc import Callable
from math import prod
from typing import Any

import nir
import numpy as np
import scipy.sparse as sp

from converters.nir.conv import (
    ConvAxis,
    convolution,
    demand_memory_of,
    groups_of,
    numbers,
    pads_of,
)
from converters.nir.nodes import as_shape
from converters.nir.repeated import is_repeated
from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import Affine
from ssr_neuro.program.linear_maps import (
    Array,
    Dense,
    Kron,
    LinearMap,
    Shape,
    Sparse,
    identity,
    sparse,
)


def takes(node: Any) -> Shape | None:
    """Shape that a linear node says it takes; None where it takes what feeds it."""
    if isinstance(node, (nir.Affine, nir.Linear)):
        return (*node.weight.shape[:-2], int(node.weight.shape[-1]))
    if isinstance(node, nir.Scale):
        return None if np.size(node.scale) == 1 else np.shape(node.scale)
    if isinstance(node, (nir.Conv1d, nir.Conv2d)) and node.input_shape is not None:
        axes = np.ndim(node.weight) - 2
        channels = int(node.weight.shape[1]) * groups_of(node)
        return (channels, *numbers(node.input_shape, axes))
    return as_shape(node.input_type) if isinstance(node, nir.Flatten) else None


def affine_of(node: Any, shape: Shape) -> Affine:
    """A linear node that reads `shape`, as a map and the bias after it."""
    linear = _BUILD[type(node)](node, shape)
    bias = getattr(node, "bias", None)
    if bias is None:
        return Affine(linear, np.zeros(1))
    values = np.asarray(bias, np.float64)
    if isinstance(node, (nir.Conv1d, nir.Conv2d)):
        values = values.reshape(-1, *(1,) * (len(linear.out_shape) - 1))
    try:
        np.broadcast_to(values, linear.out_shape)
    except ValueError as error:
        raise BadInput(
            f"a bias of {np.shape(bias)} does not fit {linear.out_shape}; give it that shape"
        ) from error
    return Affine(linear, values)


def diagonal(scale: Array, shape: Shape) -> LinearMap:
    """Elementwise gain; a Kron where it is the same along one axis of two."""
    full = np.broadcast_to(np.asarray(scale, np.float64), shape)
    if full.ndim == 2 and (full == full[:, :1]).all():
        return Kron(np.diag(full[:, 0]), np.eye(shape[1]))
    if full.ndim == 2 and (full == full[:1]).all():
        return Kron(np.eye(shape[0]), np.diag(full[0]))
    return sparse(sp.diags_array(full.ravel()), shape, shape)


def _scale(node: nir.Scale, shape: Shape) -> LinearMap:
    return diagonal(node.scale, shape)


def _matrix(node: Any, shape: Shape) -> LinearMap:
    """weight (out, in), or (..., out, in) for one matrix per index of the leading axes.

    A scipy matrix stays sparse.
    """
    if sp.issparse(node.weight):
        rows, columns = node.weight.shape
        return sparse(node.weight.astype(np.float64), (columns,), (rows,))
    weight = np.asarray(node.weight, np.float64)
    *lead, rows, columns = weight.shape
    if not lead:
        return Dense(weight, (columns,), (rows,))
    blocks = weight.reshape(-1, rows, columns)
    if len(lead) == 1 and is_repeated(blocks):
        return Kron(np.eye(len(blocks)), blocks[0])
    return sparse(sp.block_diag(list(blocks)), (*lead, columns), (*lead, rows))


def _conv1d(node: nir.Conv1d, shape: Shape) -> LinearMap:
    """Kernel 1: channels mix, the length stays: W (x) I."""
    weight = _weight(node, shape, axes=1)
    kernel = weight.shape[2:]
    (stride,), (dilation,) = numbers(node.stride, 1), numbers(node.dilation, 1)
    (pads,) = pads_of(node.padding, kernel, (stride,), (dilation,))
    if (*kernel, stride, groups_of(node), *pads) == (1, 1, 1, 0, 0):
        return Kron(weight[:, :, 0], np.eye(shape[1]))
    rows, columns = (
        ConvAxis(1, 1, 1, (0, 0), 1),
        ConvAxis(shape[1], kernel[0], stride, pads, dilation),
    )
    plane = convolution(weight[:, :, None], rows, columns, groups_of(node))
    return Sparse(plane.matrix, shape, (plane.out_shape[0], plane.out_shape[2]))


def _conv2d(node: nir.Conv2d, shape: Shape) -> LinearMap:
    weight = _weight(node, shape, axes=2)
    kernel = weight.shape[2:]
    stride, dilation = numbers(node.stride, 2), numbers(node.dilation, 2)
    pads = pads_of(node.padding, kernel, stride, dilation)
    rows, columns = map(ConvAxis, shape[1:], kernel, stride, pads, dilation)
    return convolution(weight, rows, columns, groups_of(node))


def _weight(node: Any, shape: Shape, axes: int) -> Array:
    weight = np.asarray(node.weight, np.float64)
    channels = weight.shape[1] * groups_of(node)
    if weight.ndim != axes + 2 or len(shape) != axes + 1 or shape[0] != channels:
        raise BadInput(
            f"a weight of {weight.shape} in {node.groups} groups needs ({channels} channels, and "
            f"{axes} more axes), and reads {shape}"
        )
    return weight


def _pool(node: Any, shape: Shape) -> LinearMap:
    """A depthwise convolution of ones; the mean counts padding, as PyTorch's default does."""
    if len(shape) != 3:
        raise BadInput(f"pooling needs (channels, rows, columns), and reads {shape}")
    kernel, stride = numbers(node.kernel_size, 2), numbers(node.stride, 2)
    rows, columns = map(
        ConvAxis, shape[1:], kernel, stride, pads_of(node.padding, kernel, stride, (1, 1)), (1, 1)
    )
    demand_memory_of(rows, columns, shape[0])
    share = 1 / prod(kernel) if isinstance(node, nir.AvgPool2d) else 1.0
    return convolution(np.full((shape[0], 1, *kernel), share), rows, columns, shape[0])


def flattened(node: nir.Flatten, shape: Shape) -> Shape | None:
    """The shape behind a Flatten; None where its dimensions name no axes of `shape`.

    Axes start_dim to end_dim, both included, become one; there is no batch axis in NIR. Of a vector
    nir's default, 1 to -1, adds an axis of 1.
    """
    dims = (*numbers(node.start_dim, 1), *numbers(node.end_dim, 1))
    start, end = (n + (len(shape) if n < 0 else 0) for n in dims)
    if not (start == end + 1 == len(shape) or 0 <= start <= end < len(shape)):
        return None
    return (*shape[:start], prod(shape[start : end + 1]), *shape[end + 1 :])


def _flatten(node: nir.Flatten, shape: Shape) -> LinearMap:
    merged = flattened(node, shape)
    if merged is None:
        raise BadInput(
            f"start_dim {node.start_dim} and end_dim {node.end_dim} name no axes of {shape}; give "
            f"two of 0 to {len(shape) - 1}, the first not above the second"
        )
    return Sparse(identity(shape).matrix, shape, merged)


_BUILD: dict[type, Callable[[Any, Shape], LinearMap]] = {
    nir.Affine: _matrix,
    nir.Linear: _matrix,
    nir.Scale: _scale,
    nir.Conv1d: _conv1d,
    nir.Conv2d: _conv2d,
    nir.SumPool2d: _pool,
    nir.AvgPool2d: _pool,
    nir.Flatten: _flatten,
}
