from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy_layers import attention, linear, part, weights_of
from numpy_layers import gelu as gelu_of
from numpy_layers import layer_norm as norm_of
from torch.nn.functional import cross_entropy, gelu
from windows import layer_norm, lively, windows

from ssr_neuro.errors import BadInput
from ssr_neuro.model.bert4rec import BERT4Rec
from ssr_neuro.model.parts.attention import attention_mask
from ssr_neuro.settings.models.bert4rec import Bert4RecConfig

CONFIG = Bert4RecConfig(items=30, positions=7, features=6, ffn_ratio=2)


@pytest.fixture
def model() -> BERT4Rec:
    model = BERT4Rec(CONFIG)
    lively(model)
    return model


@pytest.mark.parametrize("length", [1, 3, 7])
def test_scores_are_the_equations(model: BERT4Rec, length: int) -> None:
    model.double()
    w = {name: tensor.detach() for name, tensor in model.named_parameters()}
    (items,) = windows([length])
    shown = torch.cat([w["table.weight"][items[-length:]], w["mask"][None]])
    x = shown + w["places.weight"][-length - 1 :]
    everything = attention_mask(torch.ones(1, length + 1, dtype=torch.bool), causal=False)
    for number, block in enumerate(model.blocks):
        own = {k.removeprefix(f"blocks.{number}."): v for k, v in w.items()}
        attended = block.get_submodule("attention")(x[None], everything)[0]
        x = layer_norm(x + attended, own["attention_norm.weight"], own["attention_norm.bias"])
        hidden = gelu(x @ own["network.0.weight"].T + own["network.0.bias"])
        out = hidden @ own["network.3.weight"].T + own["network.3.bias"]
        x = layer_norm(x + out, own["network_norm.weight"], own["network_norm.bias"])
    read = gelu(w["readout.0.weight"] @ x[-1] + w["readout.0.bias"])
    expected = w["table.weight"] @ read + w["item_bias"]
    torch.testing.assert_close(model(items[None])[0, 1:], expected[1:])


@pytest.mark.parametrize("items", [[4], [4, 9, 2], [7, 1, 1, 30, 5, 9, 2]])
def test_the_program_s_shape_is_its_equations(items: list[int]) -> None:
    config = replace(CONFIG, in_norm=True, readout=False, norm_eps=1e-12)
    model = lively(BERT4Rec(config)).double()
    w, count = weights_of(model), len(items) + 1
    shown = np.concatenate([w["table.weight"][items], w["mask"][None]])
    x = norm_of(shown + w["places.weight"][-count:], w, "in_norm", 1e-12)
    for number in range(2):
        own = part(w, f"blocks.{number}")
        attended = attention(x, part(own, "attention"), 2, [count] * count)
        x = norm_of(x + attended, own, "attention_norm", 1e-12)
        network = linear(gelu_of(linear(x, own, "network.0")), own, "network.3")
        x = norm_of(x + network, own, "network_norm", 1e-12)
    found = model(torch.tensor([items]))[0, 1:].detach().numpy()
    np.testing.assert_allclose(found, (w["table.weight"] @ x[-1])[1:], rtol=1e-9)


def test_every_sequence_has_a_masked_item_and_never_a_pad() -> None:
    torch.manual_seed(0)
    model, sequence = BERT4Rec(CONFIG), windows([8, 2, 1] * 1000, positions=8)
    masked = model.draw(sequence)
    assert masked.any(dim=1).all()
    assert not (masked & (sequence == 0)).any()
    whole = masked[::3]
    assert whole[:, :7].float().mean() == pytest.approx(0.9 * 0.2, abs=0.02)
    none = 0.1 + 0.9 * 0.8**8  # those that mask their last alone, and those that drew none
    assert whole[:, 7].float().mean() == pytest.approx(0.9 * 0.2 + none, abs=0.03)


def test_what_is_masked_is_never_seen(model: BERT4Rec) -> None:
    sequence = windows([8, 5], positions=8)
    masked = torch.zeros(2, 8, dtype=torch.bool)
    masked[:, [4, 7]] = True
    other = torch.where(masked, sequence % 30 + 1, sequence)
    torch.testing.assert_close(
        model.hidden(sequence, masked), model.hidden(other, masked), rtol=0, atol=0
    )


def test_both_sides_of_a_masked_item_are_seen(model: BERT4Rec) -> None:
    sequence, masked = windows([8], positions=8), torch.arange(8)[None] == 4
    before = model.hidden(sequence, masked)[0, 4]
    for place in (3, 5):
        changed = sequence.clone()
        changed[0, place] = sequence[0, place] % 30 + 1
        assert not torch.allclose(model.hidden(changed, masked)[0, 4], before)


def test_training_fills_in_masked_items() -> None:
    config = Bert4RecConfig(items=30, positions=7, features=6, dropout=0.0, masked=0.5)
    model = BERT4Rec(config)
    lively(model).train()
    items, targets = windows([7, 4]), torch.tensor([5, 6])
    sequence = torch.cat([items, targets[:, None]], dim=1)
    torch.manual_seed(0)
    loss = model(items, targets)
    torch.manual_seed(0)
    masked, losses = model.draw(sequence), []
    read = model.readout(model.hidden(sequence, masked))
    for row, place in masked.nonzero().tolist():
        scores = model.table.weight @ read[row, place] + model.item_bias
        losses.append(cross_entropy(scores[1:], sequence[row, place] - 1))
    assert len(losses) > 2
    torch.testing.assert_close(loss, torch.stack(losses).mean())


def test_judging_asks_for_the_item_after_the_last(model: BERT4Rec) -> None:
    items, targets = windows([7, 4]), torch.tensor([5, 6])
    torch.testing.assert_close(model(items, targets), cross_entropy(model(items), targets))


def test_an_impossible_shape_is_refused() -> None:
    for name in ("masked", "last_alone", "dropout"):
        with pytest.raises(BadInput, match=f"{name} is 1.5; it must be a number from 0 to below 1"):
            Bert4RecConfig(items=3, **{name: 1.5})
    with pytest.raises(BadInput, match=r"features is 64; it must be divisible by heads \(6\)"):
        Bert4RecConfig(items=3, heads=6)
