import math

import pytest
import torch
from torch.nn.functional import cross_entropy
from windows import lively, windows

from ssr_neuro.errors import BadInput
from ssr_neuro.model.parts.attention import attention_mask
from ssr_neuro.model.parts.time_spans import TimedAttention, time_spans
from ssr_neuro.model.tisasrec import TiSASRec
from ssr_neuro.settings.models.tisasrec import TiSasRecConfig

CONFIG = TiSasRecConfig(items=30, positions=7, features=6, spans=5)


@pytest.fixture
def model() -> TiSASRec:
    model = TiSASRec(CONFIG)
    lively(model)
    return model


def timed(items: torch.Tensor, seed: int = 0) -> torch.Tensor:
    waits = torch.randint(1, 9, items.shape, generator=torch.Generator().manual_seed(seed))
    return torch.stack([items, (waits * (items > 0)).cumsum(dim=1)], dim=-1)


def test_spans_are_whole_units_of_the_shortest_and_cut_off() -> None:
    times = torch.tensor([[10, 10, 14, 23, 90]])
    spans = time_spans(times, torch.ones(1, 5, dtype=torch.bool), 6)[0]
    assert spans[0].tolist() == [0, 0, 1, 3, 6]  # 4 seconds are the unit
    assert spans[3].tolist() == [3, 3, 2, 0, 6]
    assert torch.equal(spans, spans.T)


def test_pads_make_no_unit_of_time() -> None:
    times = torch.tensor([[9, 10, 20, 40]])
    spans = time_spans(times, torch.tensor([[False, True, True, True]]), 100)[0]
    assert spans.tolist() == [[0, 0, 0, 0], [0, 0, 1, 3], [0, 1, 0, 2], [0, 3, 2, 0]]


def test_items_of_one_moment_are_no_time_apart() -> None:
    assert not time_spans(torch.full((2, 3), 5), torch.ones(2, 3, dtype=torch.bool), 4).any()


def test_attention_is_its_equation_pair_by_pair() -> None:
    torch.manual_seed(0)
    layer, x = TimedAttention(6, 2, 0.0).requires_grad_(False), torch.randn(1, 4, 6)
    spans = torch.randint(0, 6, (1, 4, 4))
    relations = torch.randn(4, 6), torch.randn(4, 6), torch.randn(6, 6), torch.randn(6, 6)
    place_key, place_value, span_key, span_value = relations
    query, key, value = layer.query(x)[0], layer.key(x)[0], layer.value(x)[0]
    mixed = torch.zeros(4, 6)
    for at in range(4):
        for part in (slice(0, 3), slice(3, 6)):
            told = [int(spans[0, at, j]) for j in range(at + 1)]
            keys = [key[j] + place_key[j] + span_key[r] for j, r in enumerate(told)]
            values = [value[j] + place_value[j] + span_value[r] for j, r in enumerate(told)]
            weights = [math.exp(float(query[at, part] @ k[part]) / 3**0.5) for k in keys]
            for weight, each in zip(weights, values, strict=True):
                mixed[at, part] += weight / sum(weights) * each[part]
    seen = attention_mask(torch.ones(1, 4, dtype=torch.bool), causal=True)
    expected = layer.out(mixed)
    torch.testing.assert_close(layer(x, seen, spans, relations)[0], expected)
    last = layer(x, seen, spans, relations, last_only=True)
    torch.testing.assert_close(last[0, 0], expected[-1])


def test_times_matter_and_their_unit_does_not(model: TiSASRec) -> None:
    given = timed(windows([7, 4]))
    slower = given.clone()
    slower[..., 1] *= 60
    torch.testing.assert_close(model(slower), model(given))
    assert not torch.allclose(model(timed(given[..., 0], seed=1)), model(given))


def test_training_predicts_the_next_item_of_every_position(model: TiSASRec) -> None:
    items, targets = windows([7, 1, 3]), torch.tensor([4, 9, 30])
    given = timed(items)
    hidden, losses = model.hidden(given), []
    for row, (shown, target) in enumerate(zip(items.tolist(), targets.tolist(), strict=True)):
        for at, follower in enumerate([*shown[1:], target]):
            if shown[at]:
                scores = model.table.weight[1:] @ hidden[row, at]
                losses.append(cross_entropy(scores, torch.tensor(follower - 1)))
    assert len(losses) == 7 + 1 + 3
    torch.testing.assert_close(model(given, targets), torch.stack(losses).mean())


def test_items_without_times_are_refused(model: TiSASRec) -> None:
    with pytest.raises(BadInput, match=r"shape \(B, N, 2\), given \(1, 7\); use sasrec"):
        model(windows([7]))
    with pytest.raises(BadInput, match=r"shape \(B, N, 2\), given \(1, 7\); use sasrec"):
        model(windows([7]), torch.tensor([1]))


def test_an_impossible_shape_is_refused() -> None:
    with pytest.raises(BadInput, match="spans is 0; it must be a whole number of at least 1"):
        TiSasRecConfig(items=3, spans=0)
    with pytest.raises(BadInput, match=r"features is 64; it must be divisible by heads \(7\)"):
        TiSasRecConfig(items=3, heads=7)
