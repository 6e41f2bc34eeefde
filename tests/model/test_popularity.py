import pytest
import torch

from ssr_neuro.errors import BadInput
from ssr_neuro.model.popularity import Popularity
from ssr_neuro.settings.models.popularity import PopularityConfig

ITEMS = torch.zeros(4, 3, dtype=torch.long)


def counted(*batches: list[int]) -> Popularity:
    model = Popularity(PopularityConfig(items=4, positions=3))
    for batch in batches:
        model(ITEMS[: len(batch)], torch.tensor(batch))
    return model


def test_scores_are_the_counts_of_the_targets() -> None:
    model = counted([1, 3, 3, 3], [2, 3, 1])
    assert model.counts.tolist() == [0, 2, 1, 4, 0]
    expected = torch.tensor([3.0, 2.0, 5.0, 1.0]).log()
    torch.testing.assert_close(model(ITEMS[:2])[:, 1:], expected.expand(2, 4))


def test_an_untrained_model_prefers_nothing() -> None:
    scores = counted()(ITEMS)
    assert scores[:, 0].tolist() == [-torch.inf] * 4
    assert not scores[:, 1:].any()


def test_judging_counts_nothing() -> None:
    model = counted([1, 3]).eval()
    model(ITEMS, torch.tensor([2, 2, 2, 2]))
    assert model.counts.tolist() == [0, 1, 0, 1, 0]


def test_sharpness_changes_no_order_and_is_learnt() -> None:
    model = counted([1, 3, 3, 2])
    before = model(ITEMS)[0].argsort().tolist()
    torch.autograd.backward(model(ITEMS, torch.tensor([3, 3, 3, 3])))
    gradient = model.log_sharpness.grad
    assert gradient is not None
    assert gradient < 0  # a sharper one would have been surer of item 3
    model.log_sharpness.data -= 5.0
    assert model(ITEMS)[0].argsort().tolist() == before


def test_the_counts_are_saved_with_the_weights() -> None:
    again = Popularity(PopularityConfig(items=4, positions=3))
    again.load_state_dict(counted([1, 3, 3]).state_dict())
    assert again.counts.tolist() == [0, 1, 0, 2, 0]


def test_a_shape_that_would_do_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="PopularityConfig has no features; it knows items, posit"):
        PopularityConfig.from_dict({"items": 3, "features": 64})
    with pytest.raises(BadInput, match="items is 0; it must be a whole number of at least 1"):
        PopularityConfig(items=0)
