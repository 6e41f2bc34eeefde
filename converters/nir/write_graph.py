"""A NIR graph as a file that `nir.read` reads, in which each distinct weight stands once.

NIR has a matrix for every position where all positions share one. Here those of one row follow each
other in a chunk of the file, so that deflating leaves one of them; and what is all zeros in a large
matrix, as between positions in a flat graph, is not written at all: HDF5 reads it as zeros.
"""

from collections.abc import Iterator
from copy import copy
from hashlib import sha256
from pathlib import Path
from typing import Any

import h5py
import nir
import numpy as np
import scipy.sparse as sp

from converters.nir.repeated import is_repeated
from ssr_neuro.files import hdf5

LARGE = 1 << 15  # bytes; smaller arrays are written as NIR writes them
WINDOW = 1 << 13  # bytes between repeats, well within what deflating looks back
TILE = (256, 64)  # of a dense matrix with zeros
SPARSE_TILE = (128, 128)  # of a sparse one; most are so empty that deflating harder saves nothing
SPARSE_LEVEL = 1
SPARSE = 16  # tiles with fewer numbers than one in so many deflate as fast as they are compared


def write(path: Path, graph: nir.NIRGraph) -> None:
    """As `nir.write`, with other chunks; matrices may be scipy CSR."""
    path.write_bytes(to_bytes(graph))


def to_bytes(graph: nir.NIRGraph) -> bytes:
    """The content of that file."""

    def fill(file: Any) -> None:
        file.create_dataset("version", data=nir.version, dtype=h5py.string_dtype())
        _write_group(file.create_group("node"), _as_dict(graph))

    return hdf5.to_bytes(fill)


def _as_dict(node: nir.NIRNode) -> dict[str, Any]:
    """As `node.to_dict`, which copies every array twice, without copying the large ones."""
    shallow = copy(node)
    if isinstance(node, nir.NIRGraph):
        shallow.nodes = {}
        return {**shallow.to_dict(), "nodes": {k: _as_dict(n) for k, n in node.nodes.items()}}
    large = {k: x for k, x in vars(node).items() if _is_large(x)}
    for name in large:
        setattr(shallow, name, np.zeros(0))
    return {**shallow.to_dict(), **large}


def _is_large(value: Any) -> bool:
    return sp.issparse(value) or (isinstance(value, np.ndarray) and value.nbytes >= LARGE)


def _write_group(group: Any, tree: dict[str, Any]) -> None:
    for name, value in tree.items():
        if isinstance(value, dict):
            if name != "metadata" or value:
                _write_group(group.create_group(str(name)), value)
        elif isinstance(value, str):
            group.create_dataset(name, data=value, dtype=h5py.string_dtype())
        elif sp.issparse(value):
            _write_tiles(group, name, value)
        elif isinstance(value, np.ndarray):
            _write_array(group, name, value)
        else:
            group.create_dataset(name, data=value)


def _write_array(group: Any, name: str, array: Any) -> None:
    if array.nbytes < LARGE or array.ndim < 2:
        group.create_dataset(name, data=array, compression="gzip")
    elif len(array) > 1 and is_repeated(array):
        _write_repeated(group, name, array)
    elif array.ndim == 2:
        _write_tiles(group, name, array)
    else:
        group.create_dataset(name, data=array, compression="gzip")


def _write_repeated(group: Any, name: str, array: Any) -> None:
    """Chunk by chunk, as a view of one row need never become a whole array."""
    rows = min(max(1, WINDOW // array[0, :1].nbytes), array.shape[1])
    chunks = (len(array), rows, *array.shape[2:])
    made = group.create_dataset(name, array.shape, array.dtype, chunks=chunks, compression="gzip")
    for start in range(0, array.shape[1], rows):
        made[:, start : start + rows] = array[:, start : start + rows]


def _write_tiles(group: Any, name: str, matrix: Any) -> None:
    """Tile by tile; one that equals an earlier tile takes over what that one was deflated to."""
    tile, level = (SPARSE_TILE, SPARSE_LEVEL) if sp.issparse(matrix) else (TILE, None)
    tile = tuple(np.minimum(tile, matrix.shape).tolist())
    made = group.create_dataset(
        name,
        matrix.shape,
        matrix.dtype,
        chunks=tile,
        compression="gzip",
        compression_opts=level,
        fillvalue=0,
    )
    places, written = made.id.get_space(), dict[Any, tuple[int, int]]()
    for start, part in _tiles(matrix, tile):
        filled = np.count_nonzero(part)
        if not filled:
            continue
        key = (part.shape, sha256(part).digest()) if filled * SPARSE > part.size else start
        if (earlier := written.setdefault(key, start)) != start:
            mask, deflated = made.id.read_direct_chunk(earlier)
            made.id.write_direct_chunk(start, deflated, mask)
        else:
            places.select_hyperslab(start, part.shape)
            made.id.write(h5py.h5s.create_simple(part.shape), places, part)


def _tiles(matrix: Any, tile: tuple[int, ...]) -> Iterator[tuple[tuple[int, int], Any]]:
    """Where each tile begins, and its numbers; those of a sparse matrix a strip at a time."""
    for row in range(0, matrix.shape[0], tile[0]):
        strip = matrix[row : row + tile[0]]
        whole = strip.toarray() if sp.issparse(strip) else strip
        for column in range(0, matrix.shape[1], tile[1]):
            yield (row, column), np.ascontiguousarray(whole[:, column : column + tile[1]])
