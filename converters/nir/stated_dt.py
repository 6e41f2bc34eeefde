"""The time step that metadata of a NIR graph state: NIR has no field for it, and `dt` there is."""

import reprlib
from collections.abc import Iterator, Mapping
from typing import Any

import nir
import numpy as np

from converters.nir.nodes import FLOAT32


def stated_dt(graph: nir.NIRGraph) -> tuple[float | None, str]:
    """In seconds, None where nothing states one; and what is wrong with it, "" where nothing is."""
    stated = dict(_statements("", graph))
    seconds = {name: _as_seconds(value) for name, value in stated.items()}
    for name, found in seconds.items():
        if found is None:
            shown = reprlib.repr(np.asarray(stated[name]).tolist())
            return None, (
                f"{name or 'the graph'}: its metadata state a dt of {shown}, which is no number of "
                "seconds above 0; give the time step by --dt-s"
            )
    times = {name: found for name, found in seconds.items() if found is not None}
    if not times:
        return None, ""
    ends = [min(times, key=times.__getitem__), max(times, key=times.__getitem__)]
    if times[ends[1]] > times[ends[0]] * (1 + FLOAT32):
        each = " and ".join(f"{times[name]:g} s ({name or 'the graph'})" for name in ends)
        return None, f"the metadata state time steps of {each}; choose one by --dt-s"
    return next(iter(times.values())), ""


def _statements(name: str, node: Any) -> Iterator[tuple[str, Any]]:
    """Each node whose metadata have a `dt`, and that; of nested graphs, too. The graph is ""."""
    metadata = getattr(node, "metadata", None)
    if isinstance(metadata, Mapping) and metadata.get("dt") is not None:
        yield name, metadata["dt"]
    if isinstance(node, nir.NIRGraph):
        for inner, child in node.nodes.items():
            yield from _statements(f"{name}.{inner}" if name else inner, child)


def _as_seconds(value: Any) -> float | None:
    """One positive number, also in an array; None of anything else."""
    array = np.asarray(value)
    if array.dtype.kind not in "iuf" or array.size != 1 or not 0 < array.item() < float("inf"):
        return None
    return float(array.item())
