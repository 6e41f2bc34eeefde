import itertools

import pytest
import torch
from torch.nn.functional import cross_entropy, linear
from windows import windows

from ssr_neuro.errors import BadInput
from ssr_neuro.model import build, config_from_dict, kinds, model_type
from ssr_neuro.model.parts.sampled_softmax import draw, sampled_cross_entropy

Made = tuple[torch.Tensor, ...]


def made(items: int, rows: int) -> Made:
    """hidden, table, bias and targets."""
    generator = torch.Generator().manual_seed(0)
    hidden, table = (torch.randn(n, 3, generator=generator) for n in (rows, items + 1))
    bias = torch.randn(items + 1, generator=generator)
    bias[0] = -torch.inf
    targets = torch.randint(1, items + 1, (rows,), generator=generator)
    return *(x.requires_grad_() for x in (hidden, table, bias)), targets


def test_with_all_other_items_it_is_the_full_softmax() -> None:
    hidden, table, bias, targets = made(items=7, rows=20)
    leaves = hidden, table, bias
    exact = cross_entropy(linear(*leaves), targets)
    estimate = sampled_cross_entropy(*leaves, targets, draw(7, 6))
    torch.testing.assert_close(estimate, exact)
    grads = (torch.autograd.grad(loss, leaves) for loss in (estimate, exact))
    for ours, theirs in zip(*grads, strict=True):
        torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("target", [1, 5])
def test_over_all_draws_the_denominator_is_the_softmax_s_and_the_loss_too_low(target: int) -> None:
    hidden, table, bias, _ = (x.double() for x in made(items=5, rows=1))
    targets = torch.tensor([target])
    scores = linear(hidden, table, bias)[0]
    losses = torch.stack(
        [
            sampled_cross_entropy(hidden, table, bias, targets, torch.tensor(drawn))
            for drawn in itertools.permutations(range(1, 6), 3)
        ]
    )
    denominators = torch.exp(losses + scores[target])
    torch.testing.assert_close(denominators.mean(), scores.exp().sum())
    assert losses.mean() < cross_entropy(scores[None], torch.tensor([target])) - 1e-3


def test_a_row_has_the_negatives_drawn_but_for_its_target_or_the_last() -> None:
    hidden, table, bias, _ = made(items=5, rows=2)
    scores = linear(hidden, table, bias)
    drawn, targets = torch.tensor([4, 2, 5]), torch.tensor([2, 3])
    others = scores[0, [4, 5]], scores[1, [4, 2]]
    losses = [
        torch.log(own.exp() + 4 / 2 * other.exp().sum()) - own
        for own, other in zip((scores[0, 2], scores[1, 3]), others, strict=True)
    ]
    found = sampled_cross_entropy(hidden, table, bias, targets, drawn)
    torch.testing.assert_close(found, torch.stack(losses).mean())


def test_items_are_drawn_once_each_and_by_torch_s_seed() -> None:
    torch.manual_seed(3)
    first, second = draw(50, 49), draw(50, 9)
    assert sorted(first.tolist()) == list(range(1, 51))
    assert first.tolist() != sorted(first.tolist())
    torch.manual_seed(3)
    assert torch.equal(draw(50, 49), first)
    assert torch.equal(draw(50, 9), second)


def test_every_item_is_drawn_as_often() -> None:
    torch.manual_seed(0)
    counts = torch.cat([draw(6, 1) for _ in range(3000)]).bincount(minlength=7)
    assert counts[0] == 0
    assert (counts[1:] - 1000).abs().max() < 130


@pytest.mark.parametrize("kind", [k for k in kinds() if model_type(k).samples_negatives])
def test_models_train_on_sampled_negatives_and_judge_on_all(kind: str) -> None:
    torch.manual_seed(0)
    model = build(kind, config_from_dict(kind, {"items": 30, "positions": 8, "features": 8}))
    items, targets = windows([8, 3, 1], positions=8), torch.tensor([3, 30, 1])
    if model.needs_times:
        items = torch.stack([items, items * 1000], dim=-1)
    full = model.eval()(items, targets)
    model.sample_negatives(4)
    torch.testing.assert_close(model(items, targets), full)
    torch.manual_seed(1)
    first = model.train()(items, targets)
    torch.manual_seed(1)
    torch.testing.assert_close(model(items, targets), first, rtol=0, atol=0)
    torch.autograd.backward(first)
    touched = model.get_parameter("table.weight").grad
    assert touched is not None
    assert torch.isfinite(touched).all()
    assert not touched[0].any()
    model.sample_negatives(None)
    assert model.negatives is None


def test_more_negatives_than_other_items_are_refused() -> None:
    model = build("sasrec", config_from_dict("sasrec", {"items": 30}))
    model.sample_negatives(29)
    message = "negatives is 30, and there are 30 items; a target has at most 29 others. Give fewer"
    with pytest.raises(BadInput, match=message):
        model.sample_negatives(30)


def test_a_model_that_counts_has_no_negatives() -> None:
    model = build("popularity", config_from_dict("popularity", {"items": 30}))
    name = type(model).__name__
    with pytest.raises(BadInput, match=f"negatives is 5, and {name} is trained on all items"):
        model.sample_negatives(5)
