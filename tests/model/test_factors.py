"""MF, FISM and FPMC: products of tables, and users known by their windows alone."""

import pytest
import torch
from windows import lively, windows

from ssr_neuro.errors import BadInput
from ssr_neuro.model import build, config_from_dict
from ssr_neuro.model.parts.recommender import RecommenderModel
from ssr_neuro.settings.models.fism import FismConfig

SHAPE = {"items": 30, "positions": 7, "features": 6}
LENGTHS = [0, 1, 3, 7]


def small(kind: str) -> tuple[RecommenderModel, dict[str, torch.Tensor]]:
    model = lively(build(kind, config_from_dict(kind, SHAPE))).double()
    return model, {name: tensor.detach() for name, tensor in model.named_parameters()}


def real(items: torch.Tensor) -> list[int]:
    return [item for item in items.tolist() if item]


@pytest.mark.parametrize("length", LENGTHS)
def test_mf_has_the_mean_of_the_items_for_the_user(length: int) -> None:
    model, w = small("mf")
    (items,) = windows([length])
    user = w["table.weight"][real(items)].sum(dim=0) / max(length, 1)
    for item, score in enumerate(model(items[None])[0].tolist()[1:], start=1):
        expected = float(user @ w["table.weight"][item] + w["item_bias"][item])
        assert score == pytest.approx(expected)


@pytest.mark.parametrize("length", LENGTHS)
def test_fism_sums_similarities_over_the_root_of_their_number(length: int) -> None:
    model, w = small("fism")
    (items,) = windows([length])
    for item, score in enumerate(model(items[None])[0].tolist()[1:], start=1):
        output = w["output_table.weight"][item]
        total = sum(float(w["table.weight"][seen] @ output) for seen in real(items))
        assert score == pytest.approx(total / max(length, 1) ** 0.5 + float(w["item_bias"][item]))


@pytest.mark.parametrize("length", LENGTHS)
def test_fpmc_adds_the_last_item_s_answer_to_the_user_s(length: int) -> None:
    model, w = small("fpmc")
    (items,) = windows([length])
    tastes, last = w["taste_table.weight"], items[-1]
    for item, score in enumerate(model(items[None])[0].tolist()[1:], start=1):
        user = sum(float(tastes[seen] @ tastes[item]) for seen in real(items)) / max(length, 1)
        follows = float(w["table.weight"][last] @ w["next_table.weight"][item])
        assert score == pytest.approx(user + (follows if length else 0.0))


def test_only_fpmc_knows_which_item_is_the_last() -> None:
    items = windows([7])
    turned = items.flip(1)
    for kind, knows in (("mf", False), ("fism", False), ("fpmc", True)):
        model, _ = small(kind)
        assert torch.allclose(model(items)[:, 1:], model(turned)[:, 1:]) != knows


def test_training_is_the_cross_entropy_of_the_next_item() -> None:
    items, targets = windows([7, 1, 3]), torch.tensor([4, 9, 30])
    for kind in ("mf", "fism", "fpmc"):
        model, _ = small(kind)
        expected = -model(items).log_softmax(dim=1)[range(3), targets].mean()
        torch.testing.assert_close(model(items, targets).double(), expected)


def test_an_impossible_power_is_refused() -> None:
    with pytest.raises(BadInput, match="--set alpha is 2; it must be a number from 0 to 1"):
        FismConfig(items=3, alpha=2)
