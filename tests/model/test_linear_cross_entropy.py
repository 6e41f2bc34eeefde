from typing import Any

import pytest
import torch
from torch.nn.functional import cross_entropy, linear

from ssr_neuro.model.parts import linear_cross_entropy as module
from ssr_neuro.model.parts.linear_cross_entropy import linear_cross_entropy

Made = tuple[torch.Tensor, ...]


@pytest.fixture(autouse=True)
def chunks_of_three_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CPU_CHUNK", 3 * 11)
    monkeypatch.setattr(module, "FEWEST_ROWS", 1)


def made(rows: int = 8, dtype: torch.dtype = torch.float32) -> Made:
    """hidden, table, a bias without the pad, and targets, of 10 items."""
    torch.manual_seed(0)
    hidden, table, bias = torch.randn(rows, 4), torch.randn(11, 4), torch.randn(11)
    bias[0] = -torch.inf
    leaves = [x.to(dtype).requires_grad_() for x in (hidden, table, bias)]
    return *leaves, torch.randint(1, 11, (rows,))


def by_torch(hidden: torch.Tensor, table: torch.Tensor, bias: torch.Tensor, at: Any) -> Any:
    return cross_entropy(linear(hidden, table, bias), at)


def gradients(loss: torch.Tensor, of: Made) -> Made:
    return torch.autograd.grad(loss, of)


@pytest.mark.parametrize("rows", [1, 3, 8])
@pytest.mark.parametrize("size", [1.0, 60.0])
def test_the_loss_and_its_gradients_are_torch_s(rows: int, size: float) -> None:
    hidden, table, bias, targets = made(rows)
    hidden = (hidden.detach() * size).requires_grad_()
    leaves = hidden, table, bias
    ours, theirs = (f(*leaves, targets) for f in (linear_cross_entropy, by_torch))
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)
    for own, other in zip(gradients(3 * ours, leaves), gradients(3 * theirs, leaves), strict=True):
        torch.testing.assert_close(own, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("given", [False, True])
def test_the_gradients_are_those_of_differences(given: bool) -> None:
    hidden, table, _, targets = made(dtype=torch.float64)
    bias = torch.zeros(11, dtype=torch.float64, requires_grad=True)
    own = torch.ones(8, dtype=torch.float64, requires_grad=True) if given else None
    assert torch.autograd.gradcheck(
        lambda *x: linear_cross_entropy(*x[:3], targets, x[3]), (hidden, table, bias, own)
    )


def test_logits_given_stand_in_place_of_the_targets_own() -> None:
    hidden, table, bias, targets = made()
    own = torch.linspace(-3, 3, 8, requires_grad=True)
    logits = linear(hidden, table, bias).scatter(1, targets[:, None], own[:, None])
    theirs = cross_entropy(logits, targets)
    ours = linear_cross_entropy(hidden, table, bias, targets, own)
    torch.testing.assert_close(ours, theirs)
    leaves = hidden, table, bias, own
    for mine, other in zip(gradients(ours, leaves), gradients(theirs, leaves), strict=True):
        torch.testing.assert_close(mine, other)


def test_gradients_are_made_for_what_asks_for_them() -> None:
    hidden, table, bias, targets = made()
    (expected,) = gradients(by_torch(hidden, table, bias, targets), (table,))
    loss = linear_cross_entropy(hidden.detach(), table, bias.detach(), targets)
    torch.testing.assert_close(gradients(loss, (table,))[0], expected)
    with torch.no_grad():
        assert linear_cross_entropy(hidden, table, bias, targets).grad_fn is None


def test_the_pad_gets_no_gradient() -> None:
    hidden, table, bias, targets = made()
    found = gradients(linear_cross_entropy(hidden, table, bias, targets), (table, bias))
    assert not found[0][0].any()
    assert found[1][0] == 0


def test_under_autocast_the_products_alone_are_rounded() -> None:
    hidden, table, bias, targets = made(rows=500)
    exact = gradients(by_torch(hidden, table, bias, targets), (hidden, table, bias))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = linear_cross_entropy(hidden, table, bias, targets)
    assert loss.dtype == torch.float32
    torch.testing.assert_close(loss, by_torch(hidden, table, bias, targets), rtol=3e-3, atol=0)
    for own, other in zip(gradients(loss, (hidden, table, bias)), exact, strict=True):
        assert own.dtype == torch.float32
        assert (own - other).norm() < 0.01 * other.norm()


def test_of_no_rows_there_is_no_mean() -> None:
    hidden, table, bias, targets = made(rows=0)
    loss = linear_cross_entropy(hidden, table, bias, targets)
    assert loss.isnan()
    assert not gradients(loss, (table,))[0].any()


def test_no_more_logits_are_held_than_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    softmax = torch.softmax
    monkeypatch.setattr(
        module.torch, "softmax", lambda z, *a, **k: (seen.append(z.shape), softmax(z, *a, **k))[1]
    )
    linear_cross_entropy(*made(rows=8))
    assert seen == [(3, 11), (3, 11), (2, 11)]
