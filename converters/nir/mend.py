"""A graph with the numbers of its nodes made harmless, so that what else is wrong shows, too."""

from copy import copy
from typing import Any

import nir
import numpy as np

from converters.nir.checks import LEAST, TYPES
from converters.nir.neurons import TAUS, THRESHOLDS, tau_unit
from converters.nir.nodes import ANALOG, SPIKING, array_of_tensor, ratio
from ssr_neuro.program.fixed_point import DELAY_LIMIT
from ssr_neuro.program.linear_maps import Array
from ssr_neuro.program.semantics import Semantics


def mend_graph(graph: nir.NIRGraph, dt_s: float, semantics: Semantics) -> nir.NIRGraph:
    """A copy in which every number is one that a chip could do; nodes and edges are the same.

    It is there to be checked, not to be run: it computes something else.
    """
    unit = tau_unit(dt_s, semantics)
    mended = copy(graph)
    mended.nodes = {
        name: mend_graph(node, dt_s, semantics)
        if isinstance(node, nir.NIRGraph)
        else _mend_node(node, dt_s, unit)
        for name, node in graph.nodes.items()
    }
    return mended


def _mend_node(node: Any, dt_s: float, unit: float) -> Any:
    mended = copy(node)
    for name, value in getattr(node, "__dict__", {}).items():
        if name in LEAST or name in TYPES or name.startswith("_"):
            continue
        if "reset" in name and isinstance(value, (str, bytes)):
            delattr(mended, name)  # a reset in words
            continue
        array = array_of_tensor(value) if hasattr(value, "detach") else np.asarray(value)
        if array.dtype.kind in "fiub" and array.size:
            setattr(mended, name, _mend_numbers(node, name, array, dt_s, unit))
    if isinstance(node, (*SPIKING, *ANALOG)):
        mended.metadata = {}
    return mended


def _mend_numbers(node: Any, name: str, given: Array, dt_s: float, unit: float) -> Array:
    values = np.nan_to_num(np.asarray(given, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    if isinstance(node, nir.Delay):
        return np.clip(np.rint(ratio(values, dt_s)), 0, DELAY_LIMIT) * dt_s
    if name == "v_reset":
        return np.zeros_like(values)
    if name in TAUS:
        return np.maximum(values, unit)
    if name in THRESHOLDS:
        return np.where(values > 0, values, 1.0)
    return values
