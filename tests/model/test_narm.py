from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy_layers import linear, sigmoid, weights_of
from windows import lively, windows

from ssr_neuro.errors import BadInput
from ssr_neuro.model.narm import NARM
from ssr_neuro.settings.models.narm import NarmConfig

CONFIG = NarmConfig(items=30, positions=7, features=6, hidden=5)


@pytest.fixture
def model() -> NARM:
    model = NARM(CONFIG)
    lively(model)
    return model


@pytest.mark.parametrize("length", [1, 4, 7])
def test_scores_are_the_equations(model: NARM, length: int) -> None:
    model.double()
    w = {name: tensor.detach() for name, tensor in model.named_parameters()}
    (items,) = windows([length])
    states = model.gru.gru(w["table.weight"][items[-length:]][None])[0][0].detach()
    local = torch.zeros(5, dtype=torch.double)
    for state in states:
        compared = w["at_last.weight"] @ states[-1] + w["at_each.weight"] @ state
        local += (w["weigh.weight"][0] @ compared.sigmoid()) * state
    expected = w["table.weight"] @ w["readout.weight"] @ torch.cat([states[-1], local])
    torch.testing.assert_close(model(items[None])[0, 1:], expected[1:])


def test_training_predicts_the_next_item_of_the_window(model: NARM) -> None:
    items, targets = windows([7, 1, 3]), torch.tensor([4, 9, 30])
    expected = -model(items).log_softmax(dim=1)[range(3), targets].mean()
    torch.testing.assert_close(model(items, targets), expected)


def test_both_dropouts_work_in_training_alone() -> None:
    items = windows([7, 4])
    for rates in ({"dropout": 0.0}, {"readout_dropout": 0.0}, {}):
        model = lively(NARM(NarmConfig(items=30, positions=7, features=6, **rates)))
        torch.testing.assert_close(model(items), model(items), rtol=0, atol=0)
        assert not torch.equal(model.train()(items), model(items))
    still = NARM(NarmConfig(items=30, features=6, dropout=0.0, readout_dropout=0.0)).train()
    torch.testing.assert_close(still(items), still(items), rtol=0, atol=0)


@pytest.mark.parametrize("name", ["hidden", "blocks"])
def test_an_impossible_shape_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match=f"(--|--set ){name} is 0; it must be a whole number of at"):
        NarmConfig(items=3, **{name: 0})


def test_an_impossible_dropout_is_refused() -> None:
    with pytest.raises(BadInput, match="--set readout_dropout is 1; it must be a number"):
        NarmConfig(items=3, readout_dropout=1)


@pytest.mark.parametrize("items", [[4], [4, 9, 2], [7, 1, 1, 30, 5, 9, 2]])
def test_without_biases_the_scores_are_the_equations(items: list[int]) -> None:
    model = lively(NARM(replace(CONFIG, gru_bias=False))).double()
    w, state, states = weights_of(model), np.zeros(5), []
    for item in w["table.weight"][items]:
        reset, update, new = np.split(w["gru.gru.weight_ih_l0"] @ item, 3)
        reset_kept, update_kept, new_kept = np.split(w["gru.gru.weight_hh_l0"] @ state, 3)
        update = sigmoid(update + update_kept)
        state = update * state + (1 - update) * np.tanh(
            new + sigmoid(reset + reset_kept) * new_kept
        )
        states.append(state)
    compared = [sigmoid(linear(state, w, "at_last") + linear(s, w, "at_each")) for s in states]
    local = sum(linear(c, w, "weigh") * s for c, s in zip(compared, states, strict=True))
    read = linear(np.concatenate([state, np.asarray(local)]), w, "readout")
    window = torch.tensor([[0] * (7 - len(items)) + items])
    found = model(window)[0, 1:].detach().numpy()
    np.testing.assert_allclose(found, (w["table.weight"] @ read)[1:], rtol=1e-9)


def test_xavier_starts_the_table_and_the_linear_layers() -> None:
    torch.manual_seed(0)
    model = NARM(NarmConfig(items=400, features=64, hidden=48, initial="xavier"))
    for weight in (model.table.weight, model.readout.weight, model.at_last.weight):
        deviation = (2 / sum(weight.shape)) ** 0.5
        assert float(weight.detach().std()) == pytest.approx(deviation, rel=0.05)
    recurrent = model.gru.gru.get_parameter("weight_hh_l0").detach().abs().max()
    assert float(recurrent) <= 48**-0.5
