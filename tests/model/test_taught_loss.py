"""The losses of a student, on small literals and against a plain recomputation."""

from math import log

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ssr_neuro.model.parts.taught_loss import forward_loss, head_tail_loss

ROW = arrays(np.float64, 5, elements=st.floats(-4, 4))


def test_the_forward_loss_is_the_cross_entropy() -> None:
    scores = torch.log(torch.tensor([[0.5, 0.25, 0.25]]))
    wanted = torch.tensor([[0.8, 0.2, 0.0]])
    assert forward_loss(scores, wanted).item() == pytest.approx(-0.8 * log(0.5) - 0.2 * log(0.25))


def test_the_head_weighs_the_forward_and_the_tail_the_reverse_divergence() -> None:
    """The head is the item of 0.6: it holds half alone. It is 0.1 off, the two others 0.1."""
    wanted = torch.tensor([[0.1, 0.6, 0.3]], dtype=torch.float64)
    given_ = torch.tensor([[0.2, 0.5, 0.3]], dtype=torch.float64)
    forward = 0.1 * log(0.1 / 0.2) + 0.6 * log(0.6 / 0.5)
    reverse = 0.2 * log(0.2 / 0.1) + 0.5 * log(0.5 / 0.6)
    found = head_tail_loss(given_.log(), wanted).item()
    assert found == pytest.approx(0.5 * forward + 0.5 * reverse)


@given(ROW, ROW)
def test_it_is_the_mean_of_divergences_by_another_way(
    scores: np.ndarray, ratings: np.ndarray
) -> None:
    given_, wanted = (np.exp(x) / np.exp(x).sum() for x in (scores, ratings))
    order = sorted(range(5), key=lambda item: -wanted[item])
    head, held = set[int](), 0.0
    while held < 0.5:
        head.add(order[len(head)])
        held = sum(wanted[item] for item in head)
    apart = np.abs(given_ - wanted)
    share = sum(apart[item] for item in head) / max(apart.sum(), 1e-8)
    forward = sum(p * log(p / q) for p, q in zip(wanted, given_, strict=True))
    reverse = sum(q * log(q / p) for p, q in zip(wanted, given_, strict=True))
    found = head_tail_loss(torch.as_tensor(scores[None]), torch.as_tensor(wanted[None])).item()
    # Of two items of one probability either may end the head: then both ways are right.
    if len(set(wanted.tolist())) == 5:
        assert found == pytest.approx(share * forward + (1 - share) * reverse, abs=1e-7)
    assert found >= -1e-7


def test_a_hidden_item_keeps_the_loss_finite_and_pulls_its_score_down() -> None:
    scores = torch.zeros((1, 3), requires_grad=True)
    loss = head_tail_loss(scores, torch.tensor([[0.0, 0.7, 0.3]]))
    loss.backward()
    assert torch.isfinite(loss)
    assert scores.grad is not None
    assert scores.grad[0, 0] > 0
