import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy_layers import Floats, causal_attention, gelu, linear, part, weights_of
from numpy_layers import layer_norm as norm_of
from torch.nn.functional import cross_entropy
from windows import layer_norm, lively, windows

from ssr_neuro.errors import BadInput
from ssr_neuro.model.parts.attention import SelfAttention, attention_mask
from ssr_neuro.model.parts.sequence_model import Places, pad_left
from ssr_neuro.model.sasrec import SASRec
from ssr_neuro.settings.models.sasrec import SasRecConfig

CONFIG = SasRecConfig(items=30, positions=7, features=6, heads=2, ffn_ratio=2)
Weights = dict[str, torch.Tensor]


@pytest.fixture
def model() -> SASRec:
    model = SASRec(CONFIG)
    lively(model)
    return model


def by_hand(x: torch.Tensor, own: Weights, heads: int) -> torch.Tensor:
    """Attention, one position, one head and one earlier position at a time; x (n, D)."""
    query = x @ own["query.weight"].T + own["query.bias"]
    key, value = x @ own["key.weight"].T, x @ own["value.weight"].T + own["value.bias"]
    width, mixed = x.shape[1] // heads, torch.zeros_like(x)
    for at in range(len(x)):
        for head in range(heads):
            part = slice(head * width, (head + 1) * width)
            weights = [
                math.exp(float(query[at, part] @ key[j, part]) / width**0.5) for j in range(at + 1)
            ]
            for j, weight in enumerate(weights):
                mixed[at, part] += weight / sum(weights) * value[j, part]
    return mixed @ own["out.weight"].T + own["out.bias"]


def written_out(model: SASRec, items: torch.Tensor) -> torch.Tensor:
    """Scores after one sequence without pads, from the equations."""
    w = {name: tensor.detach() for name, tensor in model.named_parameters()}
    x = w["table.weight"][items] * 6**0.5 + w["places.weight"][7 - len(items) :]
    for block in range(2):
        own = {k.removeprefix(f"blocks.{block}."): v for k, v in w.items()}
        attention = {k.removeprefix("attention."): v for k, v in own.items()}
        normed = layer_norm(x, own["attention_norm.weight"], own["attention_norm.bias"])
        x = x + by_hand(normed, attention, 2)
        normed = layer_norm(x, own["network_norm.weight"], own["network_norm.bias"])
        hidden = (normed @ own["network.0.weight"].T + own["network.0.bias"]).clamp(min=0)
        x = x + hidden @ own["network.3.weight"].T + own["network.3.bias"]
    last = layer_norm(x, w["out_norm.weight"], w["out_norm.bias"])[-1]
    return w["table.weight"] @ last


@pytest.mark.parametrize("length", [1, 3, 7])
def test_scores_are_the_equations(model: SASRec, length: int) -> None:
    model.double()
    (items,) = windows([length])
    expected = written_out(model, items[-length:])
    torch.testing.assert_close(model(items[None])[0, 1:], expected[1:])


def test_what_a_position_sees() -> None:
    present = torch.tensor([[False, True, True]])
    causal, all_ = (attention_mask(present, causal=c)[0, 0].int().tolist() for c in (True, False))
    assert causal == [[1, 0, 0], [0, 1, 0], [0, 1, 1]]
    assert all_ == [[1, 1, 1], [0, 1, 1], [0, 1, 1]]


def test_attention_asked_at_the_last_position_alone_is_the_last_of_all() -> None:
    torch.manual_seed(0)
    attention, x = SelfAttention(6, 3, 0.5).eval(), torch.randn(2, 5, 6)
    seen = attention_mask(torch.ones(2, 5, dtype=torch.bool), causal=True)
    torch.testing.assert_close(attention(x, seen, last_only=True), attention(x, seen)[:, -1:])


def test_places_are_counted_from_the_last_position() -> None:
    places = Places(4, 2)
    torch.testing.assert_close(places(2), places.weight[2:])
    torch.testing.assert_close(places(4), places.weight)


def test_a_window_is_filled_or_cut_on_the_left() -> None:
    items = torch.tensor([[1, 2, 3]])
    assert pad_left(items, 5).tolist() == [[0, 0, 1, 2, 3]]
    assert pad_left(items, 2).tolist() == [[2, 3]]


def test_of_a_longer_window_the_last_items_are_read(model: SASRec) -> None:
    items, more = windows([7, 4]), torch.tensor([[9, 8], [0, 0]])
    longer, targets = torch.cat([more, items], dim=1), torch.tensor([1, 2])
    torch.testing.assert_close(model(longer), model(items), rtol=0, atol=0)
    torch.testing.assert_close(model(longer, targets), model(items, targets), rtol=0, atol=0)


def test_training_predicts_the_next_item_of_every_position(model: SASRec) -> None:
    items, targets = windows([7, 1, 3]), torch.tensor([4, 9, 30])
    hidden, losses = model.hidden(items), []
    for row, (shown, target) in enumerate(zip(items.tolist(), targets.tolist(), strict=True)):
        for at, follower in enumerate([*shown[1:], target]):
            if shown[at]:
                scores = model.table.weight[1:] @ hidden[row, at]
                losses.append(cross_entropy(scores, torch.tensor(follower - 1)))
    assert len(losses) == 7 + 1 + 3
    torch.testing.assert_close(model(items, targets), torch.stack(losses).mean())


def test_dropout_works_in_training_alone(model: SASRec) -> None:
    items = windows([7, 4])
    torch.testing.assert_close(model(items), model(items), rtol=0, atol=0)
    assert not torch.equal(model.train()(items), model(items))


def test_the_model_exports(model: SASRec) -> None:
    items = windows([7, 4])
    exported = torch.export.export(model, (items,))
    torch.testing.assert_close(exported.module()(items), model(items))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"blocks": 0}, "--blocks is 0; it must be a whole number of at least 1"),
        ({"heads": 3}, r"--features is 64; it must be divisible by heads \(3\)"),
        ({"dropout": 1.0}, "--set dropout is 1.0; it must be a number from 0 to below 1"),
        ({"positions": 0}, "--positions is 0; it must be a whole number of at least 1"),
        ({"norm": "both"}, r"--set norm is 'both'; it must be one of \('before', 'after'\)"),
        (
            {"activation": "silu"},
            r"--set activation is 'silu'; it must be one of \('relu', 'gelu'\)",
        ),
        ({"norm_eps": 0.0}, "--set norm_eps is 0.0; it must be a finite number above 0"),
    ],
)
def test_an_impossible_shape_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=f"^{message}"):
        SasRecConfig(**{"items": 3, **change})


def post_norm_scores(model: SASRec, items: list[int], eps: float) -> Floats:
    """Scores after the items, by LayerNorm(x + g(x)) with GELU and places from the first item."""
    w = weights_of(model)
    x = norm_of(w["table.weight"][items] + w["places.weight"][: len(items)], w, "in_norm", eps)
    for number in range(2):
        own = part(w, f"blocks.{number}")
        attended = causal_attention(x, part(own, "attention"), heads=2)
        x = norm_of(x + attended, own, "attention_norm", eps)
        network = linear(gelu(linear(x, own, "network.0")), own, "network.3")
        x = norm_of(x + network, own, "network_norm", eps)
    scores: Floats = w["table.weight"] @ x[-1]
    return scores


@pytest.mark.parametrize("eps", [1e-12, 0.25])
@pytest.mark.parametrize("items", [[4], [4, 9, 2], [7, 1, 1, 30, 5, 9, 2]])
def test_the_post_norm_shape_is_its_equations(items: list[int], eps: float) -> None:
    shape = {"norm": "after", "activation": "gelu", "positions_from": "first", "norm_eps": eps}
    model = lively(SASRec(replace(CONFIG, **shape))).double()
    window = torch.tensor([[0] * (7 - len(items)) + items])
    found = model(window)[0, 1:].detach().numpy()
    np.testing.assert_allclose(found, post_norm_scores(model, items, eps)[1:], rtol=1e-9)


def test_places_from_the_first_item_skip_the_pads() -> None:
    places = Places(4, 2)
    found = places.from_first(torch.tensor([[False, False, True, True]]))
    torch.testing.assert_close(found[0, 2:], places.weight[:2])


def test_dropout_within_the_network_belongs_to_the_norm_before() -> None:
    rates = [
        block.network[2].p
        for norm in ("before", "after")
        for block in SASRec(replace(CONFIG, norm=norm, dropout=0.3)).blocks
    ]
    assert rates == [0.3, 0.3, 0.0, 0.0]
