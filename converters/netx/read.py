"""A netx `.net` file (HDF5) as values, each layer with everything that lava-dl's netx reads of it.

What netx skips in silence or cannot load is refused, all of it at once. Source: `Network._create`
in `lib/dl/netx/hdf5.py` of lava-dl 0.6.0.
"""

from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from converters.netx.layers import StoredNeuron
from ssr_neuro.errors import BadInput
from ssr_neuro.files import hdf5
from ssr_neuro.program.fixed_point import DECAY_ONE, DELAY_LIMIT, NEVER
from ssr_neuro.program.linear_maps import Array, Shape

TYPES = ("input", "flatten", "dense", "conv")
NEURONS = ("CUBA", "LOIHI")  # netx makes Lava's LIF of both
AXES = 3  # of a layer: channels, rows, columns
NEURON_LIMIT = 1 << 22  # of a layer
LARGEST = (1 << 31) - 1
KIND = "a netx file"
REMEDY = (
    "export the network with lava-dl's `export_hdf5`, every block into a group layer/0, "
    "layer/1, ..."
)


@dataclass(frozen=True, eq=False)
class Stored:
    """One layer of the file. shape: neurons, images as (channels, rows, columns).

    weight: int64, (out, in) or (out, in / groups, rows, columns); delay: as netx spreads it over
    the weights of a dense layer, or None. options: stride, padding, dilation (two numbers each)
    and groups of a convolution. neuron: with arrays that broadcast over `shape`.
    """

    number: int
    kind: str
    shape: Shape
    weight: Array | None = None
    neuron: StoredNeuron | None = None
    delay: Array | None = None
    options: dict[str, Shape] | None = None


def read(path: Path) -> tuple[Stored, ...]:
    """Raises BadInput that lists everything in the file that is not supported, by layer."""
    layers = hdf5.read(path, KIND, REMEDY).get("layer")
    if not isinstance(layers, dict):
        raise BadInput(f"{path}: is no netx file, it has no group `layer`; {REMEDY}")
    names = [str(i) for i in range(len(layers))]
    if missing := [name for name in names if name not in layers]:
        raise BadInput(
            f"{path}: layer {', '.join(missing)} is missing; netx counts them 0, 1, 2, ... without "
            "a gap"
        )
    reasons: list[str] = []
    found: list[Stored] = []
    for i, name in enumerate(names):
        try:
            found.append(_layer(i, layers[name]))
        except BadInput as error:
            reasons.append(f"layer {i} {error}")
    if reasons:
        raise BadInput(f"{path}: {'; '.join(reasons)}")
    return tuple(found)


def _layer(number: int, group: Any) -> Stored:
    kind, shape = _text(group, "type"), _shape(group)
    if kind not in TYPES:
        raise BadInput(
            f"is of type {kind!r}; supported are {', '.join(TYPES)}, as in netx itself, which "
            "passes over or refuses others: leave the block out of the exported network"
        )
    if kind == "input" and "neuron" in group:
        raise BadInput(
            "is an input with neurons, which turn numbers into spikes; begin with spikes: export "
            "without the input block and give its spikes"
        )
    if kind in ("input", "flatten"):
        return Stored(number, kind, shape)
    if isinstance(group.get("weight"), dict) and "imag" in group["weight"]:
        raise BadInput("has complex weights; only real ones are supported")
    weight = _whole(group, "weight")
    return (_dense if kind == "dense" else _conv)(number, group, shape, weight)


def _dense(number: int, group: Any, shape: Shape, weight: Array) -> Stored:
    size = (prod(shape),)
    if weight.size % size[0]:
        raise BadInput(f"has weights of {weight.shape} for neurons of {shape}, which they are not")
    weight = weight.reshape(size[0], -1)
    return Stored(number, "dense", size, weight, _neuron(group, size), _delay(group, weight.shape))


def _conv(number: int, group: Any, shape: Shape, weight: Array) -> Stored:
    if "delay" in group and _whole(group, "delay").any():
        raise BadInput("is a convolution with delays, which netx does not read; train without")
    if weight.ndim < 4 or prod(weight.shape[4:]) != 1:
        raise BadInput(
            f"has a kernel of {weight.shape}; a convolution has (out, in / groups, rows, columns)"
        )
    options = {name: _counts(group, name, axes=2) for name in ("stride", "padding", "dilation")}
    options["groups"] = _counts(group, "groups", axes=1)
    weight = weight.reshape(weight.shape[:4])
    return Stored(number, "conv", shape, weight, _neuron(group, shape), None, options)


def _neuron(group: Any, shape: Shape) -> StoredNeuron:
    """Without a description netx takes a neuron that adds up its current and never fires."""
    bias = _spread(_whole(group, "bias"), shape) if "bias" in group else np.zeros(1, np.int64)
    if "neuron" not in group:
        return StoredNeuron(DECAY_ONE, -1, NEVER, bias)
    stored = group["neuron"]
    kind = _text(stored, "type")
    if kind not in NEURONS:
        raise BadInput(f"has neurons of type {kind!r}; supported are {' and '.join(NEURONS)}")
    if "messageBits" in stored or ("gradedSpike" in stored and _whole(stored, "gradedSpike").any()):
        raise BadInput("has spikes that carry a number; only plain spikes are supported")
    if "refDelay" in stored and (_whole(stored, "refDelay") != 1).any():
        raise BadInput("has a refractory delay other than 1, which Lava's LIF does not have")
    i_decay, v_decay, threshold = (
        _spread(_whole(stored, key), shape) for key in ("iDecay", "vDecay", "vThMant")
    )
    for key, value in (("iDecay", i_decay), ("vDecay", v_decay)):
        if np.any(value < 0) or np.any(value > DECAY_ONE):
            raise BadInput(f"has a {key} of {value.min()} to {value.max()}; it is 0 to {DECAY_ONE}")
    return StoredNeuron(v_decay, i_decay - 1, np.minimum(threshold, NEVER), bias)


def _spread(value: Array, shape: Shape) -> Array:
    """Numbers by channel, or by neuron in the order of netx, (columns, rows, channels)."""
    if value.size == 1:
        return value.reshape(1)
    if value.shape == shape[::-1]:
        return value.transpose()
    if value.shape == shape[:1]:
        return value.reshape(-1, *(1,) * (len(shape) - 1))
    raise BadInput(f"has {value.shape} values for neurons of {shape}; one, or one per channel")


def _delay(group: Any, shape: Shape) -> Array | None:
    """Steps per weight; one number per row where there are as many, else one per column."""
    if "delay" not in group or not (delay := _whole(group, "delay")).any():
        return None
    if delay.min() < 0 or delay.max() > DELAY_LIMIT:
        raise BadInput(f"has delays of {delay.min()} to {delay.max()}; they are 0 to {DELAY_LIMIT}")
    if delay.ndim == 1 and delay.size > 1:
        delay = delay[:, None] if delay.size == shape[0] else delay[None]
    if delay.ndim and (
        delay.ndim > 2 or any(n not in (1, m) for n, m in zip(delay.shape, shape, strict=False))
    ):
        raise BadInput(f"has delays of shape {delay.shape} for weights of {shape}")
    return np.broadcast_to(delay, shape)


def _part(group: Any, name: str) -> Any:
    if not isinstance(group, dict) or name not in group:
        raise BadInput(f"lacks a part ({name})")
    return group[name]


def _whole(group: Any, name: str) -> Array:
    """Numbers of the file as int64, of any shape."""
    values = _part(group, name)
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "biuf" or not values.size:
        raise BadInput(f"has a {name} that holds no numbers; export it again")
    if not (np.abs(values.astype(np.float64)) <= LARGEST).all():
        raise BadInput(f"has a {name} beyond {LARGEST}, or that is no number")
    whole: Array = values.astype(np.int64)
    if (whole != values).any():
        raise BadInput(
            f"has a {name} of fractions, which netx would cut off; export from quantised blocks"
        )
    return whole


def _few(group: Any, name: str, most: int) -> Shape:
    """Whole numbers, not more than `most`."""
    values = _whole(group, name).ravel()
    if values.size > most:
        raise BadInput(f"has a {name} of {values.size:,} numbers; at most {most} are read")
    return tuple(values.tolist())


def _shape(group: Any) -> Shape:
    shape = _few(group, "shape", AXES)
    if min(shape) < 1 or prod(shape) > NEURON_LIMIT:
        raise BadInput(
            f"has the shape {shape}; it has one to {AXES} axes of at least 1, and at most "
            f"{NEURON_LIMIT:,} neurons"
        )
    return shape


def _counts(group: Any, name: str, axes: int) -> Shape:
    """One number for all axes, or (rows, columns)."""
    found = _few(group, name, AXES)
    if len(found) not in (1, axes) or min(found) < (name != "padding") or max(found) > NEURON_LIMIT:
        raise BadInput(f"has a {name} of {found}; it is a whole number, or {axes}")
    return found * (axes // len(found))


def _text(group: Any, name: str) -> str:
    value = _part(group, name)
    if isinstance(value, np.ndarray) and value.dtype.kind == "U" and value.size == 1:
        value = value.item()
    if not isinstance(value, str):
        raise BadInput(f"has a {name} that is no text; export it again")
    return value
