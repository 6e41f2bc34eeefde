from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy_layers import Floats, linear, sigmoid, weights_of
from torch.nn.functional import cross_entropy
from windows import lively, windows

from ssr_neuro.errors import BadInput
from ssr_neuro.model.gru4rec import GRU4Rec
from ssr_neuro.model.parts.gru import PaddedGru
from ssr_neuro.settings.models.gru4rec import Gru4RecConfig

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
        ({"blocks": 0}, "--blocks is 0; it must be a whole number of at least 1"),
        ({"hidden": 0}, "--set hidden is 0; it must be a whole number of at least 1"),
        ({"dropout": -0.1}, "--set dropout is -0.1; it must be a number from 0 to below 1"),
        ({"gru_bias": 1}, "--set gru_bias is 1; it must be True or False"),
        ({"initial": "he"}, r"--set initial is 'he'; it must be one of \('torch', 'xavier'\)"),
    ],
)
def test_an_impossible_shape_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=f"^{message}"):
        Gru4RecConfig(**{"items": 3, **change})


def scores_without_biases(model: GRU4Rec, items: list[int]) -> Floats:
    """Scores after the items, of one recurrent layer without biases, gate by gate."""
    w = weights_of(model)
    read, kept = w["gru.gru.weight_ih_l0"], w["gru.gru.weight_hh_l0"]
    state = np.zeros(5)
    for item in w["table.weight"][items]:
        reset, update, new = np.split(read @ item, 3)
        reset_kept, update_kept, new_kept = np.split(kept @ state, 3)
        update = sigmoid(update + update_kept)
        new = np.tanh(new + sigmoid(reset + reset_kept) * new_kept)
        state = update * state + (1 - update) * new
    scores: Floats = w["table.weight"] @ linear(state, w, "readout")
    return scores


@pytest.mark.parametrize("items", [[4], [4, 9, 2], [7, 1, 1, 30, 5, 9, 2]])
def test_without_biases_the_scores_are_the_equations(items: list[int]) -> None:
    config = replace(CONFIG, blocks=1, gru_bias=False, item_bias=False)
    model = lively(GRU4Rec(config)).double()
    assert not [name for name, _ in model.gru.named_parameters() if "bias" in name]
    window = torch.tensor([[0] * (7 - len(items)) + items])
    found = model(window)[0, 1:].detach().numpy()
    np.testing.assert_allclose(found, scores_without_biases(model, items)[1:], rtol=1e-9)


def test_xavier_s_bounds_follow_the_sizes() -> None:
    torch.manual_seed(0)
    config = Gru4RecConfig(items=400, features=32, hidden=48, initial="xavier")
    model = GRU4Rec(config)
    for name, columns in (("weight_ih_l0", 32), ("weight_hh_l0", 48)):
        bound = (6 / (3 * 48 + columns)) ** 0.5
        largest = float(model.gru.gru.get_parameter(name).detach().abs().max())
        assert 0.98 * bound < largest <= bound
    deviation = (2 / (401 + 32)) ** 0.5
    assert float(model.table.weight.detach().std()) == pytest.approx(deviation, rel=0.03)
