"""Folders as `ssr-compile --target onnx` writes them, of graphs small enough to compute by hand."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ssr_neuro.files import manifest

ITEMS, FEATURES, POSITIONS, DAY_S = 30, 4, 5, 86_400
IDS = tuple(f"item-{number}" for number in range(1, ITEMS + 1))
TABLE = np.random.default_rng(7).integers(-9, 10, (ITEMS + 1, FEATURES)).astype(np.float32)
TABLE[0] = 0
BIAS = np.where(np.arange(ITEMS + 1) > 0, np.float32(0), np.float32(-np.inf))


def write_folder(folder: Path, *, timed: bool = False) -> Path:
    """model.onnx scores by the sum of a window's rows, and of days where timed, else step.onnx."""
    folder.mkdir()
    onnx.save(window_graph(timed=timed), str(folder / "model.onnx"))
    if not timed:
        onnx.save(step_graph(), str(folder / "step.onnx"))
    about = {"kind": "summed", "items": ITEMS, "positions": POSITIONS}
    for name, content in (("numbers", about), ("items", IDS)):
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    manifest.write(folder, {})
    return folder


def scores_by_hand(numbers: list[int], times: list[int] | None = None) -> np.ndarray:
    """Of items 1 to ITEMS, after the last POSITIONS of a history."""
    last = numbers[-POSITIONS:]
    weights = np.ones(len(last))
    if times is not None:
        weights = 1 + (np.array(times[-POSITIONS:]) - times[0]) // DAY_S
    return (weights @ TABLE[last] @ TABLE.T)[1:].astype(np.float32)


def window_graph(*, timed: bool) -> onnx.ModelProto:
    inputs, nodes = [_given("items", TensorProto.INT64, ["batch", POSITIONS])], []
    constants = {"table": TABLE, "bias": BIAS, "last": np.array([2]), "day": np.array(DAY_S)}
    nodes = [helper.make_node("Gather", ["table", "items"], ["rows"])]
    rows = "rows"
    if timed:
        inputs.append(_given("times", TensorProto.INT64, ["batch", POSITIONS]))
        constants |= {"first": np.array([0]), "one": np.array(1)}
        nodes += [
            helper.make_node("Gather", ["times", "first"], ["begin"], axis=1),
            helper.make_node("Sub", ["times", "begin"], ["seconds"]),
            helper.make_node("Div", ["seconds", "day"], ["days"]),
            helper.make_node("Add", ["days", "one"], ["whole"]),
            helper.make_node("Cast", ["whole"], ["each"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["each", "last"], ["weights"]),
            helper.make_node("Mul", ["rows", "weights"], ["weighted"]),
        ]
        rows = "weighted"
    constants["positions"] = np.array([1])
    nodes.append(helper.make_node("ReduceSum", [rows, "positions"], ["sum"], keepdims=0))
    return _model([*nodes, *_scored("sum")], inputs, [_scores()], constants)


def step_graph() -> onnx.ModelProto:
    state = ["layers", "batch", FEATURES]
    names = ("state_real", "state_imaginary")
    inputs = [_given("items", TensorProto.INT64, ["batch"])]
    inputs += [_given(name, TensorProto.FLOAT, [1, *state[1:]]) for name in names]
    outputs = [_scores(), *(_given(f"next_{n}", TensorProto.FLOAT, [1, *state[1:]]) for n in names)]
    nodes = [
        helper.make_node("Gather", ["table", "items"], ["row"]),
        helper.make_node("Add", ["state_real", "row"], ["next_state_real"]),
        helper.make_node("Identity", ["state_imaginary"], ["next_state_imaginary"]),
        helper.make_node("Squeeze", ["next_state_real", "layer"], ["sum"]),
        *_scored("sum"),
    ]
    constants = {"table": TABLE, "bias": BIAS, "layer": np.array([0])}
    return _model(nodes, inputs, outputs, constants)


def _scored(summed: str) -> list[onnx.NodeProto]:
    return [
        helper.make_node("Transpose", ["table"], ["columns"]),
        helper.make_node("MatMul", [summed, "columns"], ["plain"]),
        helper.make_node("Add", ["plain", "bias"], ["scores"]),
    ]


def _scores() -> onnx.ValueInfoProto:
    return _given("scores", TensorProto.FLOAT, ["batch", ITEMS + 1])


def _given(name: str, kind: int, shape: list[str | int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def _model(
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    constants: dict[str, np.ndarray],
) -> onnx.ModelProto:
    tensors = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "main", inputs, outputs, tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
