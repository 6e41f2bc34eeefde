"""Convolutions and poolings as sparse maps, neurons in C order (channel, row, column)."""

import reprlib
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp

from ssr_neuro.errors import BadInput
from ssr_neuro.files.limits import demand_memory
from ssr_neuro.program.linear_maps import Array, Shape, Sparse, sparse

Pads = tuple[int, int]  # before and behind


class ConvAxis(NamedTuple):
    """How a kernel slides along one axis of `size` neurons."""

    size: int
    kernel: int
    stride: int
    pads: Pads
    dilation: int

    @property
    def places(self) -> int:
        """Positions of the kernel, PyTorch's rule. Raises BadInput where there is none."""
        reach = self.dilation * (self.kernel - 1) + 1
        free = self.size + sum(self.pads) - reach
        if min(self.stride, self.dilation, self.kernel) < 1 or free < 0:
            raise BadInput(
                f"a kernel of {self.kernel}, stride {self.stride}, dilation {self.dilation} and "
                f"padding {self.pads} does not fit onto {self.size} neurons"
            )
        return free // self.stride + 1

    def read(self) -> Array:
        """Index that tap k of place o reads, below 0 or from `size` on in the padding: (o, k)."""
        starts = np.arange(self.places)[:, None] * self.stride - self.pads[0]
        indices: Array = starts + np.arange(self.kernel)[None] * self.dilation
        return indices


def convolution(weight: Array, rows: ConvAxis, columns: ConvAxis, groups: int = 1) -> Sparse:
    """weight: (channels out, channels in / groups, *kernel), a correlation as in PyTorch.

    Maps (channels in, rows, columns) to (channels out, places of rows, places of columns).
    """
    outputs, inputs = weight.shape[:2]
    if groups < 1 or outputs % groups:
        raise BadInput(f"{outputs} output channels cannot be split into {groups} groups")
    demand_memory_of(rows, columns, outputs * inputs)
    target, source, tap = _taps(rows, columns)
    shape_in = (inputs * groups, rows.size, columns.size)
    shape_out = (outputs, rows.places, columns.places)
    out = np.arange(outputs)[:, None, None]
    into = np.arange(inputs)[None, :, None] + out // (outputs // groups) * inputs
    values = weight.reshape(outputs, inputs, -1)[:, :, tap]
    at = (
        np.broadcast_to(out * rows.places * columns.places + target, values.shape),
        np.broadcast_to(into * rows.size * columns.size + source, values.shape),
    )
    size = (int(np.prod(shape_out)), int(np.prod(shape_in)))
    matrix = sp.coo_array((values.ravel(), tuple(x.ravel() for x in at)), shape=size)
    return sparse(matrix, shape_in, shape_out)


def demand_memory_of(rows: ConvAxis, columns: ConvAxis, pairs: int) -> None:
    """Raises BadInput where a convolution is too large. pairs: of channels, into and out of it."""
    taps = rows.places * columns.places * rows.kernel * columns.kernel
    demand_memory(
        8 * taps * (6 + 4 * pairs),
        f"a convolution of {rows.size} x {columns.size} neurons with {taps:,} taps a channel",
        "use fewer neurons or a smaller kernel",
    )


def _taps(rows: ConvAxis, columns: ConvAxis) -> tuple[Array, Array, Array]:
    """Place, neuron and kernel index of every tap that does not fall into the padding."""
    y, x = rows.read()[:, None, :, None], columns.read()[None, :, None, :]
    inside = (y >= 0) & (y < rows.size) & (x >= 0) & (x < columns.size)
    place = np.arange(rows.places * columns.places).reshape(rows.places, columns.places, 1, 1)
    tap = np.arange(rows.kernel * columns.kernel).reshape(1, 1, rows.kernel, columns.kernel)
    where = (place, y * columns.size + x, tap)
    target, source, index = (np.broadcast_to(a, inside.shape)[inside] for a in where)
    return target, source, index


def pads_of(padding: Any, kernel: Shape, stride: Shape, dilation: Shape) -> tuple[Pads, ...]:
    """Padding per axis: numbers on both sides, 'valid' for none, 'same' to keep the size."""
    if not isinstance(padding, str):
        return tuple((n, n) for n in numbers(padding, len(kernel)))
    if padding == "valid":
        return ((0, 0),) * len(kernel)
    if set(stride) != {1}:
        raise BadInput(f"padding 'same' needs a stride of 1, this one is {stride}; give numbers")
    total = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
    return tuple((n // 2, n - n // 2) for n in total)


def numbers(value: Any, axes: int) -> Shape:
    """A whole number for each axis; one given is meant for all."""
    if np.size(value) not in (1, axes):
        shown = reprlib.repr(np.ravel(value)[:9].tolist())
        raise BadInput(f"{shown} is not one number, nor one for each of {axes} axes")
    given = [int(n) for n in np.ravel(value)]
    return tuple(given * (axes // len(given)))


def groups_of(node: Any) -> int:
    """Groups of a convolution. Raises BadInput where it is no single number."""
    return numbers(node.groups, 1)[0]
