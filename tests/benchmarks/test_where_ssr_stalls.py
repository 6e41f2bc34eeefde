"""A training of where_ssr_stalls.py is of the precision that its results name."""

import importlib
from pathlib import Path
from typing import Any

import pytest
import torch

from ssr_neuro.data import generate, split
from ssr_neuro.model import build, config_from_dict
from ssr_neuro.settings.training import TrainSettings


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "benchmarks")
    return importlib.import_module("where_ssr_stalls")


@pytest.mark.parametrize(("precision", "in_bf16"), [("bf16", True), ("no", False)])
def test_products_are_in_bfloat16_only_where_it_is_asked_for(
    script: Any, precision: str, in_bf16: bool
) -> None:
    dataset = generate(users=30)
    shape = {"items": dataset.n_items, "positions": 4, "features": 4, "blocks": 1}
    model, seen = build("ssr-ann", config_from_dict("ssr-ann", shape)), []
    model.register_forward_pre_hook(lambda *_: seen.append(torch.is_autocast_enabled("cpu")))
    settings = TrainSettings(epochs=None, max_steps=1, batch_size=8, mixed_precision=precision)
    script.trained(model, split(dataset, positions=4), settings)
    assert seen[0] is in_bf16  # the step; evaluations follow
