"""The memory study: bytes of an item as packed spikes and as numbers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from trained import DATASET, saved_ssr

from ssr_neuro.errors import BadInput
from ssr_neuro.evaluation.item_table import ItemTable
from ssr_neuro.model import build, config_from_dict
from ssr_neuro.study.memory import (
    count_packed_bytes,
    document,
    figure,
    model_table,
    place_models,
    tables,
)
from ssr_neuro.study.selected_models import Judged, load_judged


def other(model: Judged, kind: str, **shape: int) -> Judged:
    """A model of another kind in its place."""
    config = config_from_dict(kind, {"items": DATASET.n_items, **shape})
    state = build(kind, config).state_dict()
    return replace(model, saved=replace(model.saved, kind=kind, config=config, state=state))


@pytest.mark.parametrize(("steps", "features"), [(4, 64), (1, 3), (3, 7), (8, 16)])
def test_packed_bytes_are_those_of_the_table_that_is_written(steps: int, features: int) -> None:
    codes = np.ones((5, steps, features), np.uint8)
    table = ItemTable(codes, np.zeros(5, np.int64), tuple("abcde"))
    assert count_packed_bytes(steps, features) == table.packed.shape[1]


def test_the_curves_of_the_paper() -> None:
    found = {table.name: table.bytes_per_item for table in tables((64, 128), steps=4)}
    assert found == {
        "spikes, T = 4": (32, 64),
        "float32": (256, 512),
        "float16": (128, 256),
        "int8": (64, 128),
    }
    first = document(tables((64,), steps=4), (64,), items=100)[0]
    assert first["table_bytes"]["spikes, T = 4"] == 3200


@pytest.mark.parametrize(("features", "steps"), [((0,), 4), ((), 4), ((8, 8), 4), ((8,), 0)])
def test_impossible_sizes_are_refused(features: tuple[int, ...], steps: int) -> None:
    with pytest.raises(BadInput, match="give whole numbers from 1 on, every D once"):
        tables(features, steps)


def test_models_are_placed_by_the_tables_they_keep(tmp_path: Path) -> None:
    (ssr,) = load_judged([saved_ssr(tmp_path)], DATASET)
    assert model_table(ssr) == ("packed spikes", 4)  # T = 4, D = 8
    assert model_table(other(ssr, "sasrec", features=8)) == ("float32", 32)
    assert model_table(other(ssr, "fpmc", features=8)) == ("float32", 96)  # three tables
    with pytest.raises(BadInput, match="'popularity', which has no table of items"):
        model_table(other(ssr, "popularity"))


def test_the_figure_holds_curves_and_models(tmp_path: Path) -> None:
    torch.manual_seed(0)
    (ssr,) = load_judged([saved_ssr(tmp_path)], DATASET)
    models = (ssr, replace(other(ssr, "gru4rec", features=8), name="gru"))
    found = place_models(models, DATASET, at_most=100, seed=0, say=lambda said: None)
    assert [model["bytes_per_item"] for model in found] == [4, 32]
    assert all(model["test"]["sequences"] == 100 for model in found)
    svg = figure("", tables((8, 16), 4), (8, 16), found, ())
    assert all(f">{word}</text>" in svg for word in ("gru", "model", "int8", "HR@10 by size"))
    assert "HR@10 by size" not in figure("", tables((8, 16), 4), (8, 16), (), ())
