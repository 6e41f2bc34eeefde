"""A NIR graph from a file, or one clear error."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nir

from ssr_neuro.errors import BadInput
from ssr_neuro.files import gate, hdf5

KIND, REMEDY = "a NIR graph", "write the graph again with nir.write"
NO_MAXIMUM = (
    "a maximum is no sum of spikes, and no chip of this kind has one between populations: train "
    "with average or sum pooling, or with a convolution of that stride"
)
FOLD = (
    "fold it into the layer before it as the framework does when it judges, for example by "
    "torch.nn.utils.fuse_conv_bn_eval, and export that"
)
REMEDIES = {"MaxPool": NO_MAXIMUM, "BatchNorm": FOLD}


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
        if unknown := _unknown_types(path):
            raise BadInput(f"{path}: {unknown}") from error
        raise
    if not isinstance(graph, nir.NIRGraph):
        raise BadInput(f"{path}: holds a {type(graph).__name__} alone, not a graph; {REMEDY}")
    return graph


def _unknown_types(path: Path) -> str:
    """The nodes of a kind that NIR does not know, with what to do; "" where there are none."""
    found: dict[str, str] = {}

    def note(name: str, value: Any) -> None:
        node, _, last = name.rpartition("/")
        if last == "type" and not hasattr(value, "keys"):
            kind = value.asstr()[()]
            if not isinstance(getattr(nir, kind, None), type):
                found[node.rpartition("/")[2]] = kind

    with hdf5.open_file(path, KIND, REMEDY) as file, gate.reading(path, KIND, REMEDY):
        file.visititems(note)
    if not found:
        return ""
    nodes = ", ".join(f"{name} is a {kind}" for name, kind in found.items())
    remedies = [text for start, text in REMEDIES.items() if _any_starts(found.values(), start)]
    said = f"; {'; '.join(remedies)}" if remedies else ""
    return f"{nodes}, which nir {nir.__version__} does not know{said}"


def _any_starts(kinds: Iterable[str], start: str) -> bool:
    return any(kind.startswith(start) for kind in kinds)


def input_names(graph: nir.NIRGraph) -> list[str]:
    """Names of the Input nodes."""
    return [name for name, node in graph.nodes.items() if is_input(node)]


def is_input(node: Any) -> bool:
    """Whether spikes from outside arrive at this node."""
    return isinstance(node, nir.Input)
