"""What every model in the folder keeps to, or says here why it does not."""

import copy
import functools
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import torch
from windows import windows

from ssr_neuro import checkpoint
from ssr_neuro.checkpoint import Checkpoint
from ssr_neuro.model import build, config_from_dict, kinds
from ssr_neuro.model.parts.recommender import RecommenderModel, parameter_groups
from ssr_neuro.settings.models import config_type
from ssr_neuro.settings.training import TrainSettings

SHAPE = {"items": 30, "positions": 8, "features": 32}
LENGTHS = [8, 5, 6, 8, 4, 8, 3, 7, 6, 2, 8, 5]
KINDS = kinds()

# Pads change the scores of these.
READS_PADS = {
    "ssr": "learned matrices over all N positions; a window has exactly N",
    "ssr-ann": "a circular convolution over all N positions; a window has exactly N",
}
# Later items change earlier positions of these, or there are no positions in them.
NOT_CAUSAL = {
    "ssr": "learned matrices mix all positions",
    "ssr-ann": "a circular convolution mixes all positions",
    "bert4rec": "attention goes both ways",
    "bsarec": "low and high frequencies are those of the whole window",
    "caser": "one vector of the whole window",
    "fmlp-rec": "a circular convolution mixes all positions",
    "fism": "one vector of the whole window",
    "fpmc": "one vector of the whole window",
    "mf": "one vector of the whole window",
    "narm": "one vector of the whole window",
    "popularity": "no vectors",
}
# The positions' vectors (B, N, D) of the others.
HIDDEN: dict[str, Callable[[Any, torch.Tensor], torch.Tensor]] = {
    "gru4rec": lambda model, items: model.hidden(items),
    "lrurec": lambda model, items: model.hidden(items),
    "mamba4rec": lambda model, items: model.hidden(items),
    "sasrec": lambda model, items: model.hidden(items),
    "ssd4rec": lambda model, items: model.hidden(items),
    "tisasrec": lambda model, items: model.hidden(items),
    "tim4rec": lambda model, items: model.hidden(
        items[..., 0], model.step_factors(items[..., 1], items[..., 0] > 0)
    ),
}
# The rest of the shape, where it is not the default.
SPECIAL = {
    "bert4rec": {"last_alone": 0.8, "dropout": 0.1},  # the toy asks for what follows the last item
    "bsarec": {"dropout": 0.2},  # the default of 0.5 is for far more data than the toy
}
# How many steps these need to memorise the toy, where 60 are too few.
STEPS = {"bert4rec": 300, "bsarec": 200}
# Learning rates other than 1e-2: norms after every sum are unstable at that.
RATES = {"bert4rec": 4e-3}
# These cannot memorise a toy.
FORGETS = {"popularity": "the same scores for everybody"}


def shown(model: RecommenderModel, items: torch.Tensor, seed: int = 0) -> torch.Tensor:
    """The items as the model takes them: with times at random where it needs them."""
    if not model.needs_times:
        return items
    generator = torch.Generator().manual_seed(seed)
    waits = torch.randint(0, 90_000, items.shape, generator=generator)
    times = 978_300_000 + (waits * (items > 0)).cumsum(dim=1)  # pads have the oldest's time
    return torch.stack([items, times], dim=-1)


def wider(shown: torch.Tensor, pads: int) -> torch.Tensor:
    """The same windows with more pads on the left."""
    more = shown[:, :1].repeat_interleave(pads, dim=1)
    (more if more.dim() == 2 else more[..., 0]).zero_()
    return torch.cat([more, shown], dim=1)


def toy(model: RecommenderModel) -> tuple[torch.Tensor, torch.Tensor]:
    return shown(model, windows(LENGTHS, positions=8)), torch.arange(1, len(LENGTHS) + 1)


@functools.cache
def memorised(kind: str) -> RecommenderModel:
    """A model after some steps on the toy, so that all its paths carry something."""
    torch.manual_seed(0)
    known = {field.name for field in fields(config_type(kind))}
    shape = {name: value for name, value in SHAPE.items() if name in known}
    model = build(kind, config_from_dict(kind, shape | SPECIAL.get(kind, {})))
    groups = parameter_groups(model, TrainSettings(lr=RATES.get(kind, 1e-2), table_lr=1e-1))
    optimizer = torch.optim.Adam(groups)
    for _ in range(STEPS.get(kind, 60)):
        optimizer.zero_grad()
        torch.autograd.backward(model(*toy(model)))
        optimizer.step()
    return model.eval()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def model(kind: str) -> RecommenderModel:
    return copy.deepcopy(memorised(kind))


def test_every_model_says_whether_it_is_causal() -> None:
    assert sorted([*HIDDEN, *NOT_CAUSAL]) == KINDS


def test_the_tables_name_models_there_are() -> None:
    assert {*READS_PADS, *SPECIAL, *STEPS, *RATES, *FORGETS} <= set(KINDS)


def test_all_items_are_scored_but_the_pad(model: RecommenderModel) -> None:
    scores = model(shown(model, windows([8, 3, 1, 0], positions=8)))
    assert scores.shape == (4, 31)
    assert scores.dtype == torch.float32
    assert (scores[:, 0] == -torch.inf).all()
    assert torch.isfinite(scores[:, 1:]).all()


def test_other_items_have_other_scores(kind: str, model: RecommenderModel) -> None:
    scores = model(shown(model, windows([8, 5], positions=8)))
    assert scores[:, 1:].std() > 1e-3
    assert torch.equal(scores[0], scores[1]) == (kind == "popularity")


@pytest.mark.parametrize("pads", [1, 3, 30])
def test_pads_on_the_left_change_nothing(kind: str, model: RecommenderModel, pads: int) -> None:
    if kind in READS_PADS:
        pytest.skip(READS_PADS[kind])
    narrow = shown(model, windows([5, 3, 1, 0], positions=5))
    torch.testing.assert_close(model(wider(narrow, pads)), model(narrow), rtol=1e-4, atol=1e-5)


def test_a_sequence_has_the_same_scores_in_any_batch(model: RecommenderModel) -> None:
    items, _ = toy(model)
    together = model(items)
    for row in range(len(items)):
        alone = model(items[row : row + 1])[0]
        torch.testing.assert_close(alone, together[row], rtol=1e-4, atol=1e-5)


def test_a_later_item_changes_no_earlier_position(kind: str, model: RecommenderModel) -> None:
    if kind in NOT_CAUSAL:
        pytest.skip(NOT_CAUSAL[kind])
    items = windows([8, 4], positions=8)
    changed = items.clone()
    changed[:, 6:] = torch.tensor([29, 30])
    before, after = (HIDDEN[kind](model, shown(model, given)) for given in (items, changed))
    assert before.shape[:2] == (2, 8)
    torch.testing.assert_close(after[:, :6], before[:, :6], rtol=1e-4, atol=1e-5)
    assert (after[:, 6:] - before[:, 6:]).abs().max() > 1e-3


def test_judging_changes_no_model(model: RecommenderModel) -> None:
    before = copy.deepcopy(model.state_dict())
    items, targets = toy(model)
    with torch.no_grad():
        model(items)
        model(items, targets)
    assert all(torch.equal(before[name], now) for name, now in model.state_dict().items())


def test_gradients_reach_every_parameter_and_not_the_pad(model: RecommenderModel) -> None:
    model.train().zero_grad(set_to_none=True)
    items = windows([8, 1, 3, 5] * 32, positions=8, seed=1)
    targets = torch.randint(1, 31, (128,), generator=torch.Generator().manual_seed(0))
    torch.autograd.backward(model(shown(model, items), targets))
    gradients = {name: parameter.grad for name, parameter in model.named_parameters()}
    assert [name for name, gradient in gradients.items() if gradient is None] == []
    found = {name: gradient for name, gradient in gradients.items() if gradient is not None}
    assert [name for name, gradient in found.items() if not gradient.any()] == []
    assert all(torch.isfinite(gradient).all() for gradient in found.values())
    if "table.weight" in found:
        assert not found["table.weight"][0].any()


def test_training_works_in_half_precision(model: RecommenderModel) -> None:
    items, targets = toy(model)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = model.train()(items, targets)
    torch.autograd.backward(loss)
    assert loss.dtype == torch.float32
    gradients = [parameter.grad for parameter in model.parameters()]
    assert all(g is not None and torch.isfinite(g).all() for g in gradients)


def test_a_small_set_is_memorised(kind: str, model: RecommenderModel) -> None:
    if kind in FORGETS:
        pytest.skip(FORGETS[kind])
    items, targets = toy(model)
    assert model(items).argmax(dim=1).tolist() == targets.tolist()


def test_a_model_is_saved_and_loaded(kind: str, model: RecommenderModel, tmp_path: Path) -> None:
    items, targets = toy(model)
    names = tuple(f"item {number}" for number in range(1, 31))
    made = Checkpoint(kind, model.config, model.state_dict(), names, items, targets, {})
    checkpoint.save(tmp_path / "model.pt", made)
    again = checkpoint.load(tmp_path / "model.pt")
    assert (again.kind, again.config) == (kind, model.config)
    torch.testing.assert_close(again.model()(again.inputs), model(items), rtol=0, atol=0)
