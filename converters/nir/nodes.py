"""The nodes of a NIR graph: which kinds there are, and the numbers they hold."""

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from typing import Any

import nir
import numpy as np

from ssr_neuro.errors import BadInput
from ssr_neuro.program.linear_maps import Array, Shape

AXES = 16  # of a shape; the most that an array of an HDF5 file has
DT_S = 1e-4  # NIR's usual time step
SPIKING = (nir.IF, nir.LIF, nir.CubaLIF, nir.Threshold)
ANALOG = (nir.LI, nir.CubaLI, nir.I)
LINEAR = (
    nir.Affine,
    nir.Linear,
    nir.Scale,
    nir.Conv1d,
    nir.Conv2d,
    nir.SumPool2d,
    nir.AvgPool2d,
    nir.Flatten,
)
KNOWN = (nir.Input, nir.Output, nir.Delay, *SPIKING, *ANALOG, *LINEAR)
# The part that a float32 file may be off the decimal number it was meant to hold.
FLOAT32 = 2e-7


def ratio(numbers: Any, unit: float) -> Array:
    """numbers / unit as it was meant: a simple fraction where one is as near as float32 is.

    Seconds and their time step are decimals, and files often float32: 2e-4 / 1e-4 is 2, not
    1.99999995.
    """
    with np.errstate(over="ignore"):  # an infinite number of steps is refused where it is read
        quotients = np.asarray(numbers, np.float64) / unit
    distinct, where = np.unique(quotients, return_inverse=True)
    simple = np.array([_simple(float(x)) for x in distinct])
    return np.asarray(simple[where]).reshape(quotients.shape)


def _simple(x: float) -> float:
    if not isfinite(x):
        return x
    near = float(Fraction(x).limit_denominator(64))
    return near if abs(near - x) <= FLOAT32 * abs(x) else x


def shared_value(values: Array, shape: Shape) -> float | Array:
    """One number where all neurons have it, else float64 of the population's shape."""
    array = np.asarray(values, np.float64)
    if (array == array.flat[:1]).all() and array.size:
        return float(array.flat[0])
    return np.ascontiguousarray(np.broadcast_to(array, shape))


def array_of_tensor(tensor: Any) -> Array:
    """A tensor's numbers; those of bfloat16 and the like, which NumPy lacks, as float32."""
    held = tensor.detach().cpu()
    if held.is_floating_point() and held.element_size() < 4:
        held = held.float()
    array: Array = held.numpy()
    return array


def as_shape(node_type: Any) -> Shape | None:
    """The only port of a NIR node as a tuple; None where the graph leaves it open."""
    if not isinstance(node_type, Mapping) or len(node_type) != 1:
        return None
    only = next(iter(node_type.values()))
    if only is None:
        return None
    sizes = np.ravel(only)
    if sizes.size > AXES:
        raise BadInput(f"a shape of {sizes.size:,} axes; at most {AXES} are read")
    if sizes.dtype.kind not in "iu" or not (sizes > 0).all():
        return None  # some exporters write zeros for a shape they lack
    return tuple(int(n) for n in sizes)
