"""TiM4Rec: equations of its paper, pads, times and shapes."""

import pytest
import torch
from timed_windows import more_pads, timed

from ssr_neuro.errors import BadInput
from ssr_neuro.model.parts.mixer_stack import MixerStack
from ssr_neuro.model.parts.time_factor import TimeFactor, TimeGate, time_differences
from ssr_neuro.model.ssd4rec import SSD4Rec
from ssr_neuro.model.tim4rec import TiM4Rec
from ssr_neuro.settings.models.ssd4rec import Ssd4RecConfig
from ssr_neuro.settings.models.tim4rec import TiM4RecConfig

SHAPE = {"items": 30, "positions": 8, "features": 8, "state": 4, "ffn_ratio": 2}
HARDSWISH_IS_ONE = (33**0.5 - 3) / 2


@pytest.fixture
def model() -> TiM4Rec:
    torch.manual_seed(0)
    model = TiM4Rec(TiM4RecConfig(**SHAPE))
    for parameter in model.parameters():
        parameter.data += 0.6 * torch.randn_like(parameter)  # nothing stays where it starts
    return model.eval()


def test_differences_are_exact_and_zero_at_the_first_item_and_pads() -> None:
    times = torch.tensor([[5, 5, 1_700_000_000, 1_700_000_001, 1_700_000_031]])
    found = time_differences(times, torch.tensor([[False, False, True, True, True]]))
    assert found.tolist() == [[0, 0, 0, 1, 30]]


def test_factors_are_equations_16_and_17_position_by_position() -> None:
    torch.manual_seed(0)
    factor, d = TimeFactor(5, 3, 2, 0.5).eval(), torch.randn(1, 3, 5)
    first, second = factor.scale[1], factor.scale[3]
    read = d.clone()
    for head in range(3):
        inner = first.weight @ d[0, head] + first.bias
        outer = second.weight @ (inner * torch.sigmoid(inner)) + second.bias
        read[0, head] = d[0, head] * outer * torch.sigmoid(outer)
        for conv in factor.convs:
            before = read[0, head].clone()
            for t in range(5):
                y = conv.bias[head] + sum(
                    before[max(t - m, 0)] * conv.weight[m, head] for m in range(2)
                )
                read[0, head, t] = y * torch.clamp(y + 3, 0, 6) / 6
    torch.testing.assert_close(factor(d)[0].T, read[0])


def test_one_row_of_differences_serves_every_head() -> None:
    factor, d = TimeFactor(5, 3, 2, 0.0), torch.randn(2, 1, 5)
    torch.testing.assert_close(factor(d), factor(d.expand(2, 3, 5)))


@pytest.mark.parametrize("by_position", [False, True])
def test_the_gated_residual_mixes_old_and_new(by_position: bool) -> None:
    gate = TimeGate(5, 0.0, by_position=by_position)
    d, factor = torch.randn(2, 1, 5), torch.randn(2, 5, 3)
    share = torch.sigmoid(d @ gate.gate.weight.T + gate.gate.bias)
    assert share.shape == (2, 1, 5 if by_position else 1)
    mixed = share * d + (1 - share) * factor.transpose(1, 2)
    centred = mixed - mixed.mean(dim=-1, keepdim=True)
    expected = centred / (centred.square().mean(dim=-1, keepdim=True) + 1e-5).sqrt()
    torch.testing.assert_close(gate(d, factor), expected, rtol=1e-4, atol=1e-5)


def test_the_factors_of_a_layer_come_from_those_before(model: TiM4Rec) -> None:
    windows = timed(6)
    present = windows[..., 0] > 0
    d = model.time_norm(time_differences(windows[..., 1], present))[:, None]
    first = model.time_factors[0](d)
    second = model.time_factors[1](model.time_gates[0](d, first))
    for found, expected in zip(
        model.step_factors(windows[..., 1], present), (first, second), strict=True
    ):
        torch.testing.assert_close(found, expected, rtol=0, atol=0)


def without_time(model: TiM4Rec) -> SSD4Rec:
    """SSD4Rec with the same weights."""
    plain = SSD4Rec(Ssd4RecConfig(**SHAPE)).eval()
    weights = model.state_dict().items()
    plain.load_state_dict({name: w for name, w in weights if not name.startswith("time_")})
    return plain


def test_without_time_it_is_ssd4rec(model: TiM4Rec) -> None:
    windows, plain = timed(20), without_time(model)
    assert (model(windows) - plain(windows[..., 0]))[:, 1:].abs().max() > 0.01
    for factor in model.time_factors:
        torch.nn.init.zeros_(factor.convs[1].weight)
        torch.nn.init.constant_(factor.convs[1].bias, HARDSWISH_IS_ONE)
    torch.testing.assert_close(model(windows), plain(windows[..., 0]), rtol=1e-5, atol=1e-5)


def test_only_the_time_between_items_counts(model: TiM4Rec) -> None:
    windows = timed(20)
    later, slower = windows.clone(), windows.clone()
    later[..., 1] += 86_400
    slower[:, -1, 1] += 7 * 86_400
    assert torch.equal(model(later), model(windows))
    assert (model(slower) - model(windows))[:, 1:].abs().max() > 0.01


def test_pads_change_no_score(model: TiM4Rec) -> None:
    short, plain = timed(20, positions=4), without_time(model)
    together = more_pads(short)
    assert torch.equal(model(more_pads(timed(20))), model(timed(20)))
    torch.testing.assert_close(model(together), model(short), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(plain(together[..., 0]), plain(short[..., 0]), rtol=1e-5, atol=1e-5)
    moved = short.clone()
    moved[..., 1] *= moved[..., 0] > 0  # another time of the pads
    assert torch.equal(model(moved), model(short))


def test_a_batch_changes_no_score(model: TiM4Rec) -> None:
    windows = timed(20)
    one_by_one = torch.cat([model(window[None]) for window in windows])
    torch.testing.assert_close(model(windows), one_by_one, rtol=1e-5, atol=1e-5)


def test_no_position_sees_a_later_item(model: TiM4Rec) -> None:
    windows = timed(20)
    items, present = windows[..., 0], windows[..., 0] > 0
    changed = torch.where((torch.arange(8) >= 5) & present, 1 + items % 30, items)
    early = present & (torch.arange(8) < 5)
    for times in (None, model.step_factors(windows[..., 1], present)):
        difference = (model.hidden(changed, times) - model.hidden(items, times)).abs()
        assert difference[early].max() < 1e-6
        assert (difference[present & ~early].amax(dim=-1) > 1e-3).all()


def test_the_last_position_alone_is_the_last_of_all(model: TiM4Rec) -> None:
    items = timed(20)[..., 0]
    alone, together = model.hidden(items, last_only=True), model.hidden(items)
    torch.testing.assert_close(alone, together[:, -1:], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", [TiM4Rec, SSD4Rec])
def test_gradients_reach_every_parameter(kind: type[MixerStack]) -> None:
    torch.manual_seed(0)
    model = kind(kind.config_type(**SHAPE))
    windows = timed(64) if model.needs_times else timed(64)[..., 0]
    torch.autograd.backward(model(windows, torch.randint(1, 31, (64,))))
    assert [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()] == []


@pytest.mark.parametrize("kind", [TiM4Rec, SSD4Rec])
def test_a_toy_is_memorised(kind: type[MixerStack]) -> None:
    torch.manual_seed(0)
    model = kind(kind.config_type(**SHAPE, dropout=0.0))
    windows = timed(12) if model.needs_times else timed(12)[..., 0]
    targets = torch.arange(1, 13)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(60):
        optimizer.zero_grad()
        torch.autograd.backward(model(windows, targets))
        optimizer.step()
    assert (model.eval()(windows).argmax(dim=1) == targets).all()


@pytest.mark.parametrize("kind", [TiM4Rec, SSD4Rec])
def test_it_trains_in_bf16(kind: type[MixerStack]) -> None:
    torch.manual_seed(0)
    model = kind(kind.config_type(**SHAPE, dropout=0.0)).eval()
    windows = timed(12) if model.needs_times else timed(12)[..., 0]
    targets = torch.arange(1, 13)
    with torch.autocast("cpu", torch.bfloat16):
        loss = model(windows, targets)
    torch.testing.assert_close(loss, model(windows, targets), rtol=0.01, atol=0.0)
    torch.autograd.backward(loss)
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


def test_it_exports_without_complex_numbers(model: TiM4Rec) -> None:
    windows = timed(3)
    exported = torch.export.export(model, (windows,))
    assert torch.equal(exported.module()(windows), model(windows))
    values = [node.meta.get("val") for node in exported.graph.nodes]
    assert not any(isinstance(v, torch.Tensor) and v.is_complex() for v in values)


def test_times_alone_can_be_learnt() -> None:
    torch.manual_seed(0)
    model = TiM4Rec(TiM4RecConfig(**SHAPE, dropout=0.0, time_dropout=0.0))
    windows = timed(1).repeat(6, 1, 1)
    windows[:, :, 0] = 7
    windows[:, :, 1] = torch.arange(8) ** torch.arange(1, 7)[:, None]
    targets = torch.arange(1, 7)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(250):
        optimizer.zero_grad()
        torch.autograd.backward(model(windows, targets))
        optimizer.step()
    assert (model.eval()(windows).argmax(dim=1) == targets).all()


def test_items_without_times_are_refused(model: TiM4Rec) -> None:
    with pytest.raises(BadInput, match=r"shape \(B, N, 2\), given \(20, 8\); use ssd4rec"):
        model(timed(20)[..., 0])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"heads": 3}, r"heads is 3; it must be a divisor of expand \* features, 128"),
        ({"state": 0}, "state is 0; it must be a whole number of at least 1"),
        ({"dropout": 1.0}, "dropout is 1.0; it must be a number from 0 to below 1"),
        ({"time_dropout": -0.1}, "time_dropout is -0.1; it must be a number from 0"),
        ({"time_gate": "head"}, r"time_gate is 'head'; it must be one of \('window', 'position'\)"),
    ],
)
def test_impossible_shapes_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        TiM4RecConfig.from_dict({"items": 30, **wrong})


def test_the_papers_shape_is_the_default() -> None:
    model = TiM4Rec(TiM4RecConfig(items=30, positions=20))
    block = model.blocks[0].mixer
    assert block.project.weight.shape == (128 + 2 * 32 + 4, 64)
    assert block.conv.weight.shape == (4, 192)
    assert model.time_factors[1].scale[1].weight.shape == (20, 20)
    assert len(model.time_gates) == 1


def test_without_its_networks_a_layer_is_the_normed_mixer() -> None:
    torch.manual_seed(0)
    model = TiM4Rec(TiM4RecConfig(**SHAPE, ffn=False)).eval()
    assert not [name for name, _ in model.named_parameters() if ".ffn" in name]
    x, present = torch.randn(2, 8, 8), torch.ones(2, 8, dtype=torch.bool)
    block = model.blocks[0]
    torch.testing.assert_close(block(x, present), block.norm(block.mixer(x, present) + x))
