"""What the ONNX exporter is made of, on graphs of a few nodes."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from onnx_jobs import SHAPES, make, tiny, windows

from converters.onnx.checks import agreement, check_pad, check_scores, top
from converters.onnx.folder import check_size
from converters.onnx.forms import OnnxForm
from converters.onnx.graph import check_private, graph_of, strip_metadata, write
from converters.onnx.int8 import biases_apart, whole_operands
from converters.onnx.rows import rows_in_int8
from converters.onnx.run import OnnxFile
from converters.onnx.ssr import UnrolledSSR
from ssr_neuro import data
from ssr_neuro.errors import BackendFailed, DoesNotFit, Mismatch
from ssr_neuro.model.parts.complex_scan import scan, scan_by_doubling
from ssr_neuro.model.ssr import SSR

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
INF = float("inf")


def model_of(
    nodes: list[onnx.NodeProto], tensors: dict[str, np.ndarray], *y: int
) -> onnx.ModelProto:
    """x int64 (batch, 2) -> y (batch, *y), of these nodes."""
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", INT64, ["batch", 2])],
        [helper.make_tensor_value_info("y", FLOAT, ["batch", *y])],
        [numpy_helper.from_array(value, name) for name, value in tensors.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def run(model: onnx.ModelProto, path: Path, x: list[list[int]]) -> np.ndarray:
    onnx.save(model, path)
    (y,) = OnnxFile(path).run({"x": np.array(x)})
    return np.asarray(y)


def test_rows_keep_a_scale_each(tmp_path: Path) -> None:
    table = np.array([[0, 0, 0], [0.5, -1, 0.25], [100, 50, -3]], np.float32)
    model = model_of([helper.make_node("Gather", ["t", "x"], ["y"])], {"t": table}, 2, 3)
    found = run(rows_in_int8(model), tmp_path / "m.onnx", [[0, 1], [2, 2]])
    expected = table[[[0, 1], [2, 2]]]
    np.testing.assert_allclose(found, expected, atol=0.5 * 100 / 127)
    np.testing.assert_allclose(found[0], expected[0], atol=0.5 / 127)
    assert [t.name for t in model.graph.initializer] == ["t_rows", "t_scales"]


def test_a_table_read_twice_is_kept_once(tmp_path: Path) -> None:
    nodes = [helper.make_node("Gather", ["t", "x"], [name]) for name in ("a", "b")]
    nodes.append(helper.make_node("Add", ["a", "b"], ["y"]))
    model = rows_in_int8(model_of(nodes, {"t": np.array([[1.27], [2.54]], np.float32)}, 2, 1))
    found = run(model, tmp_path / "m.onnx", [[0, 1]])
    np.testing.assert_allclose(found, [[[2.54], [5.08]]], rtol=1e-6)
    assert [t.name for t in model.graph.initializer] == ["t_rows", "t_scales"]


@pytest.mark.parametrize("length", [1, 2, 5, 8])
def test_the_scan_of_exported_models_is_the_scan(length: int) -> None:
    generator = torch.Generator().manual_seed(0)
    decay = (torch.full((3,), 0.6), torch.tensor([0.0, 0.5, -0.7]))
    drive = tuple(torch.randn(2, length, 3, generator=generator) for _ in range(2))
    for found, expected in zip(scan_by_doubling(decay, drive), scan(decay, drive), strict=True):
        torch.testing.assert_close(found, expected)


def test_a_bias_apart_is_the_same_sum(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Cast", ["x"], ["a"], to=FLOAT),
        helper.make_node("Gemm", ["a", "w", "b"], ["y"], transB=1),
    ]
    tensors = {
        "w": np.array([[1, 2], [3, 4], [5, 6]], np.float32),
        "b": np.array([-INF, 1, 2], np.float32),
    }
    model = biases_apart(model_of(nodes, tensors, 3))
    assert [node.op_type for node in model.graph.node] == ["Cast", "Gemm", "Add"]
    assert run(model, tmp_path / "m.onnx", [[1, 1]]).tolist() == [[-INF, 8, 13]]


@pytest.mark.parametrize(("constant", "codes"), [({"w"}, ["codes"]), ({"w", "codes"}, [])])
def test_spikes_and_codes_stay_whole_and_readouts_do_not(
    constant: set[str], codes: list[str]
) -> None:
    products = [
        helper.make_node("MatMul", ["spikes", "w"], ["a"]),
        helper.make_node("MatMul", ["counts", "w"], ["readouts"]),
        helper.make_node("MatMul", ["readouts", "codes"], ["scores"]),
    ]
    assert whole_operands(products, constant) == ["spikes", "counts", *codes]


def test_a_place_of_this_machine_is_refused(tmp_path: Path) -> None:
    model = model_of([helper.make_node("Cast", ["x"], ["y"], to=FLOAT)], {}, 2)
    model.graph.node[0].doc_string = f'File "{sys.prefix}/lib/a.py", line 3'
    with pytest.raises(BackendFailed, match=r"names .*, a folder of this machine"):
        check_private(model)
    write(strip_metadata(model), tmp_path / "m.onnx")
    assert (tmp_path / "m.onnx").is_file()


def test_a_file_that_is_no_graph_is_refused(tmp_path: Path) -> None:
    model = model_of([helper.make_node("NoSuchOperator", ["x"], ["y"])], {}, 2)
    onnx.save(model, tmp_path / "m.onnx")
    with pytest.raises(BackendFailed, match=r"m.onnx is refused: .*NoSuchOperator"):
        OnnxFile(tmp_path / "m.onnx")


class Untraceable(torch.nn.Module):
    def forward(self, items: torch.Tensor) -> torch.Tensor:
        return torch.linalg.svdvals(items.float())


def test_a_model_that_cannot_be_traced_is_named() -> None:
    form = OnnxForm(
        "model", Untraceable(), {"items": torch.ones(2, 3).long()}, ("y",), {"items": 0}
    )
    with pytest.raises(BackendFailed, match=r"cannot export the model of .*svd"):
        graph_of(form)


def test_weights_above_the_limit_do_not_fit() -> None:
    model = tiny("mf", features=8).model()
    check_size(model)
    with pytest.raises(DoesNotFit, match=r"weights take 14,436 bytes and one ONNX file holds 999"):
        check_size(model, limit=999)


def test_scores_are_compared_by_their_size() -> None:
    expected = np.array([[-INF, 1.0, 1000.0]])
    assert check_scores("f", expected + np.array([0, 0, 0.05]), expected) == 0.05
    with pytest.raises(Mismatch, match=r"f: sequence 0, item 1 scores 1.05 in onnxruntime"):
        check_scores("f", expected + np.array([0, 0.05, 0.05]), expected)


def test_a_pad_with_a_score_or_an_item_without_is_found() -> None:
    for scores, item in (([[0.0, 1.0]], 0), ([[-INF, np.nan]], 1), ([[-INF, INF]], 1)):
        with pytest.raises(Mismatch, match=f"sequence 0, item {item} scores .* the pad, must"):
            check_pad("f", np.array(scores))


def test_agreement_of_rankings() -> None:
    scores = np.tile(np.arange(21.0), (2, 1))
    other = scores.copy()
    other[0, 1] = 30  # takes a place of ten from item 11, and the first
    assert top(scores)[0].tolist() == list(range(20, 10, -1))
    assert agreement(other, scores) == {"top10_in_common": 0.95, "same_best": 0.5}


@pytest.mark.parametrize(
    "shape",
    [
        SHAPES["ssr"],
        {"features": 3, "blocks": 0, "steps": 4, "threshold": 0.7},
        {"features": 6, "blocks": 2, "steps": 1, "spectrum": "half", "tau_steps": 3.0},
        {"features": 6, "blocks": 2, "steps": 2, "encoder_skip": True},
        {"features": 6, "blocks": 2, "steps": 2, "feature_gains": True},
        {"features": 6, "blocks": 2, "steps": 2, "readout_skip": True},
    ],
)
def test_an_unrolled_ssr_is_the_ssr(shape: dict[str, Any]) -> None:
    model = tiny("ssr", **shape).model()
    assert isinstance(model, SSR)
    for layer in model.layers().values():
        if layer.gains is not None:
            torch.nn.init.normal_(layer.gains, 1.0, 0.5)
    if model.readout_skip is not None:
        torch.nn.init.normal_(model.readout_skip.gains)
    items = windows(9)
    with torch.no_grad():
        found, expected = UnrolledSSR(model, torch.float64)(items), model.double()(items)
    torch.testing.assert_close(found[:, 1:], expected[:, 1:].float(), rtol=1e-4, atol=1e-4)
    assert (found[:, 0] == -INF).all()


def test_accuracy_is_measured_where_there_is_a_data_set(tmp_path: Path) -> None:
    split = data.split(data.load("generated"), positions=4)
    found = make(tmp_path, tiny("mf", features=8), split).found
    assert found["files model.int8.onnx calibrated_on"] == "256 validation sequences"
    assert found["accuracy of_all"] == found["accuracy sequences"] == len(split.test)
    exact, small = (found[f"accuracy {name}.onnx hr@10"] for name in ("model", "model.int8"))
    assert abs(exact - small) < 0.05
