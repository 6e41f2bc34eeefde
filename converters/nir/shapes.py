"""The shape that every node of a NIR graph takes and gives, and where two do not fit."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import nir
import numpy as np

from converters.nir.graph import Flat
from converters.nir.linear import affine_of, takes
from converters.nir.neurons import size_of
from converters.nir.nodes import ANALOG, LINEAR, SPIKING, as_shape
from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import Affine
from ssr_neuro.program.linear_maps import Shape


@dataclass
class Shaped:
    """By name: shapes taken and given, and the maps of linear nodes. problems: with their nodes."""

    taken: dict[str, Shape] = field(default_factory=dict)
    given: dict[str, Shape] = field(default_factory=dict)
    affines: dict[str, Affine] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def infer_shapes(flat: Flat, unsound: Collection[str] = ()) -> Shaped:
    """Shapes are read off parameters, or else passed on from what feeds a node.

    What the file says of shapes is not trusted: nir 1.0.8 takes every kernel to be square and
    every convolution to have one group. A neuron, Scale or Delay of a single number stands for as
    many as feed it. Of `unsound` nodes, and of what only they would tell, there is no shape.
    """
    found, sound = Shaped(), [name for name in flat.nodes if name not in unsound]
    while True:
        if any([_settle(flat, found, name) for name in sound if name not in found.taken]):
            continue
        lone = [n for n in sound if n not in found.taken and _single(flat.nodes[n])]
        if unsound or found.problems or not lone:
            break
        _place(flat, found, lone[0], np.shape(_numbers(flat.nodes[lone[0]])))
    found.problems += [
        f"{name}: this Input has no shape; give it one"
        for name, _ in flat.of(nir.Input)
        if name not in found.taken
    ]
    found.problems += _misfits(flat, found)
    return found


def _settle(flat: Flat, found: Shaped, name: str) -> bool:
    """Whether the shape of a node could be told now."""
    own = _own(flat.nodes[name])
    fed = (found.given[source] for source in flat.before[name] if source in found.given)
    shape = own if own is not None else next(fed, None)
    if shape is not None:
        _place(flat, found, name, shape)
    return shape is not None


def _place(flat: Flat, found: Shaped, name: str, shape: Shape) -> None:
    node = flat.nodes[name]
    found.taken[name] = shape
    if not isinstance(node, LINEAR):
        found.given[name] = shape
        return
    try:
        found.affines[name] = affine_of(node, shape)
        found.given[name] = found.affines[name].map.out_shape
    except BadInput as problem:
        found.problems.append(f"{name}: {problem}{_readers(flat, name)}")


def _readers(flat: Flat, name: str) -> str:
    return f" (from {', '.join(map(repr, flat.before[name]))})" if flat.before[name] else ""


def _own(node: Any) -> Shape | None:
    """The shape that a node's own parameters or declaration ask for."""
    if isinstance(node, LINEAR):
        return takes(node)
    if isinstance(node, (*SPIKING, *ANALOG)):
        return size_of(node)
    if isinstance(node, nir.Delay):
        return None if np.size(node.delay) == 1 else np.shape(node.delay)
    return as_shape(getattr(node, "output_type", None))


def _single(node: Any) -> bool:
    return _numbers(node) is not None and np.size(_numbers(node)) == 1


def _numbers(node: Any) -> Any:
    """The parameter whose shape is the node's, for those with one number per neuron."""
    names = ("r", "threshold", "scale", "delay")
    return next((getattr(node, name) for name in names if hasattr(node, name)), None)


def _misfits(flat: Flat, found: Shaped) -> list[str]:
    return [
        f"{name}: it takes {found.taken[name]}, and {source!r} gives {found.given[source]}; "
        "Flatten changes a shape, a sum needs equal ones"
        for name, sources in flat.before.items()
        for source in sources
        if name in found.taken and source in found.given
        if found.taken[name] != found.given[source]
    ]
