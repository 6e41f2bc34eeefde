"""Spikes in NIR's own form, `nir.NIRGraphData`, into arrays and back.

By node it holds observables, each on a grid of time steps or as events, of flattened neurons.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nir
import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate, hdf5, limits
from ssr_neuro.program.arrays import is_binary
from ssr_neuro.program.linear_maps import Array

SPIKES, VALUES = "spikes", "values"
KIND, REMEDY = "NIR data", "write such a file with nir.write_data"
SAME = 1e-6  # of a time step; what float arithmetic may be off


def read_graph_data(path: Path) -> nir.NIRGraphData:
    """A file of `nir.write_data`. Raises BadInput where it is none."""
    with hdf5.open_file(path, KIND, REMEDY):
        pass  # what it declares is within limits
    with gate.reading(path, KIND, REMEDY):
        found = nir.read_data(path)
    if not isinstance(found, nir.NIRGraphData):
        raise BadInput(f"{path}: holds a {type(found).__name__}, not data of a graph; {REMEDY}")
    return found


def spikes_of_data(data: nir.NIRGraphData, names: list[str], dt_s: float) -> dict[str, Array]:
    """0 and 1 by input, (samples, steps, neurons). Raises BadInput.

    Of a node the observable `spikes`, or its only one. Events go into steps of `dt_s`, those of one
    neuron into one each; if they have values, a value of 0 is no event.
    """
    found = {}
    for name in names:
        node = data.nodes.get(name)
        if not isinstance(node, nir.NIRNodeData):
            raise BadInput(
                f"the NIR data hold {sorted(data.nodes)}; they need a node {name!r}, one for every "
                "input of the graph"
            )
        held = node.observables
        if SPIKES not in held and len(held) != 1:
            raise BadInput(f"node {name!r} of the NIR data holds {sorted(held)}; it needs {SPIKES}")
        found[name] = _gridded(name, held.get(SPIKES, next(iter(held.values()))), dt_s)
    return found


def _gridded(name: str, observed: Any, dt_s: float) -> Array:
    if isinstance(observed, nir.TimeGriddedData):
        if abs(observed.dt - dt_s) > SAME * dt_s:
            raise BadInput(
                f"the NIR data of {name!r} have steps of {observed.dt:g} s, and the graph is read "
                f"with {dt_s:g} s; --dt-s {observed.dt:g} reads it with theirs"
            )
        return np.asarray(observed.data)
    idx, time = np.asarray(observed.idx), np.asarray(observed.time)
    steps = _check_events(name, observed, idx, time, dt_s)
    grid = np.zeros((len(idx), steps, observed.n_neurons), np.uint8)
    samples, places = np.nonzero(_are_spikes(name, observed, idx))
    at, neurons = np.floor(_in_steps(time[samples, places], time.dtype, dt_s)), idx[samples, places]
    if (beyond := ~((at >= 0) & (at < steps))).any():
        raise BadInput(
            f"an event of {name!r} in the NIR data is at step {at[beyond][0]:g}; there are {steps}"
        )
    if (beyond := neurons >= observed.n_neurons).any():
        raise BadInput(
            f"an event of {name!r} in the NIR data is of neuron {neurons[beyond][0]}; there are "
            f"{observed.n_neurons}"
        )
    _refuse_shared_steps(name, np.stack((samples, neurons, at)), time[samples, places])
    grid[samples, at.astype(np.int64), neurons] = 1
    return grid


def _are_spikes(name: str, observed: Any, idx: Array) -> Array:
    """Which events there are, bool (samples, events). Raises BadInput where one has another value
    than 0 and 1."""
    there: Array = idx >= 0
    if not isinstance(observed, nir.ValuedEventData):
        return there
    values = np.asarray(observed.value)
    if (other := there & (values != 0) & (values != 1)).any():
        raise BadInput(
            f"the events of {name!r} in the NIR data have values other than 0 and 1, the first "
            f"{values[other][0]}; give spikes, as 1 or without values (nir.EventData)"
        )
    spikes: Array = there & (values == 1)
    return spikes


def _refuse_shared_steps(name: str, events: Array, times: Array) -> None:
    """Raises BadInput where a neuron has several events in a step, which would be one spike.

    events: sample, neuron and step of each, (3, events). times: in seconds.
    """
    order = np.lexsort((times, *events[1::-1]))
    events, gaps = events[:, order], np.diff(times[order])
    follows = (events[:2, 1:] == events[:2, :-1]).all(axis=0)
    if shared := int((follows & (events[2, 1:] == events[2, :-1])).sum()):
        least = gaps[follows].min()
        remedy = (
            f"--dt-s of at most {_round_down(least):g} separates them"
            if least > 0
            else "some are at the same time: keep one of them"
        )
        raise BadInput(
            f"events of {name!r} in the NIR data share a step with an earlier one of their neuron, "
            f"{shared:,} of {len(times):,}, and a neuron spikes once in a step; {remedy}"
        )


def _round_down(seconds: float) -> float:
    """To three digits."""
    unit = 10.0 ** (math.floor(math.log10(seconds)) - 2)
    return math.floor(seconds / unit) * unit


def _in_steps(seconds: Array | float, kind: npt.DTypeLike, dt_s: float) -> Array:
    """Steps as float64, later by what numbers of this kind may be off: the float32 next to 36 ms
    lies below it, and is in step 36 of 1 ms."""
    steps = np.asarray(seconds, np.float64) / dt_s
    off: Array = np.minimum(2 * np.finfo(kind).eps * np.abs(steps), 0.5)
    return steps + SAME + off


def _check_events(name: str, observed: Any, idx: Array, time: Array, dt_s: float) -> int:
    """How many steps the events take. Raises BadInput where they are none, or their grid is larger
    than the memory that a file may take."""
    if idx.ndim != 2 or idx.dtype.kind not in "iu" or time.dtype.kind != "f":
        raise BadInput(
            f"the events of {name!r} in the NIR data are {idx.dtype} of {idx.shape} at times of "
            f"{time.dtype}; they need whole numbers (samples, events) and seconds"
        )
    lasting = float(_in_steps(observed.t_max, np.float32, dt_s))  # as a file may have stored it
    if not np.isfinite(lasting) or lasting < 1:
        raise BadInput(f"the NIR data of {name!r} end after {observed.t_max:g} s, before one step")
    if observed.n_neurons < 1 or not len(idx):
        raise BadInput(
            f"the NIR data of {name!r} are {len(idx)} samples of {observed.n_neurons} neurons"
        )
    size = len(idx) * int(lasting) * observed.n_neurons
    if size > (most := limits.array_bytes()):
        raise BadInput(
            f"the events of {name!r} in the NIR data fill {int(lasting):,} steps of "
            f"{observed.n_neurons:,} neurons in {len(idx):,} samples, "
            f"{limits.spell_bytes(size)}; {limits.spell_bytes(most)} can be taken: give a part"
        )
    return int(lasting)


def data_of_outputs(outputs: Mapping[str, Array], dt_s: float) -> nir.NIRGraphData:
    """Outputs by node, (samples, steps, *shape), on a grid: `spikes` where all are 0 and 1."""
    return nir.NIRGraphData({name: _node_data(values, dt_s) for name, values in outputs.items()})


def _node_data(values: Array, dt_s: float) -> nir.NIRNodeData:
    binary = is_binary(values)
    flat = np.asarray(values).reshape(*values.shape[:2], -1)
    data = nir.TimeGriddedData(flat.astype(bool) if binary else flat, dt_s)
    return nir.NIRNodeData({SPIKES if binary else VALUES: data})
