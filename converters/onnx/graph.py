"""From a module to an ONNX graph that is the same bytes every time and names no place or person."""

import logging
import sys
import tempfile
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import onnx
import torch

from converters.onnx.forms import OnnxForm
from ssr_neuro.errors import BackendFailed

OPSET = 20


def graph_of(form: OnnxForm) -> onnx.ModelProto:
    """The form by torch.onnx, batch left open. Raises BackendFailed where that cannot trace it."""
    batch = torch.export.Dim("batch", min=1)
    shapes = tuple({form.batch_axis[name]: batch} for name in form.inputs)
    logging.getLogger("onnx_ir").setLevel(logging.ERROR)
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program: Any = torch.onnx.export(
                form.module,
                tuple(form.inputs.values()),
                dynamo=True,
                opset_version=OPSET,
                input_names=list(form.inputs),
                output_names=list(form.outputs),
                dynamic_shapes=shapes,
                verbose=False,
            )
    except torch.onnx.OnnxExporterError as error:
        reason = str(_first_cause(error)).partition("\n")[0]
        raise BackendFailed(
            f"torch.onnx cannot export the {form.name} of this model ({reason}); its forward pass "
            "uses an operation that ONNX has none for"
        ) from error
    return strip_metadata(program.model_proto)


def strip_metadata(model: onnx.ModelProto) -> onnx.ModelProto:
    """Without doc strings, metadata and inferred shapes, which hold source paths and counters."""
    plain = plain_copy(model)
    plain.doc_string = ""
    plain.ClearField("metadata_props")
    plain.graph.name = "main"
    plain.graph.ClearField("value_info")
    for part in (plain.graph, *_parts(plain.graph)):
        part.doc_string = ""
        part.ClearField("metadata_props")
    return plain


def write(model: onnx.ModelProto, path: Path) -> None:
    """One file, without a neighbour for the weights. Raises BackendFailed, see `check_private`."""
    check_private(model)
    path.write_bytes(model.SerializeToString(deterministic=True))


def check_private(model: onnx.ModelProto) -> None:
    """Raises BackendFailed where a text of the model names a folder of this machine."""
    text = plain_copy(model)
    for tensor in text.graph.initializer:
        tensor.ClearField("raw_data")  # numbers may look like anything
    content = text.SerializeToString()
    for place in {sys.prefix, tempfile.gettempdir(), str(Path.cwd()), str(Path.home())}:
        if len(place) > 1 and place.encode() in content:
            raise BackendFailed(
                f"the ONNX graph names {place}, a folder of this machine; a graph that is handed "
                "on must not, so a version of torch or onnxruntime that writes it cannot be used"
            )


def _first_cause(error: BaseException) -> BaseException:
    return error if error.__cause__ is None else _first_cause(error.__cause__)


def plain_copy(model: onnx.ModelProto) -> onnx.ModelProto:
    """What can be changed without changing `model`."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    return copy


def set_nodes(model: onnx.ModelProto, nodes: list[onnx.NodeProto]) -> None:
    """Give a model other nodes, in an order in which each follows what it reads."""
    kept = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del model.graph.node[:]
    model.graph.node.extend(kept)


def _parts(graph: onnx.GraphProto) -> Iterable[Any]:
    return (*graph.node, *graph.initializer, *graph.input, *graph.output)
