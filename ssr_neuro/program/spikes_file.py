"""Files of spikes and traces: .npz, read with care, as they come from anywhere."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ssr_neuro.errors import BadInput, check_type
from ssr_neuro.files import npz
from ssr_neuro.program.arrays import Bits, is_binary
from ssr_neuro.program.trace import Trace

ONLY = "inputs"  # the name under which a program with one input finds its spikes
AXES = ("sample", "step")  # what every array of spikes begins with
MEMBRANE = ".membrane"  # after a population's name: v before the reset


def read_inputs(path: Path, names: Iterable[str]) -> dict[str, Bits]:
    """Spikes by input name: uint8 0 and 1, (samples, steps, *shape), or BadInput.

    An array named as the input; `inputs` will do where there is only one.
    """
    arrays = npz.read(path)
    wanted = list(names)
    return {name: _spikes(path, arrays, name, len(wanted) == 1) for name in wanted}


def archive(path: Path) -> Path:
    """`path` with the ending .npz."""
    if not path.name or path.is_dir():
        raise BadInput(f"{path} is a folder; name a file with --out")
    return path if path.suffix == ".npz" else path.with_name(f"{path.name}.npz")


def write_trace(
    path: Path, trace: Trace, *, overwrite: bool = False, inputs: Iterable[Path] = ()
) -> None:
    """Spikes, readouts and membranes by name; see `MEMBRANE`.

    overwrite, inputs: as in `output_file.check`, which raises BadInput.
    """
    names = {*trace.spikes, *trace.readouts}
    if taken := sorted(n for n in names if n.removesuffix(MEMBRANE) in names - {n}):
        raise BadInput(
            f"a node cannot be called {', '.join(taken)}: in a trace that is the membrane of "
            "another; rename it"
        )
    membranes = {f"{name}{MEMBRANE}": v for name, v in trace.membranes.items()}
    arrays: dict[str, Any] = {**trace.spikes, **trace.readouts, **membranes}
    npz.write(path, arrays, overwrite=overwrite, inputs=inputs)


def read_trace(path: str | Path) -> Trace:
    """What `write_trace` wrote: 8-bit arrays are spikes, the others readouts.

    Raises BadInput where an array is neither, or where there is none.
    """
    check_type(path, (str, Path), "is no path", "the path of a trace of `ssr simulate`")
    found = npz.read(Path(path))
    membranes = {n for n in found if n.endswith(MEMBRANE) and n.removesuffix(MEMBRANE) in found}
    arrays = {name: x for name, x in found.items() if name not in membranes}
    if not arrays:
        raise BadInput(f"{path} holds no arrays; record a trace with `ssr simulate`")
    for name, x in arrays.items():
        if x.dtype.kind not in "iu" or x.ndim < len(AXES):
            raise BadInput(
                f"{path}: {name!r} is {x.dtype} of {x.shape}; a trace holds uint8 for spikes and "
                "int64 for readouts, (samples, steps, *shape)"
            )
    spikes = {name: x for name, x in arrays.items() if x.dtype == np.uint8}
    return Trace({}, spikes, {name: x for name, x in arrays.items() if name not in spikes})


def _spikes(path: Path, arrays: Mapping[str, npt.NDArray[Any]], name: str, single: bool) -> Bits:
    key = ONLY if single and name not in arrays else name
    if key not in arrays:
        raise BadInput(
            f"{path} holds {sorted(arrays)}; it needs an array named "
            f"{f'`{ONLY}`' if single else f'{name!r}, one for every input of the graph'}"
        )
    return check_spikes(f"{path}: `{key}`", arrays[key])


def check_spikes(name: str, spikes: npt.NDArray[Any]) -> Bits:
    """The array as uint8. Raises BadInput, which begins with `name`, where it holds no spikes."""
    if spikes.ndim < len(AXES) + 1 or 0 in spikes.shape:
        raise BadInput(
            f"{name} has shape {spikes.shape}; it needs (samples, steps, *input shape), "
            "at least one of each"
        )
    if spikes.dtype.kind not in "biuf" or not is_binary(spikes):
        raise BadInput(
            f"{name}, {spikes.dtype}, holds other values than the numbers 0 and 1; give spikes"
        )
    return spikes.astype(np.uint8)
