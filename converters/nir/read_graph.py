"""A NIR graph from a file, or one clear error."""

from pathlib import Path
from typing import Any

import nir

from converters.nir.unknown_nodes import unknown_fields, unknown_kinds
from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate, hdf5

KIND, REMEDY = "a NIR graph", "write the graph again with nir.write"


def read_graph(path: Path) -> nir.NIRGraph:
    """Raises BadInput where the file is no NIR graph."""
    with hdf5.open_file(path, KIND, REMEDY):
        pass  # what it declares is within limits
    try:
        with gate.reading(path, KIND, REMEDY):
            # Its type check takes kernels for square and ignores groups; ours comes with compiling.
            graph = nir.read(path, type_check=False)
    except BadInput as error:
        if isinstance(error.__cause__, KeyError):
            raise BadInput(
                f"{path}: a node lacks its {error.__cause__}, so this is no whole NIR graph; where "
                "a name holds a '/', the file takes it for two: rename the node and write the "
                "graph again"
            ) from error
        with hdf5.open_file(path, KIND, REMEDY) as file, gate.reading(path, KIND, REMEDY):
            unknown = unknown_kinds(file) or unknown_fields(file, str(error.__cause__))
        if unknown:
            raise BadInput(f"{path}: {unknown}") from error
        raise
    if not isinstance(graph, nir.NIRGraph):
        raise BadInput(f"{path}: holds a {type(graph).__name__} alone, not a graph; {REMEDY}")
    return graph


def input_names(graph: nir.NIRGraph) -> list[str]:
    """Names of the Input nodes."""
    return [name for name, node in graph.nodes.items() if is_input(node)]


def is_input(node: Any) -> bool:
    """Whether spikes from outside arrive at this node."""
    return isinstance(node, nir.Input)
