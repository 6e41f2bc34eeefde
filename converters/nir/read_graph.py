"""A NIR graph from a file, or one clear error."""

from pathlib import Path
from typing import Any, BinaryIO

import h5py
import nir
import numpy as np
import scipy.sparse as sp
from nir.serialization import hdf2dict

from converters.nir.checks import count_problems, differing_shapes
from converters.nir.neurons import PARAMETERS
from converters.nir.nodes import ANALOG, SPIKING
from converters.nir.repeated import is_repeated
from converters.nir.unknown_nodes import nodes_of, unknown_fields, unknown_kinds
from converters.nir.write_graph import LARGE
from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate, hdf5

KIND, REMEDY = "a NIR graph", "write the graph again with nir.write"


def read_graph(path: Path) -> nir.NIRGraph:
    """Raises BadInput where the file is no NIR graph."""
    with hdf5.open_file(path, KIND, REMEDY) as file:  # what it declares is within limits
        if why := _no_graph(file) or _unshaped_ends(file):
            raise BadInput(f"{path}: {why}")
    try:
        with gate.reading(path, KIND, REMEDY):
            graph = _read(path)
    except BadInput as error:
        if isinstance(error.__cause__, KeyError):
            raise BadInput(
                f"{path}: a node lacks its {error.__cause__}, so this is no whole NIR graph; where "
                "a name holds a '/', the file takes it for two: rename the node and write the "
                "graph again"
            ) from error
        with hdf5.open_file(path, KIND, REMEDY) as file, gate.reading(path, KIND, REMEDY):
            words = str(error.__cause__)
            why = _lone_node(file) or unknown_kinds(file) or unknown_fields(file, words)
            if not why:
                _read_each(path, file)
        if why:
            raise BadInput(f"{path}: {why}") from error
        raise
    return graph


def _read(path: Path) -> nir.NIRGraph:
    """As `nir.read` without the type check, which that leaves out of the outermost graph alone.

    It takes kernels for square, ignores groups, and adds Inputs and Outputs; ours comes with
    compiling.
    """
    with h5py.File(path) as file:
        tree = hdf2dict(file["node"])
    _leave_types_open(tree)
    graph: nir.NIRGraph = nir.dict2NIRNode(tree)
    return graph


def _leave_types_open(graph: dict[str, Any]) -> None:
    if "type_check" in graph:
        raise ValueError("a graph of it has a field 'type_check', and no graph of NIR has one")
    graph["type_check"] = False
    for node in graph.get("nodes", {}).values():
        if node.get("type") == "NIRGraph":
            _leave_types_open(node)
        elif node.get("type") in ("Conv1d", "Conv2d"):
            node.setdefault("input_shape", None)  # which older files lack


def _no_graph(file: h5py.File) -> str:
    """What is wrong with a file that holds data, or nothing of NIR; "" of others."""
    if "node" in file:
        return ""
    if "nodes" in file:
        return f"holds NIR data and no graph; give it as --inputs, beside a graph; {REMEDY}"
    return f"holds no 'node', as {KIND} does; {REMEDY}"


def _unshaped_ends(file: h5py.File) -> str:
    """The Inputs and Outputs without a shape; "" where there are none."""
    found = [
        f"{name}: this {kind} lacks its shape"
        for name, kind, held in nodes_of(file)
        if kind in ("Input", "Output") and "shape" not in held
    ]
    return f"{', '.join(found)}; write the node with it" if found else ""


def _lone_node(file: h5py.File) -> str:
    """What is wrong with a file that holds a node and no graph; "" of others."""
    kind = file.get("node/type")
    if not isinstance(kind, h5py.Dataset) or (name := kind.asstr()[()]) == "NIRGraph":
        return ""
    return f"holds a {name} alone, not a graph; put it between an Input and an Output"


def _read_each(path: Path, file: h5py.File) -> None:
    """Raises BadInput that names the first node which nir cannot make, and the field if it is one
    that counts something."""
    for name, kind, group in nodes_of(file):
        if kind == "NIRGraph":
            continue
        with gate.reading(f"{path}: {name}", f"a {kind} of NIR", REMEDY):
            fields = _read_group(group, sparse=False)
            problems = list(count_problems(getattr(nir, kind), fields))
            if issubclass(getattr(nir, kind), (*SPIKING, *ANALOG)):
                arrays = {n: np.asarray(x) for n, x in fields.items() if n in PARAMETERS}
                problems += differing_shapes(arrays, {x.shape for x in arrays.values()})
            if problems:
                raise BadInput(f"{path}: {name}: {problems[0]}")
            nir.dict2NIRNode(fields)


def read_back(source: Path | BinaryIO, *, sparse: bool = False) -> nir.NIRGraph:
    """As `nir.read` reads a file that we wrote, with arrays of equal rows as views of one row.

    sparse: large matrices as scipy CSR, which `nir_to_program` takes too.
    """
    with h5py.File(source) as file:
        tree = _read_group(file["node"], sparse)
    graph: nir.NIRGraph = nir.dict2NIRNode(tree)
    return graph


def _read_group(group: Any, sparse: bool) -> dict[str, Any]:
    return {
        name: _read_group(item, sparse)
        if isinstance(item, h5py.Group)
        else _read_array(item, sparse)
        for name, item in group.items()
    }


def _read_array(stored: Any, sparse: bool) -> Any:
    if (row := _read_repeated(stored)) is not None:
        return np.broadcast_to(row, stored.shape)
    if sparse and stored.ndim == 2 and stored.nbytes >= LARGE:
        return _read_tiles(stored) if stored.chunks else sp.csr_array(stored[()])
    value = stored[()]
    return value.decode() if isinstance(value, bytes) else value


def _read_tiles(stored: Any) -> Any:
    """A matrix as CSR, from the tiles that the file holds; elsewhere are zeros."""
    starts: list[tuple[int, int]] = []
    stored.id.chunk_iter(lambda chunk: starts.append(chunk.chunk_offset))
    places, numbers = stored.id.get_space(), np.zeros(0, np.int64)
    rows, columns, values = [numbers], [numbers], [np.zeros(0, stored.dtype)]
    for row, column in starts:
        shape = np.minimum(stored.chunks, (stored.shape[0] - row, stored.shape[1] - column))
        tile = np.empty(shape, stored.dtype)
        places.select_hyperslab((row, column), tile.shape)
        stored.id.read(h5py.h5s.create_simple(tile.shape), places, tile)
        filled = np.flatnonzero(tile.reshape(-1) != 0)
        rows.append(filled // tile.shape[1] + row)
        columns.append(filled % tile.shape[1] + column)
        values.append(tile.reshape(-1)[filled])
    at = (np.concatenate(rows), np.concatenate(columns))
    return sp.csr_array((np.concatenate(values), at), stored.shape, stored.dtype)


def _read_repeated(stored: Any) -> Any:
    """The first row of an array whose rows are equal, from chunks of all rows; None of others."""
    if stored.ndim < 2 or not stored.chunks or len(stored) < 2 or stored.chunks[0] != len(stored):
        return None
    row, step = np.empty(stored.shape[1:], stored.dtype), stored.chunks[1]
    for start in range(0, stored.shape[1], step):
        part = stored[:, start : start + step]
        if not is_repeated(part):
            return None
        row[start : start + step] = part[0]
    return row


def input_names(graph: nir.NIRGraph) -> list[str]:
    """Names of the Input nodes."""
    return [name for name, node in graph.nodes.items() if is_input(node)]


def is_input(node: Any) -> bool:
    """Whether spikes from outside arrive at this node."""
    return isinstance(node, nir.Input)
