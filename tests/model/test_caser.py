from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy_layers import Floats, linear, weights_of
from windows import lively, windows

from ssr_neuro.errors import BadInput
from ssr_neuro.model.caser import Caser
from ssr_neuro.model.parts.sequence_model import mean_of
from ssr_neuro.settings.models.caser import CaserConfig

CONFIG = CaserConfig(items=30, positions=7, features=6, order=4, horizontal=3, vertical=2)


@pytest.fixture
def model() -> Caser:
    model = Caser(CONFIG)
    lively(model)
    return model


def written_out(model: Caser, items: torch.Tensor) -> torch.Tensor:
    """Scores after one window (N,), filter by filter and place by place."""
    w = {name: tensor.detach() for name, tensor in model.named_parameters()}
    vectors = w["table.weight"][items] * (items > 0)[:, None]
    image, found = vectors[-4:], []
    for height in range(1, 5):
        filters, biases = (w[f"horizontal.{height - 1}.{kind}"] for kind in ("weight", "bias"))
        for one, bias in zip(filters, biases, strict=True):
            answers = [(image[at : at + height] * one.T).sum() for at in range(5 - height)]
            found.append(torch.stack([(answer + bias).clamp(min=0) for answer in answers]).max())
    for feature in range(6):
        found += [one @ image[:, feature] for one in w["vertical.weight"]]
    convolved = (w["readout.weight"] @ torch.stack(found) + w["readout.bias"]).clamp(min=0)
    user = vectors.sum(dim=0) / max(int((items > 0).sum()), 1)
    return w["output_table.weight"] @ torch.cat([convolved, user]) + w["item_bias"]


@pytest.mark.parametrize("length", [0, 1, 3, 7])
def test_scores_are_the_equations(model: Caser, length: int) -> None:
    (items,) = windows([length])
    expected = written_out(model.double(), items)
    torch.testing.assert_close(model(items[None])[0, 1:], expected[1:])


def test_older_items_than_the_filters_see_are_in_the_mean_alone(model: Caser) -> None:
    items = windows([7, 7])
    items[1, 3:] = items[0, 3:]
    patterns = model.patterns(items)
    torch.testing.assert_close(patterns[0], patterns[1])
    assert not torch.allclose(model.vector(items)[0], model.vector(items)[1])


def test_the_mean_is_of_the_items_without_pads() -> None:
    table = torch.nn.Embedding(4, 2)
    table.weight.data = torch.tensor([[9.0, 9.0], [1.0, 0.0], [3.0, 2.0], [0.0, 0.0]])
    items = torch.tensor([[0, 1, 2], [0, 0, 0]])
    assert mean_of(table, items).tolist() == [[2, 1], [0, 0]]
    torch.testing.assert_close(mean_of(table, items, 0.5)[0], torch.tensor([4.0, 2.0]) / 2**0.5)


def test_dropout_works_in_training_alone(model: Caser) -> None:
    items = windows([7, 4])
    torch.testing.assert_close(model(items), model(items), rtol=0, atol=0)
    assert not torch.equal(model.train()(items), model(items))


def test_an_impossible_shape_is_refused() -> None:
    with pytest.raises(BadInput, match=r"order is 8; it must be at most positions \(7\)"):
        CaserConfig(items=3, positions=7, order=8)
    with pytest.raises(BadInput, match="l2 is -1; it must be a number from 0 to below 1"):
        CaserConfig(items=3, l2=-1)
    with pytest.raises(BadInput, match=r"scoring is 'mean'; it must be one of \('own', 'tied'\)"):
        CaserConfig(items=3, scoring="mean")
    with pytest.raises(BadInput, match="vertical is 0; it must be a whole number of at least 1"):
        CaserConfig(items=3, vertical=0)


TIED = replace(CONFIG, order=None, scoring="tied", vertical_bias=True, l2=0.25)


def horizontal_answers(w: dict[str, Floats], image: Floats) -> list[float]:
    """The largest answer of every filter to the rows of a window, filter by filter."""
    found = []
    for height in range(1, len(image) + 1):
        filters, biases = (w[f"horizontal.{height - 1}.{kind}"] for kind in ("weight", "bias"))
        for one, bias in zip(filters, biases, strict=True):
            places = range(len(image) + 1 - height)
            answers = [(image[at : at + height] * one.T).sum() + bias for at in places]
            found.append(max(0, *answers))
    return found


def tied_scores(model: Caser, items: list[int]) -> Floats:
    """Scores of a window of 7 by the table that is read, filter by filter."""
    w = weights_of(model)
    image = w["table.weight"][items] * (np.array(items) > 0)[:, None]
    found = horizontal_answers(w, image)
    vertical = image.T @ w["vertical.weight"].T + w["vertical.bias"]
    read = linear(np.concatenate([found, vertical.ravel()]), w, "readout")
    scores: Floats = w["table.weight"] @ read
    return scores


@pytest.mark.parametrize("items", [[4], [4, 9, 2], [7, 1, 1, 30, 5, 9, 2]])
def test_tied_scores_are_the_equations(items: list[int]) -> None:
    model = lively(Caser(TIED)).double()
    shown = [0] * (7 - len(items)) + items
    found = model(torch.tensor([shown]))[0, 1:].detach().numpy()
    np.testing.assert_allclose(found, tied_scores(model, shown)[1:], rtol=1e-9)


def test_training_pays_for_the_length_of_its_weights() -> None:
    model = lively(Caser(replace(TIED, dropout=0.0))).double()
    items, targets = windows([7, 4]), torch.tensor([3, 30])
    wanted = torch.full((2, 30), 1 / 30, dtype=torch.double)
    judged = [float(model(items, asked).detach()) for asked in (targets, wanted)]
    paid = [float(model.train()(items, asked).detach()) for asked in (targets, wanted)]
    w = weights_of(model)
    names = ["table", "vertical", "readout", *(f"horizontal.{k}" for k in range(7))]
    length = sum(float(np.sqrt((w[f"{name}.weight"] ** 2).sum())) for name in names)
    np.testing.assert_allclose(np.subtract(paid, judged), 0.25 * length, rtol=1e-9)


OWN = replace(CONFIG, user="own", users=5)


def own_scores(model: Caser, items: list[int], user: int) -> Floats:
    """Scores of a window of 7 as the authors' program has them, but without its vertical biases."""
    w = weights_of(model)
    image = (w["table.weight"][items] * (np.array(items) > 0)[:, None])[-4:]
    found = horizontal_answers(w, image)
    vertical = image.T @ w["vertical.weight"].T
    read = np.maximum(linear(np.concatenate([found, vertical.ravel()]), w, "readout"), 0)
    own = w["user_table.weight"][user] if user else np.zeros(6)
    scores: Floats = w["output_table.weight"] @ np.concatenate([read, own]) + w["item_bias"]
    return scores


@pytest.mark.parametrize("user", [0, 1, 5])
@pytest.mark.parametrize("items", [[4], [7, 1, 1, 30, 5, 9, 2]])
def test_scores_of_a_user_are_the_equations(items: list[int], user: int) -> None:
    model = lively(Caser(OWN)).double()
    shown = torch.tensor([[0] * (7 - len(items)) + items])
    found = model(torch.stack([shown, torch.full_like(shown, user)], dim=2))
    expected = own_scores(model, shown[0].tolist(), user)
    np.testing.assert_allclose(found[0, 1:].detach().numpy(), expected[1:], rtol=1e-9)
    if user == 0:
        torch.testing.assert_close(model(shown), found)


def test_a_user_needs_the_table_that_scores_users() -> None:
    with pytest.raises(BadInput, match="user is 'own'; it must be mean where scoring is tied"):
        replace(TIED, user="own")
    with pytest.raises(BadInput, match=r"user is 'all'; it must be one of \('mean', 'own'\)"):
        replace(CONFIG, user="all")
