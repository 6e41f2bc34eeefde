import torch

from ssr_neuro.model.parts.all_positions import next_item_pairs, next_items


def test_the_next_items_of_a_window() -> None:
    items, targets = torch.tensor([[0, 3, 5], [1, 2, 4]]), torch.tensor([7, 8])
    assert next_items(items, targets).tolist() == [[3, 5, 7], [2, 4, 8]]


def test_the_vectors_of_items_and_what_followed_them() -> None:
    items, targets = torch.tensor([[0, 0, 4], [5, 6, 7]]), torch.tensor([2, 8])
    hidden = torch.arange(12.0).view(2, 3, 2)
    vectors, following = next_item_pairs(hidden, items, targets)
    assert vectors.tolist() == [[4, 5], [6, 7], [8, 9], [10, 11]]
    assert following.tolist() == [2, 6, 7, 8]
