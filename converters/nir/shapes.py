"""The shape that every node of a NIR graph takes and gives, and where two do not fit."""

from collections.abc import Collection
from dataclasses import dataclass, field
from math import prod
from typing import Any

import nir
import numpy as np

from converters.nir.batch_axes import batch_axes_of, drop_axes, flatten_as_meant
from converters.nir.graph import Flat
from converters.nir.linear import affine_of, takes
from converters.nir.neurons import size_of
from converters.nir.nodes import ANALOG, LINEAR, SPIKING, as_shape
from ssr_neuro.errors import BadInput
from ssr_neuro.program.ir import Affine
from ssr_neuro.program.linear_maps import Shape


@dataclass
class Shaped:
    """By name: shapes taken and given, and the maps of linear nodes.

    problems, notes: what does not fit, and which axes were dropped, each with its node. unsound:
    nodes whose parameters say nothing. recounted: Flattens that count a batch axis.
    """

    unsound: Collection[str] = ()
    taken: dict[str, Shape] = field(default_factory=dict)
    given: dict[str, Shape] = field(default_factory=dict)
    affines: dict[str, Affine] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    recounted: list[str] = field(default_factory=list)


def infer_shapes(flat: Flat, unsound: Collection[str] = ()) -> Shaped:
    """Shapes are read off parameters, or else passed on from what feeds a node.

    What the file says of shapes is not trusted: nir 1.0.8 takes every kernel to be square and
    every convolution to have one group, and exporters leave the batch axis of the example that
    they traced, Rockpool's with its time axis. So leading axes of the Inputs, of any size, are
    dropped where the graph fits only without them, or where a Flatten counts such an axis; those of
    an Output or Flatten where what feeds it has none, and of a neuron's parameters where they are
    of 1 as well. A neuron, Scale or Delay of a single number stands for as many as feed it. Of
    `unsound` nodes, and of what only they would tell, there is no shape.
    """
    plain = _infer(flat, unsound, 0)
    if not plain.problems and not plain.recounted:
        return plain
    others = [_infer(flat, unsound, dropped) for dropped in range(1, batch_axes_of(flat) + 1)]
    return next((shaped for shaped in others if not shaped.problems), plain)


def _infer(flat: Flat, unsound: Collection[str], dropped: int) -> Shaped:
    """The shapes with up to `dropped` leading axes of every Input left out."""
    found, sound = Shaped(unsound), [name for name in flat.nodes if name not in unsound]
    for name, node in flat.of(nir.Input):
        shape = as_shape(node.output_type)
        if name in sound and shape is not None:
            _place(flat, found, name, drop_axes(found.notes, flat, name, shape, dropped))
    while _settle_all(flat, found, sound):
        pass
    while not (unsound or found.problems):
        lone = [n for n in sound if n not in found.taken and _single(flat.nodes[n])]
        if not lone:
            break
        _place(flat, found, lone[0], np.shape(_numbers(flat.nodes[lone[0]])))
        while _settle_all(flat, found, sound):
            pass
    found.problems += [
        f"{name}: this Input has no shape; give it one"
        for name, _ in flat.of(nir.Input)
        if name not in found.taken
    ]
    found.problems += _misfits(flat, found)
    return found


def _settle_all(flat: Flat, found: Shaped, names: Collection[str]) -> bool:
    """Whether the shape of any node could be told now; declared batch axes are trusted last."""
    for patient in (True, False):
        left = [name for name in names if name not in found.taken]
        if any([_settle(flat, found, name, patient) for name in left]):
            return True
    return False


def _settle(flat: Flat, found: Shaped, name: str, patient: bool) -> bool:
    """Whether the shape of a node could be told now.

    patient: a shape that begins with a 1, which may be a batch axis, waits for what feeds the node.
    """
    node = flat.nodes[name]
    own = _own(node)
    fed = next((found.given[s] for s in flat.before[name] if s in found.given), None)
    if own is not None and _may_have_batch_axis(node, own):
        if fed is None and flat.before[name] and patient:
            return False
        if fed is not None and _is_behind_axes(node, own, fed):
            own = drop_axes(found.notes, flat, name, own, len(own) - len(fed))
    shape = own if own is not None else fed
    if shape is not None:
        _place(flat, found, name, shape)
    return shape is not None


def _may_have_batch_axis(node: Any, own: Shape) -> bool:
    """Outputs and Flattens in what they declare, neurons in their parameters."""
    if isinstance(node, (*SPIKING, *ANALOG)):
        return len(own) > 1 and own[0] == 1
    return isinstance(node, (nir.Output, nir.Flatten)) and len(own) > 1


def _is_behind_axes(node: Any, own: Shape, fed: Shape) -> bool:
    """Whether `own` is what feeds the node behind axes that may go: of a neuron those of 1 alone,
    as it has a parameter for each place of the others."""
    more = max(0, len(own) - len(fed))
    is_neuron = isinstance(node, (*SPIKING, *ANALOG))
    return own[more:] == fed and not (is_neuron and prod(own[:more]) > 1)


def _place(flat: Flat, found: Shaped, name: str, shape: Shape) -> None:
    node = flat.nodes[name]
    found.taken[name] = shape
    if not isinstance(node, LINEAR):
        found.given[name] = shape
        return
    if isinstance(node, nir.Flatten):
        readers = [flat.nodes[n] for n in flat.after(name) if n not in found.unsound]
        wanted = [own for reader in readers if (own := _own(reader)) is not None]
        meant = flatten_as_meant(found.notes, name, node, shape, wanted)
        if meant is not node:
            found.recounted.append(name)
        node = meant
    try:
        found.affines[name] = affine_of(node, shape)
        found.given[name] = found.affines[name].map.out_shape
    except BadInput as problem:
        reason, separator, remedy = str(problem).partition("; ")
        found.problems.append(f"{name}: {reason}{_readers(flat, name)}{separator}{remedy}")


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
        + _misfit_remedy(flat, found, name, source)
        for name, sources in flat.before.items()
        for source in sources
        if name in found.taken and source in found.given
        if found.taken[name] != found.given[source]
    ]


def _misfit_remedy(flat: Flat, found: Shaped, name: str, source: str) -> str:
    """What to do where one shape is the other behind axes that an exporter left, or else."""
    takes, gives = found.taken[name], found.given[source]
    for end, longer, shorter in ((name, takes, gives), (source, gives, takes)):
        more = len(longer) - len(shorter)
        is_end = isinstance(flat.nodes[end], (nir.Input, nir.Output))
        if is_end and more > 0 and longer[more:] == shorter:
            return (
                f"the exporter left {longer[:more]}, axes of batch or time, in the shape of "
                f"{end!r}; make it {shorter}"
            )
    is_neuron = isinstance(flat.nodes[name], (*SPIKING, *ANALOG))
    if is_neuron and len(takes) == len(gives) and set(takes[1:]) == {1} and takes[0] == gives[0]:
        return f"repeat the parameters of {name!r} to {gives}"
    if len(takes) > 1 and takes == (*gives[-1:], *gives[:-1]):
        return f"channels come first in NIR: make {source!r} give {takes}, and its spikes too"
    return "Flatten changes a shape, a sum needs equal ones"
