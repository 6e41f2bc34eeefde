from dataclasses import replace

import pytest
import torch

from ssr_neuro.errors import BadInput
from ssr_neuro.model.mamba4rec import Mamba4Rec
from ssr_neuro.model.parts.selective_scan import SelectiveScan
from ssr_neuro.settings.models.mamba4rec import Mamba4RecConfig

CONFIG = Mamba4RecConfig(items=30, positions=8, features=8, state=4, ffn_ratio=2)


def windows(count: int, positions: int = 8) -> torch.Tensor:
    """Sequences of 1 to N items, left-padded."""
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randint(1, 31, (count, positions), generator=generator)
    lengths = torch.randint(1, positions + 1, (count, 1), generator=generator)
    return drawn * (torch.arange(positions) >= positions - lengths)


@pytest.fixture
def model() -> Mamba4Rec:
    torch.manual_seed(0)
    model = Mamba4Rec(CONFIG)
    for parameter in model.parameters():
        parameter.data += 0.2 * torch.randn_like(parameter)  # nothing stays where it starts
    return model.eval()


def slow_block(block: SelectiveScan, x: torch.Tensor) -> torch.Tensor:
    """Mamba's block for one sequence of items (N, D), channel by channel."""
    inner, states = block.rate_log.shape
    raw, out = block.project(x), torch.zeros(len(x), inner)
    h = torch.zeros(inner, states)
    for k in range(len(x)):
        taps = [raw[k - m] * block.conv.weight[m] for m in range(2) if k >= m]
        u = torch.stack(taps).sum(0) + block.conv.bias
        u = u * torch.sigmoid(u)
        root, b, c = (block.select.weight @ u).split(block.parts)
        step = torch.log1p(torch.exp(block.step.weight @ root + block.step_bias))
        for channel in range(inner):
            kept = torch.exp(-torch.exp(block.rate_log[channel]) * step[channel])
            h[channel] = kept * h[channel] + step[channel] * u[channel] * b
            out[k, channel] = h[channel] @ c + block.through[channel] * u[channel]
    gate = block.gate(x)
    return block.out(out * gate * torch.sigmoid(gate))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("pads", [0, 3])
@torch.no_grad()
def test_a_block_is_its_equations_item_by_item(pads: int, bias: bool) -> None:
    torch.manual_seed(0)
    block = SelectiveScan(18, expand=1, state=3, kernel=2, bias=bias)
    assert (block.out.bias is not None) is bias
    x, present = torch.randn(1, 8, 18), torch.arange(8)[None] >= pads
    expected = slow_block(block, x[0, pads:])
    torch.testing.assert_close(block(x, present)[0, pads:], expected, rtol=1e-4, atol=1e-5)
    alone = block(x, present, last_only=True)
    torch.testing.assert_close(alone[0], expected[-1:], rtol=1e-4, atol=1e-5)


def test_every_channel_starts_with_the_rates_1_to_s() -> None:
    rates = torch.exp(SelectiveScan(4, expand=2, state=3, kernel=2).rate_log)
    torch.testing.assert_close(rates, torch.tensor([1.0, 2.0, 3.0]).expand(8, 3))


def test_the_program_starts_step_biases_at_zero() -> None:
    config = replace(CONFIG, initial_steps="zero", projection_bias=False)
    mixer = Mamba4Rec(config).blocks[1].mixer
    assert not mixer.step_bias.any()
    assert mixer.project.bias is mixer.gate.bias is mixer.out.bias is None
    assert Mamba4Rec(CONFIG).blocks[1].mixer.step_bias.all()


def test_neither_pads_nor_a_batch_change_a_score(model: Mamba4Rec) -> None:
    given = windows(20)
    longer = torch.nn.functional.pad(given, (5, 0))
    torch.testing.assert_close(model(longer), model(given), rtol=1e-5, atol=1e-5)
    one_by_one = torch.cat([model(window[None]) for window in given])
    torch.testing.assert_close(model(given), one_by_one, rtol=1e-5, atol=1e-5)


def test_no_position_sees_a_later_item(model: Mamba4Rec) -> None:
    given = windows(20)
    changed = given.clone()
    changed[:, 5:] = 1 + given[:, 5:] % 30
    before, after = model.hidden(given), model.hidden(changed)
    torch.testing.assert_close(after[:, :5], before[:, :5], rtol=0, atol=1e-6)
    assert ((after - before)[:, 5:].abs().amax(dim=-1) > 1e-3).all()


def test_one_layer_stands_without_a_skip() -> None:
    shape = {**CONFIG.to_dict(), "blocks": 1}
    assert not Mamba4Rec(Mamba4RecConfig(**shape)).blocks[0].skip
    assert all(block.skip for block in Mamba4Rec(CONFIG).blocks)


def test_gradients_reach_every_parameter() -> None:
    torch.manual_seed(0)
    model = Mamba4Rec(CONFIG)
    torch.autograd.backward(model(windows(64), torch.randint(1, 31, (64,))))
    assert [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_a_toy_is_memorised() -> None:
    torch.manual_seed(0)
    model = Mamba4Rec(Mamba4RecConfig(**{**CONFIG.to_dict(), "dropout": 0.0}))
    given, targets = windows(12), torch.arange(1, 13)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(60):
        optimizer.zero_grad()
        torch.autograd.backward(model(given, targets))
        optimizer.step()
    assert (model.eval()(given).argmax(dim=1) == targets).all()


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(BadInput, match="Mamba4RecConfig has no heads; it knows items, positions"):
        Mamba4RecConfig.from_dict({"items": 3, "heads": 4})
