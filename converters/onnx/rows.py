"""Tables whose rows are looked up, in int8 with a scale for each row."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

from converters.onnx.graph import set_nodes

LEVELS = 127  # symmetric, so that a row of zeros stays one


def rows_in_int8(model: onnx.ModelProto) -> onnx.ModelProto:
    """Look up int8 rows and multiply what was found; where a table scores too, the same table.

    A product's quantised table is used as it is: integers, a scale a row, zero points 0.
    """
    graph = model.graph
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        table = _table(graph, node)
        nodes.extend([node] if table is None else _looked_up(node, *table))
    set_nodes(model, nodes)
    read = {name for node in graph.node for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in read]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    return model


def _table(graph: onnx.GraphProto, node: onnx.NodeProto) -> tuple[str, str] | None:
    """Names of integers and scales of the table that a node looks rows up in, or None."""
    if node.op_type != "Gather" or any(a.name == "axis" and a.i != 0 for a in node.attribute):
        return None
    for other in graph.node:
        if other.op_type == "DequantizeLinear" and other.output[0] == node.input[0]:
            return other.input[0], other.input[1]
    for tensor in graph.initializer:
        matrix = tensor.data_type == onnx.TensorProto.FLOAT and len(tensor.dims) == 2
        if tensor.name == node.input[0] and matrix:
            return _round(graph, tensor)
    return None


def _round(graph: onnx.GraphProto, tensor: onnx.TensorProto) -> tuple[str, str]:
    """The integers and scales of a float table, as initialisers; made once."""
    names = f"{tensor.name}_rows", f"{tensor.name}_scales"
    if names[0] in {other.name for other in graph.initializer}:
        return names
    rows = numpy_helper.to_array(tensor)
    highest = np.abs(rows).max(axis=1)
    scales = np.where(highest > 0, highest / LEVELS, 1).astype(np.float32)
    integers = np.rint(rows / scales[:, None]).astype(np.int8)
    graph.initializer.append(numpy_helper.from_array(integers, names[0]))
    graph.initializer.append(numpy_helper.from_array(scales, names[1]))
    return names


def _looked_up(node: onnx.NodeProto, integers: str, scales: str) -> list[onnx.NodeProto]:
    out, places = node.output[0], node.input[1]
    last = f"{out}_last"  # the axis that a scale must have beside its row
    whole, scale = f"{out}_integers", f"{out}_scale"
    return [
        helper.make_node("Gather", [integers, places], [whole], f"{whole}_rows", axis=0),
        helper.make_node("Cast", [whole], [f"{whole}_float"], f"{whole}_cast", to=1),
        helper.make_node("Gather", [scales, places], [scale], f"{scale}_rows", axis=0),
        helper.make_node("Constant", [], [last], f"{last}_axis", value_ints=[-1]),
        helper.make_node("Unsqueeze", [scale, last], [f"{scale}_wide"], f"{scale}_widen"),
        helper.make_node("Mul", [f"{whole}_float", f"{scale}_wide"], [out], f"{out}_scaled"),
    ]
