"""The batch axis that exporters leave in the shapes of Input, Output and Flatten.

nirtorch traces a network with an example and writes the example's shape, its batch axis of 1
included, and for Rockpool and Sinabs its time axis; NIR has neither.
"""

from collections.abc import Sequence

import nir

from converters.nir.conv import numbers
from converters.nir.graph import Flat
from converters.nir.linear import flattened
from converters.nir.nodes import as_shape
from ssr_neuro.program.linear_maps import Shape


def batch_axes_of(flat: Flat) -> int:
    """The most leading axes that could be dropped of an Input's shape, which keeps one."""
    shapes = [as_shape(node.output_type) or () for _, node in flat.of(nir.Input)]
    return max((len(shape) - 1 for shape in shapes), default=0)


def drop_axes(notes: list[str], flat: Flat, name: str, shape: Shape, most: int) -> Shape:
    """The shape without up to `most` of the leading axes that may be dropped; a note says so."""
    dropped = min(most, len(shape) - 1)
    if dropped < 1:
        return shape
    kind = type(flat.nodes[name]).__name__
    axes = "the batch axis" if shape[:dropped] == (1,) else "axes of batch or time"
    notes.append(
        f"{name}: the shape {shape} of this {kind} begins with {axes} of the exporter; it is read "
        f"as {shape[dropped:]}"
    )
    return shape[dropped:]


def flatten_as_meant(
    notes: list[str], name: str, node: nir.Flatten, shape: Shape, wanted: Sequence[Shape]
) -> nir.Flatten:
    """The Flatten with dimensions that count from a shape without batch axis.

    `start_dim` of 1 keeps the batch axis of PyTorch. Where the axes that it declares are more than
    `shape`, or only without that axis the result is what a reader takes, it counts from one less;
    so it does of a vector, which PyTorch leaves one, unless a reader takes a last axis of 1.
    """
    declared = as_shape(node.input_type)
    left = max(0, len(declared) - len(shape)) if declared is not None else 0
    if declared is not None and left and declared[left:] == shape:
        return _counting_from(node, left)
    other = _counting_from(node, 1)
    if numbers(node.start_dim, 1)[0] < 1 or flattened(node, shape) in wanted:
        return node
    if flattened(other, shape) not in (shape if len(shape) == 1 else None, *wanted):
        return node
    notes.append(
        f"{name}: start_dim {node.start_dim} of this Flatten counts a batch axis; it is read as "
        f"{other.start_dim}"
    )
    return other


def _counting_from(node: nir.Flatten, left: int) -> nir.Flatten:
    def moved(axis: int) -> int:
        return axis if axis < 0 else max(0, axis - left)

    (start,), (end,) = numbers(node.start_dim, 1), numbers(node.end_dim, 1)
    return nir.Flatten({"input": None}, moved(start), moved(end))
