"""A netx `.net` file (HDF5) as values, each layer with everything that lava-dl's netx reads of it.

What netx skips in silence or cannot load is refused, all of it at once. Source: `Network._create`
in `lib/dl/netx/hdf5.py` of lava-dl 0.6.0.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from converters.netx.layers import StoredNeuron
from ssr_neuro.errors import BadInput
from ssr_neuro.program.fixed_point import DECAY_ONE, DELAY_LIMIT, NEVER
from ssr_neuro.program.linear_maps import Array, Shape

TYPES = ("input", "flatten", "dense", "conv")
NEURONS = ("CUBA", "LOIHI")  # netx makes Lava's LIF of both


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
    try:
        with h5py.File(path, "r") as file:
            return _layers(path, file["layer"])
    except (OSError, KeyError) as error:
        raise BadInput(
            f"{path}: not a netx file that can be read ({error}); export the network with "
            "lava-dl's `export_hdf5`, every block into a group layer/0, layer/1, ..."
        ) from error


def _layers(path: Path, group: Any) -> tuple[Stored, ...]:
    names = [str(i) for i in range(len(group))]
    if missing := [name for name in names if name not in group]:
        raise BadInput(
            f"{path}: layer {', '.join(missing)} is missing; netx counts them 0, 1, 2, ... without "
            "a gap"
        )
    reasons: list[str] = []
    layers: list[Stored] = []
    for i, name in enumerate(names):
        try:
            layers.append(_layer(i, group[name]))
        except BadInput as error:
            reasons.append(f"layer {i} {error}")
        except KeyError as error:
            reasons.append(f"layer {i} lacks a part ({error})")
    if reasons:
        raise BadInput(f"{path}: {'; '.join(reasons)}")
    return tuple(layers)


def _layer(number: int, group: Any) -> Stored:
    kind, shape = _text(group["type"]), _numbers(group["shape"])
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
    if "weight/imag" in group:
        raise BadInput("has complex weights; only real ones are supported")
    weight = _whole(group["weight"], "weight")
    if kind == "dense":
        size = (int(np.prod(shape)),)
        weight = weight.reshape(size[0], -1)
        neuron = _neuron(group, size)
        return Stored(number, kind, size, weight, neuron, _delay(group, weight.shape))
    if "delay" in group and np.any(group["delay"][()]):
        raise BadInput("is a convolution with delays, which netx does not read; train without")
    options = {name: _pair(group[name]) for name in ("stride", "padding", "dilation")}
    options["groups"] = _numbers(group["groups"])
    weight = weight.reshape(weight.shape[:4])
    return Stored(number, kind, shape, weight, _neuron(group, shape), None, options)


def _neuron(group: Any, shape: Shape) -> StoredNeuron:
    """Without a description netx takes a neuron that adds up its current and never fires."""
    bias = (
        _spread(_whole(group["bias"], "bias"), shape) if "bias" in group else np.zeros(1, np.int64)
    )
    if "neuron" not in group:
        return StoredNeuron(DECAY_ONE, -1, NEVER, bias)
    stored = group["neuron"]
    kind = _text(stored["type"])
    if kind not in NEURONS:
        raise BadInput(f"has neurons of type {kind!r}; supported are {' and '.join(NEURONS)}")
    if "messageBits" in stored or ("gradedSpike" in stored and np.any(stored["gradedSpike"][()])):
        raise BadInput("has spikes that carry a number; only plain spikes are supported")
    if "refDelay" in stored and np.any(stored["refDelay"][()] != 1):
        raise BadInput("has a refractory delay other than 1, which Lava's LIF does not have")
    i_decay, v_decay, threshold = (
        _spread(_whole(stored[key], key), shape) for key in ("iDecay", "vDecay", "vThMant")
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
    if "delay" not in group or not np.any(group["delay"][()]):
        return None
    delay = _whole(group["delay"], "delay")
    if delay.min() < 0 or delay.max() > DELAY_LIMIT:
        raise BadInput(f"has delays of {delay.min()} to {delay.max()}; they are 0 to {DELAY_LIMIT}")
    if delay.ndim == 1 and delay.size > 1:
        delay = delay[:, None] if delay.size == shape[0] else delay[None]
    if delay.ndim and any(n not in (1, m) for n, m in zip(delay.shape, shape, strict=True)):
        raise BadInput(f"has delays of shape {delay.shape} for weights of {shape}")
    return np.broadcast_to(delay, shape)


def _whole(dataset: Any, name: str) -> Array:
    values = np.asarray(dataset[()])
    whole = values.astype(np.int64)
    if (whole != values).any():
        raise BadInput(
            f"has a {name} of fractions, which netx would cut off; export from quantised blocks"
        )
    return whole


def _numbers(dataset: Any) -> Shape:
    return tuple(int(n) for n in np.ravel(dataset[()]))


def _pair(dataset: Any) -> Shape:
    """One number for both axes, or (rows, columns)."""
    found = _numbers(dataset)
    return found * 2 if len(found) == 1 else found


def _text(dataset: Any) -> str:
    value = dataset[()] if dataset.shape == () else dataset[0]
    return str(value.decode("ascii"))
