"""Windows apart: what an all-position model is trained on, each item to be predicted once."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch
from history_data import Histories, dataset_of, histories
from hypothesis import given
from hypothesis import strategies as st
from windows import windows

from ssr_neuro.data import PROTOCOLS, Sequences, generate, split
from ssr_neuro.errors import BadInput
from ssr_neuro.model import build, config_from_dict, kinds
from ssr_neuro.model.parts.all_positions import next_items
from ssr_neuro.model.parts.recommender import trains_all_positions


def trained_on(part: Sequences) -> Counter[int]:
    """How often each item is to be predicted by a model that is trained at all positions."""
    inputs, targets = map(torch.as_tensor, part.batch(np.arange(len(part))))
    return Counter(next_items(inputs, targets)[inputs > 0].tolist())


@pytest.mark.parametrize("protocol", PROTOCOLS)
@given(histories=histories, positions=st.integers(1, 6))
def test_every_training_target_is_predicted_exactly_once(
    histories: Histories, positions: int, protocol: str
) -> None:
    # Every interaction gets an item of its own, so that an item tells where it stood.
    flat = dataset_of(histories)
    marked = replace(flat, items=np.arange(1, flat.n_interactions + 1, dtype=np.int32))
    every = split(marked, protocol=protocol, positions=positions)
    apart = split(marked, protocol=protocol, positions=positions, windows="apart")
    assert trained_on(apart.train) == Counter(every.train.targets.tolist())
    for kept, same in ((apart.valid, every.valid), (apart.test, every.test)):
        np.testing.assert_array_equal(kept.targets_at, same.targets_at)
    assert (every.windows, apart.windows) == ("every", "apart")


def test_windows_apart_end_at_the_newest_training_item() -> None:
    made = split(
        dataset_of([[1, 2, 3, 4, 5, 6, 7, 8, 9]]),
        protocol="leave-one-out",
        positions=3,
        windows="apart",
    )
    inputs, targets = made.train.batch(np.arange(2))
    assert inputs.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert targets.tolist() == [4, 7]


def test_unknown_windows_are_refused() -> None:
    with pytest.raises(BadInput, match="unknown windows 'some'; there are every, apart"):
        split(generate(users=9), windows="some")


@pytest.mark.parametrize("kind", kinds())
def test_a_model_says_whether_its_loss_is_of_all_positions(kind: str) -> None:
    torch.manual_seed(0)
    model = build(kind, config_from_dict(kind, {"items": 30, "positions": 8})).eval()
    items, targets = windows([8, 5, 2], positions=8), torch.tensor([3, 4, 5])
    if model.needs_times:
        items = torch.stack([items, 60 * torch.arange(8).expand_as(items)], dim=-1)
    at_last = torch.nn.functional.cross_entropy(model.scores(items), targets)
    only_last = torch.isclose(model.loss(items, targets), at_last, rtol=1e-5)
    assert trains_all_positions(model.config) != bool(only_last)
