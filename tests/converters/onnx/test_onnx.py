"""Every kind of model through the ONNX exporter, and its files through onnxruntime."""

import functools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from onnx_jobs import POSITIONS, SHAPES, Made, make, tiny, windows

from converters.onnx.checks import check_full_pass, check_steps
from converters.onnx.run import OnnxFile, feed
from ssr_neuro.errors import Mismatch
from ssr_neuro.evaluation.evaluate import model_scores
from ssr_neuro.model.lrurec import LRURec


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("onnx")


@functools.cache
def made_once(kind: str, folders: Path) -> Made:
    (folders / kind).mkdir()
    return make(folders / kind, tiny(kind, **SHAPES[kind]))


@pytest.fixture(params=SHAPES)
def made(request: pytest.FixtureRequest, folders: Path) -> Made:
    return made_once(str(request.param), folders)


@pytest.mark.parametrize("batch", [1, 3])
def test_any_batch_has_the_scores_of_the_model(made: Made, batch: int) -> None:
    sequences = made.saved.inputs[:batch]
    (scores,) = OnnxFile(made.folder / "model.onnx").run(feed(sequences.numpy()))
    with torch.no_grad():
        expected = made.model(sequences).float().numpy()
    assert scores.shape == (batch, made.saved.config.items + 1)
    assert scores.dtype == np.float32
    assert (scores[:, 0] == -np.inf).all()
    np.testing.assert_allclose(scores[:, 1:], expected[:, 1:], rtol=1e-4, atol=1e-4)
    assert expected[:, 1:].std() > 0.05


def test_a_changed_weight_is_found(made: Made, tmp_path: Path) -> None:
    graph = onnx.load(made.folder / "model.onnx")
    table = max(graph.graph.initializer, key=lambda tensor: len(tensor.raw_data))
    values = numpy_helper.to_array(table)
    changed = ~values if values.dtype == np.uint8 else values + 1
    table.CopyFrom(numpy_helper.from_array(changed, table.name))
    onnx.save(graph, tmp_path / "model.onnx")
    sequences = made.saved.inputs.numpy()
    said = r"model.onnx: sequence \d+, item \d+ scores \S+ in onnxruntime and \S+ in PyTorch"
    with pytest.raises(Mismatch, match=said):
        check_full_pass(OnnxFile(tmp_path / "model.onnx"), model_scores(made.model), sequences)


def test_int8_is_smaller_and_ranks_alike(made: Made) -> None:
    exact, small = (made.folder / name for name in ("model.onnx", "model.int8.onnx"))
    assert small.stat().st_size < exact.stat().st_size
    sequences = made.saved.inputs[:3].numpy()
    scores, expected = (OnnxFile(path).scores()(sequences) for path in (small, exact))
    assert (scores[:, 0] == -np.inf).all()
    assert np.corrcoef(scores[:, 1:].ravel(), expected[:, 1:].ravel())[0, 1] > 0.9
    assert made.found["files model.int8.onnx top10_in_common"] > 0.3


def test_products_are_of_int8(made: Made) -> None:
    graph = onnx.load(made.folder / "model.int8.onnx").graph
    kinds = [tensor.data_type for tensor in graph.initializer if len(tensor.dims) == 2]
    assert kinds.count(onnx.TensorProto.INT8) >= 3
    rows = made.saved.config.items + 1
    tables = [table for table in graph.initializer if list(table.dims)[:1] == [rows]]
    tables = [table for table in tables if len(table.dims) == 2]
    assert {table.data_type for table in tables} <= {onnx.TensorProto.INT8, onnx.TensorProto.UINT8}


def test_matrices_of_each_feature_stay_float_in_int8(tmp_path: Path) -> None:
    options = {"encoder_skip": True, "feature_gains": True, "readout_skip": True}
    found = make(tmp_path, tiny("ssr", **SHAPES["ssr"] | {"steps": 1} | options)).found
    assert found["files model.int8.onnx top10_in_common"] > 0.3
    graph = onnx.load(tmp_path / "model.int8.onnx").graph
    kinds = {len(tensor.dims): tensor.data_type for tensor in graph.initializer if tensor.dims}
    assert kinds[3] == onnx.TensorProto.FLOAT


def test_files_hold_all_and_name_no_place(made: Made) -> None:
    names = {"README.md", "items.json", "numbers.json", "model.onnx", "model.int8.onnx"}
    if made.saved.kind == "lrurec":
        names |= {"step.onnx", "step.int8.onnx"}
    assert {path.name for path in made.folder.iterdir()} == names
    for path in made.folder.glob("*.onnx"):
        content = path.read_bytes()
        for place in (sys.prefix, str(Path.cwd()), str(made.folder), ".py"):
            assert place.encode() not in content


def test_the_page_for_the_receiver_runs(made: Made) -> None:
    page = (made.folder / "README.md").read_text()
    code = "\n".join(part.split("```")[0] for part in page.split("```python")[1:])
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=made.folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    best = [list(map(int, line.strip("[]").split())) for line in done.stdout.splitlines()]
    assert all(len(items) == 10 for items in best)
    if made.saved.kind == "lrurec":
        assert best[0] == best[1]


def test_numbers_are_told_and_kept(made: Made) -> None:
    kept = json.loads((made.folder / "numbers.json").read_text())
    exact = kept["files"]["model.onnx"]
    assert exact["bytes"] == (made.folder / "model.onnx").stat().st_size
    assert exact["batch_sizes"] == [1, 6]
    assert exact["sequences_of_equal_top10"] == 6
    assert 0 < exact["largest_difference"] < 1e-4
    assert made.found["files model.onnx bytes"] == exact["bytes"]
    assert "accuracy" not in kept
    assert json.loads((made.folder / "items.json").read_text())[6] == "film 7"


@pytest.fixture(scope="module")
def lrurec(folders: Path) -> Made:
    return made_once("lrurec", folders)


def recurrent(made: Made) -> LRURec:
    model = made.saved.model()
    assert isinstance(model, LRURec)
    return model


def test_item_by_item_is_the_full_pass(lrurec: Made) -> None:
    file = OnnxFile(lrurec.folder / "step.onnx")
    found = check_steps(file, recurrent(lrurec), windows(5).numpy())
    assert found["items_each"] == POSITIONS
    assert found["largest_difference"] < 1e-4


def test_a_forgotten_state_is_found(lrurec: Made, tmp_path: Path) -> None:
    graph = onnx.load(lrurec.folder / "step.onnx")
    for node in graph.graph.node:
        for place, name in enumerate(node.input):
            if name == "state_real":
                node.input[place] = "state_imaginary"
    onnx.save(graph, tmp_path / "step.onnx")
    with pytest.raises(Mismatch, match=r"step.onnx after 2 items: sequence \d, item \d+ scores"):
        check_steps(OnnxFile(tmp_path / "step.onnx"), recurrent(lrurec), windows(5).numpy())


def test_a_folder_is_the_same_bytes_every_time(lrurec: Made, tmp_path: Path) -> None:
    make(tmp_path, lrurec.saved)
    for path in lrurec.folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_other_kinds_need_no_special_work(tmp_path: Path) -> None:
    shape: dict[str, Any] = {"features": 8}
    for kind in ("mf", "popularity"):
        (tmp_path / kind).mkdir()
        found = make(tmp_path / kind, tiny(kind, **(shape if kind == "mf" else {}))).found
        assert found["files model.onnx sequences_of_equal_top10"] == 6
        page = (tmp_path / kind / "README.md").read_text()
        assert ("files model.int8.onnx bytes" in found) == ("int8" in page) == (kind == "mf")
