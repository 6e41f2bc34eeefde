import subprocess
import sys
from dataclasses import fields

import pytest
import torch

from ssr_neuro.errors import BadInput
from ssr_neuro.model import build, config_from_dict, kinds
from ssr_neuro.model.parts.recommender import RecommenderModel, parameter_groups
from ssr_neuro.settings.models import config_type
from ssr_neuro.settings.models.ssr import SsrConfig
from ssr_neuro.settings.models.ssr_ann import SsrAnnConfig
from ssr_neuro.settings.training import TrainSettings

SMALL = {"items": 11, "positions": 8, "features": 4}
WITH_TABLE = [kind for kind in kinds() if kind != "popularity"]


def small(kind: str) -> RecommenderModel:
    torch.manual_seed(0)
    known = {field.name for field in fields(config_type(kind))}
    shape = {name: value for name, value in SMALL.items() if name in known}
    return build(kind, config_from_dict(kind, shape))


def shown(model: RecommenderModel, items: torch.Tensor) -> torch.Tensor:
    """The items as the model takes them, with times at random where it needs them."""
    if not model.needs_times:
        return items
    waits = torch.randint(0, 1000, items.shape, generator=torch.Generator().manual_seed(0))
    return torch.stack([items, waits.cumsum(dim=1)], dim=-1)


def test_models_are_found_by_file_name() -> None:
    assert {"ssr", "ssr-ann"} <= set(kinds())
    assert "parts" not in kinds()


def test_an_unknown_model_lists_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"no model 'sasrek'; known: .*ssr, ssr-ann"):
        build("sasrek", SsrConfig(items=3))


def test_a_config_of_another_model_is_refused() -> None:
    with pytest.raises(BadInput, match="model 'ssr-ann' needs SsrAnnConfig, given SsrConfig"):
        build("ssr-ann", SsrConfig(items=3))


def test_listing_models_imports_no_torch_and_a_model_no_torchvision() -> None:
    code = """
import sys, ssr_neuro.model, ssr_neuro.settings.training
ssr_neuro.model.kinds()
import ssr_neuro.evaluation.evaluate, ssr_neuro.checkpoint
assert "torch" not in sys.modules
import ssr_neuro.model.ssr, accelerate
assert "torchvision" not in sys.modules
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("kind", kinds())
def test_every_model_scores_all_items_but_the_pad(kind: str) -> None:
    model = small(kind).eval()
    items = torch.tensor([[0, 0, 0, 0, 0, 1, 2, 3], [4, 5, 6, 7, 8, 9, 10, 11]])
    scores = model(shown(model, items))
    assert scores.shape == (2, 12)
    assert (scores[:, 0] == -torch.inf).all()
    assert torch.isfinite(scores[:, 1:]).all()


@pytest.mark.parametrize("kind", WITH_TABLE)
def test_no_model_reads_or_trains_the_row_of_the_pad(kind: str) -> None:
    model = small(kind)
    items = torch.randint(0, 12, (16, 8), generator=torch.Generator().manual_seed(0))
    items = shown(model, items)
    torch.manual_seed(1)  # the same dropout twice
    before = model(items).detach()
    table = model.get_parameter("table.weight")
    table.data[0] = 5.0
    torch.manual_seed(1)
    after = model(items)
    torch.testing.assert_close(after, before, rtol=0, atol=0)
    torch.autograd.backward(
        torch.nn.functional.cross_entropy(after, torch.ones(16, dtype=torch.long))
    )
    assert table.grad is not None
    assert not table.grad[0].any()


@pytest.mark.parametrize("kind", WITH_TABLE)
def test_gradients_reach_every_parameter_of_every_model(kind: str) -> None:
    model = small(kind)
    for name, parameter in model.named_parameters():
        if name.endswith("norm.bias"):
            parameter.data.zero_()  # blocks that start quiet speak up
    items, targets = torch.randint(0, 12, (256, 8)), torch.randint(1, 12, (256,))
    torch.autograd.backward(torch.nn.functional.cross_entropy(model(shown(model, items)), targets))
    assert [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_the_spiking_table_learns_faster() -> None:
    settings = TrainSettings(lr=1e-3, table_lr=2e-2)
    model = small("ssr")
    slow, fast = parameter_groups(model, settings)
    assert (slow["lr"], fast["lr"]) == (1e-3, 2e-2)
    assert [p.shape for p in fast["params"]] == [(12, 4)]
    assert len(slow["params"]) + 1 == len(list(model.parameters()))


def test_a_dense_table_learns_at_the_common_rate() -> None:
    (group,) = parameter_groups(small("ssr-ann"), TrainSettings(lr=1e-3))
    assert group["lr"] == 1e-3


def test_the_filter_of_ssr_ann_is_a_circular_convolution() -> None:
    from ssr_neuro.model.ssr_ann import AnnBlock

    block = AnnBlock(SsrAnnConfig(**SMALL))
    kernel = torch.randn(8, 4)
    block.spectrum.data = torch.view_as_real(torch.fft.rfft(kernel, dim=0))
    x = torch.randn(8, 2, 4)
    expected = sum(
        kernel[lag] * x.roll(lag, dims=0) for lag in range(8)
    )  # by the convolution theorem
    torch.testing.assert_close(block.apply_filter(x), expected, rtol=1e-4, atol=1e-5)
