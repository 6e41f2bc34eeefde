"""Files of spikes and traces: .npz, read with care, as they come from anywhere."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro import npz
from ssr_neuro.errors import BadInput
from ssr_neuro.trace import Bits, Trace

ONLY = "inputs"  # the name under which a program with one input finds its spikes
MEMBRANE = ".membrane"  # after a population's name: v before the reset


def read_inputs(path: Path, names: Iterable[str]) -> dict[str, Bits]:
    """Spikes by input name: uint8 0 and 1, (samples, steps, *shape), or BadInput.

    An array named as the input; `inputs` will do where there is only one.
    """
    arrays = npz.read(path)
    wanted = list(names)
    return {name: _spikes(path, arrays, name, len(wanted) == 1) for name in wanted}


def write_trace(path: Path, trace: Trace) -> None:
    """Spikes, readouts and membranes by name; see `MEMBRANE`."""
    membranes = {f"{name}{MEMBRANE}": v for name, v in trace.membranes.items()}
    arrays: dict[str, Any] = {**trace.spikes, **trace.readouts, **membranes}
    npz.write(path, arrays)


def read_trace(path: Path) -> Trace:
    """What `write_trace` wrote: 8-bit arrays are spikes, the others readouts."""
    arrays = {n: x for n, x in npz.read(path).items() if not n.endswith(MEMBRANE)}
    spikes = {name: x for name, x in arrays.items() if x.dtype == np.uint8}
    return Trace({}, spikes, {name: x for name, x in arrays.items() if name not in spikes})


def _spikes(path: Path, arrays: Mapping[str, npt.NDArray[Any]], name: str, single: bool) -> Bits:
    key = ONLY if single and name not in arrays else name
    if key not in arrays:
        raise BadInput(
            f"{path} holds {sorted(arrays)}; it needs an array named "
            f"{f'`{ONLY}`' if single else f'{name!r}, one for every input of the graph'}"
        )
    spikes = arrays[key]
    if spikes.ndim < 3 or not np.isin(spikes, (0, 1)).all():
        raise BadInput(
            f"{path}: `{key}` has shape {spikes.shape}; it needs (samples, steps, *input shape) "
            "with values 0 and 1"
        )
    return spikes.astype(np.uint8)
