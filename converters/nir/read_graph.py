"""A NIR graph from a file, or one clear error."""

from pathlib import Path
from typing import Any

import nir

from ssr_neuro.errors import BadInput


def read_graph(path: Path) -> nir.NIRGraph:
    """Raises BadInput where the file is no NIR graph."""
    try:
        # Its type check takes kernels for square and ignores groups; ours comes with compiling.
        return nir.read(path, type_check=False)
    except KeyError as error:
        raise BadInput(
            f"{path}: a node lacks its {error}, so this is no whole NIR graph; where a name holds "
            "a '/', the file takes it for two: rename the node and write the graph again"
        ) from error
    except (OSError, ValueError, TypeError, AssertionError) as error:
        raise BadInput(f"{path}: not a NIR graph that nir can read ({error})") from error


def input_names(graph: nir.NIRGraph) -> list[str]:
    """Names of the Input nodes."""
    return [name for name, node in graph.nodes.items() if is_input(node)]


def is_input(node: Any) -> bool:
    """Whether spikes from outside arrive at this node."""
    return isinstance(node, nir.Input)
