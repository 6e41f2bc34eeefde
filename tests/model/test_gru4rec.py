from typing import Any

import pytest
import torch
from torch.nn.functional import cross_entropy
from windows import lively, windows

from ssr_neuro.errors import BadInput
from ssr_neuro.model.gru4rec import GRU4Rec, Gru4RecConfig
from ssr_neuro.model.parts.gru import PaddedGru

CONFIG = Gru4RecConfig(items=30, positions=7, features=6, blocks=2, hidden=5)
Weights = dict[str, torch.Tensor]


@pytest.fixture
def model() -> GRU4Rec:
    model = GRU4Rec(CONFIG)
    lively(model)
    return model


def by_hand(x: torch.Tensor, w: Weights, layer: int) -> torch.Tensor:
    """One layer's states for one sequence without pads, step by step; x (n, D)."""
    read, kept = w[f"gru.gru.weight_ih_l{layer}"], w[f"gru.gru.weight_hh_l{layer}"]
    read_bias, kept_bias = w[f"gru.gru.bias_ih_l{layer}"], w[f"gru.gru.bias_hh_l{layer}"]
    state, states = torch.zeros(5, dtype=x.dtype), []
    for item in x:
        reset_in, update_in, new_in = (read @ item + read_bias).split(5)
        reset_kept, update_kept, new_kept = (kept @ state + kept_bias).split(5)
        reset, update = (reset_in + reset_kept).sigmoid(), (update_in + update_kept).sigmoid()
        new = (new_in + reset * new_kept).tanh()
        state = update * state + (1 - update) * new
        states.append(state)
    return torch.stack(states)


@pytest.mark.parametrize("length", [1, 3, 7])
def test_scores_are_the_equations(model: GRU4Rec, length: int) -> None:
    w = {name: tensor.detach() for name, tensor in model.double().named_parameters()}
    (items,) = windows([length])
    states = by_hand(by_hand(w["table.weight"][items[-length:]], w, 0), w, 1)
    read = w["readout.weight"] @ states[-1] + w["readout.bias"]
    expected = w["table.weight"] @ read + w["item_bias"]
    torch.testing.assert_close(model(items[None])[0, 1:], expected[1:])


def test_the_state_begins_at_the_first_item() -> None:
    torch.manual_seed(0)
    gru, x = PaddedGru(3, 4, 1), torch.randn(1, 2, 3)
    alone = gru(x, torch.ones(1, 2, dtype=torch.bool))
    rubbish = torch.cat([torch.randn(1, 3, 3), x], dim=1)
    padded = gru(rubbish, torch.tensor([[False, False, False, True, True]]))
    torch.testing.assert_close(padded[:, 3:], alone)
    assert not padded[:, :3].any()


def test_a_window_of_pads_alone_has_no_state() -> None:
    gru = PaddedGru(3, 4, 2, dropout=0.1)
    assert not gru(torch.randn(2, 5, 3), torch.zeros(2, 5, dtype=torch.bool)).any()


def test_training_predicts_the_next_item_of_every_position(model: GRU4Rec) -> None:
    items, targets = windows([7, 1, 3]), torch.tensor([4, 9, 30])
    losses = []
    for row, target in zip(items.tolist(), targets.tolist(), strict=True):
        real = [item for item in row if item] + [target]
        for seen in range(1, len(real)):
            scores = model(torch.tensor([real[:seen]]))
            losses.append(cross_entropy(scores, torch.tensor([real[seen]])))
    assert len(losses) == 7 + 1 + 3
    torch.testing.assert_close(model(items, targets), torch.stack(losses).mean())


def test_dropout_works_in_training_alone(model: GRU4Rec) -> None:
    items = windows([7, 4])
    torch.testing.assert_close(model(items), model(items), rtol=0, atol=0)
    assert not torch.equal(model.train()(items), model(items))


# A recurrent layer keeps its weights in a list as well, and export notices.
@pytest.mark.filterwarnings("ignore:The tensor attributes")
def test_the_model_exports(model: GRU4Rec) -> None:
    items = windows([7, 4])
    exported = torch.export.export(model, (items,))
    torch.testing.assert_close(exported.module()(items), model(items))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"blocks": 0}, "blocks is 0; it must be a whole number of at least 1"),
        ({"hidden": 0}, "hidden is 0; it must be a whole number of at least 1"),
        ({"dropout": -0.1}, "dropout is -0.1; it must be a number from 0 to below 1"),
    ],
)
def test_an_impossible_shape_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=f"Gru4RecConfig: {message}"):
        Gru4RecConfig(**{"items": 3, **change})
