"""What is wrong with the numbers of one NIR node, whatever graph it stands in."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import nir
import numpy as np
import scipy.sparse as sp

from converters.nir.nodes import ANALOG, SPIKING
from ssr_neuro.program.linear_maps import Array, Shape

TYPES = ("input_type", "output_type", "metadata")  # fields that hold no parameter
# The least of each parameter that counts something; all others are real numbers.
LEAST = {
    "kernel_size": 1,
    "stride": 1,
    "dilation": 1,
    "groups": 1,
    "input_shape": 1,
    "padding": 0,
    "start_dim": None,
    "end_dim": None,
}
LARGEST = 1 << 31  # of any of these
SINGLE = ("groups", "start_dim", "end_dim")
SPACE = {nir.Conv1d: 1, nir.Conv2d: 2, nir.SumPool2d: 2, nir.AvgPool2d: 2}  # axes of a kernel
ABSENT = ("input_shape", "bias")  # may be None
PADDINGS = ("same", "valid")
AXES = {nir.Affine: (2, None), nir.Linear: (2, None), nir.Conv1d: (3, 3), nir.Conv2d: (4, 4)}


def parameter_problems(node: Any) -> Iterator[str]:
    """Kinds of values, NaN, sizes below 1, shapes: nir checks few of them in a file."""
    values = {f.name: getattr(node, f.name) for f in fields(node) if f.name not in TYPES}
    given = {n: x for n, x in values.items() if x is not None or n not in ABSENT}
    reals = {n: _as_array(x) for n, x in given.items() if n not in LEAST}
    odd = [n for n, x in reals.items() if x.dtype.kind not in "fiub" or x.size == 0]
    if odd:
        yield f"{', '.join(odd)} {_hold(odd)} no real numbers; give an array of them"
    numeric = {n: x for n, x in reals.items() if n not in odd}
    bad = [n for n, x in numeric.items() if not _is_finite(x)]
    if bad:
        yield f"{', '.join(bad)} {_hold(bad)} NaN or infinity; give finite numbers"
    yield from count_problems(type(node), given)
    yield from _type_problems(node)
    yield from _shape_problems(node, numeric)


def count_problems(kind: type, fields: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with strides, paddings and the like, among the fields of a node by name."""
    for name in (n for n in fields if n in LEAST):
        most = 1 if name in SINGLE else SPACE[kind]
        yield from _count_problems(name, fields[name], most)


def _as_array(value: Any) -> Any:
    """A scipy matrix, of a graph that was read sparse, has a type and axes too."""
    return value if sp.issparse(value) else np.asarray(value)


def _is_finite(array: Any) -> bool:
    return bool(np.isfinite(array.data if sp.issparse(array) else array).all())


def _hold(names: list[str]) -> str:
    return "holds" if len(names) == 1 else "hold"


def _count_problems(name: str, value: Any, most: int) -> Iterator[str]:
    """One whole number, or `most`."""
    if name == "padding" and isinstance(value, str) and value in PADDINGS:
        return
    array, least = np.asarray(value), LEAST[name]
    whole = array.dtype.kind in "iu" or (
        array.dtype.kind == "f" and bool((np.isfinite(array) & (np.rint(array) == array)).all())
    )
    if not whole or array.size not in (1, most):
        yield f"{name} is {array.tolist()!r}; give a whole number" + f", or {most}" * (most > 1)
    elif least is not None and array.min() < least:
        yield f"{name} is {array.tolist()!r}; it is at least {least}"
    elif array.max() > LARGEST:
        yield f"{name} is {array.tolist()!r}; it is at most {LARGEST:,}"


def _type_problems(node: Any) -> Iterator[str]:
    """Of the nodes whose declared shapes are read."""
    if not isinstance(node, (nir.Input, nir.Output, nir.Flatten)):
        return
    for name in ("input_type", "output_type"):
        declared = getattr(node, name)
        if declared is not None and not isinstance(declared, Mapping):
            port = name.removesuffix("_type")
            yield (
                f"{name} is {type(declared).__name__}, not a dict of a port and its shape; give "
                f"{{{port!r}: shape}}"
            )


def _shape_problems(node: Any, numeric: dict[str, Array]) -> Iterator[str]:
    """Parameters of a neuron are of one shape or single; weights have their axes."""
    least, most = AXES.get(type(node), (0, None))
    weight = numeric.get("weight")
    if weight is not None and (weight.ndim < least or (most is not None and weight.ndim > most)):
        axes = f"{least} axes" + ("" if most else " or more")
        yield f"weight has the shape {weight.shape}; a {type(node).__name__} needs {axes}"
    if isinstance(node, (*SPIKING, *ANALOG)):
        yield from differing_shapes(numeric, {x.shape for x in numeric.values() if x.size > 1})


def differing_shapes(parameters: Mapping[str, Array], shapes: set[Shape]) -> Iterator[str]:
    """A problem where the shapes, those of the parameters that must be alike, are several."""
    if len(shapes) > 1:
        each = ", ".join(f"{name} {x.shape}" for name, x in parameters.items())
        yield f"its parameters differ in shape: {each}; give all the same"
