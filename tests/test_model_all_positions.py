import torch

from ssr_neuro.model.parts.all_positions import all_position_loss, next_items
from ssr_neuro.model.parts.recommender import mask_pad


def test_the_next_items_of_a_window() -> None:
    items, targets = torch.tensor([[0, 3, 5], [1, 2, 4]]), torch.tensor([7, 8])
    assert next_items(items, targets).tolist() == [[3, 5, 7], [2, 4, 8]]


def test_scores_at_pads_are_never_computed() -> None:
    hidden = torch.full((1, 3, 2), torch.nan)
    hidden[0, 2] = 1.0
    table, bias = torch.zeros(5, 2), mask_pad(torch.zeros(5))
    loss = all_position_loss(hidden, torch.tensor([[0, 0, 4]]), torch.tensor([2]), table, bias)
    torch.testing.assert_close(loss, torch.log(torch.tensor(4.0)))
