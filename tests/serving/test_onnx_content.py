"""Folders of ONNX whose seal is right and whose content is not what the exporter writes."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx_folders import IDS, ITEMS, POSITIONS, TABLE, step_graph, window_graph, write_folder

import ssr_neuro as sn
from ssr_neuro.files import manifest

REMEDY = "; write it again with --target onnx"
ABOUT = {"kind": "summed", "items": ITEMS, "positions": POSITIONS}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "summed")


def refusal(folder: Path, error: type[sn.SsrError] = sn.BadInput) -> str:
    """What is said of a folder that is sealed again, without the folder."""
    manifest.write(folder, {})
    with pytest.raises(error) as found:
        sn.recommender(folder).recommend(["item-1", "item-2"], 3)
    return str(found.value).removeprefix(f"{folder}/")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([], "holds a list, not what a model is"),
        (ABOUT | {"kind": 7}, "kind is 7: Input should be a valid string"),
        ({"kind": "summed", "items": ITEMS}, "positions is missing"),
        (ABOUT | {"positions": "5"}, "positions is '5': Input should be a valid integer"),
        (ABOUT | {"positions": 1.5}, "positions is 1.5: Input should be a valid integer"),
        (ABOUT | {"positions": True}, "positions is True: Input should be a valid integer"),
        (
            ABOUT | {"positions": 0},
            "positions is 0: Input should be greater than or equal to 1",
        ),
        (
            ABOUT | {"positions": 10**9},
            "positions is 1000000000: Input should be less than or equal to 65536",
        ),
    ],
)
def test_sizes_of_another_form_are_refused(content: Any, said: str, folder: Path) -> None:
    (folder / "numbers.json").write_text(json.dumps(content))
    assert refusal(folder) == f"numbers.json: {said}{REMEDY}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "holds a NoneType, not a list of item ids"),
        ("abc", "holds a str, not a list of item ids"),
        (["item-1"], "1 item ids for 30 items"),
        ([*IDS[:29], None], "the id of item 30 is None, which is no text"),
        ([["item-1"], *IDS[1:]], "the id of item 1 is ['item-1'], which is no text"),
        (
            ["item-2", *IDS[1:]],
            "2 items have the id 'item-2', and each needs one of its own",
        ),
    ],
)
def test_ids_that_are_not_one_text_for_each_item_are_refused(
    content: Any, said: str, folder: Path
) -> None:
    (folder / "items.json").write_text(json.dumps(content))
    assert refusal(folder) == f"items.json: {said}{REMEDY}"


def other_positions(graph: Any) -> None:
    graph.input[0].type.tensor_type.shape.dim[1].dim_value = POSITIONS - 1


def other_kind(graph: Any) -> None:
    graph.input[0].type.tensor_type.elem_type = TensorProto.INT32


def one_input_more(graph: Any) -> None:
    graph.input.append(helper.make_tensor_value_info("more", TensorProto.INT64, ["batch"]))


def fixed_batch(graph: Any) -> None:
    graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1


WINDOW = f"items tensor(int64) (any, {POSITIONS})"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (other_positions, "items tensor(int64) (any, 4)"),
        (other_kind, "items tensor(int32) (any, 5)"),
        (one_input_more, f"{WINDOW}, more tensor(int64) (any)"),
        (fixed_batch, "items tensor(int64) (1, 5)"),
    ],
)
def test_a_graph_of_other_inputs_is_refused(
    change: Callable[[Any], None], found: str, folder: Path
) -> None:
    model = window_graph(timed=False)
    change(model.graph)
    onnx.save(model, str(folder / "model.onnx"))
    assert refusal(folder) == f"model.onnx: its inputs are {found}, and not {WINDOW}{REMEDY}"


def test_a_graph_with_a_name_that_is_no_utf_8_is_refused(folder: Path) -> None:
    path = folder / "model.onnx"
    assert path.read_bytes().count(b"batch") > 0
    path.write_bytes(path.read_bytes().replace(b"batch", b"b\xe1tch"))
    assert refusal(folder) == f"model.onnx: a name in it is no UTF-8{REMEDY}"


def test_a_graph_of_other_items_is_refused_and_ranks_no_part_of_them(folder: Path) -> None:
    (folder / "numbers.json").write_text(json.dumps(ABOUT | {"items": ITEMS + 1}))
    (folder / "items.json").write_text(json.dumps([*IDS, "item-31"]))
    said = "scores tensor(float) (any, 31), and not scores tensor(float) (any, 32)"
    assert refusal(folder) == f"model.onnx: its outputs are {said}{REMEDY}"


@pytest.mark.parametrize("content", [b"", b"no graph"])
def test_what_onnxruntime_cannot_open_is_refused(content: bytes, folder: Path) -> None:
    (folder / "model.onnx").write_bytes(content)
    said = refusal(folder)
    assert said.startswith("model.onnx: cannot be read as a graph of onnxruntime (")
    assert said.endswith(REMEDY)


def test_weights_in_another_file_are_not_read(folder: Path) -> None:
    (folder / "README.md").write_bytes(b"x" * 4 * TABLE.size)
    model = window_graph(timed=False)
    table = next(one for one in model.graph.initializer if one.name == "table")
    table.ClearField("raw_data")
    table.data_location = TensorProto.EXTERNAL
    table.external_data.add(key="location", value="README.md")
    onnx.save(model, str(folder / "model.onnx"))
    assert "model.onnx: cannot be read as a graph" in refusal(folder)


def test_a_graph_that_fails_while_it_runs_says_so(folder: Path) -> None:
    model = window_graph(timed=False)
    table = next(one for one in model.graph.initializer if one.name == "table")
    table.CopyFrom(numpy_helper.from_array(np.ones((1, 4), np.float32), "table"))
    onnx.save(model, str(folder / "model.onnx"))
    manifest.write(folder, {})
    with pytest.raises(
        sn.BackendFailed, match=r"model\.onnx: onnxruntime cannot run it \(.*Gather"
    ):
        sn.recommender(folder).recommend(["item-7"])


def test_scores_of_another_shape_than_declared_are_refused(folder: Path) -> None:
    model = window_graph(timed=False)
    model.graph.node[-1].output[0] = "each"
    model.graph.node.append(helper.make_node("Concat", ["each", "each"], ["scores"], axis=0))
    onnx.save(model, str(folder / "model.onnx"))
    said = "model.onnx: scores has the shape (2, 31), and not (1, 31) as the graph says"
    assert refusal(folder) == f"{said}{REMEDY}"


def test_a_step_without_a_state_is_refused(folder: Path) -> None:
    onnx.save(window_graph(timed=False), str(folder / "step.onnx"))
    said = (
        "step.onnx: its input state_real is None; it must be tensor(float) (layers, any, numbers)"
    )
    assert refusal(folder) == f"{said} of at most 16,777,216 in all{REMEDY}"


def test_a_state_of_more_numbers_than_are_held_is_refused(folder: Path) -> None:
    model = step_graph()
    nodes = model.graph.node
    nodes[1].CopyFrom(helper.make_node("Identity", ["state_real"], ["next_state_real"]))
    nodes[3].CopyFrom(helper.make_node("Identity", ["row"], ["sum"]))
    for given in (*model.graph.input[1:], *model.graph.output[1:]):
        given.type.tensor_type.shape.dim[2].dim_value = 1 << 40
    onnx.save(model, str(folder / "step.onnx"))
    assert "at most 16,777,216 in all" in refusal(folder)


def test_a_session_that_keeps_a_state_goes_on_from_its_pickle(folder: Path) -> None:
    session = sn.recommender(folder).session(["item-3", "item-9"])
    again = pickle.loads(pickle.dumps(session))
    for one in (session, again):
        one.add("item-27")
    assert again.recommend(4) == session.recommend(4)
    assert again.history == ("item-3", "item-9", "item-27")
