import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ssr_neuro.model.parts.causal_conv import CausalConv, fill_pads_with_first
from ssr_neuro.model.parts.ssd import read_last, scan_in_chunks, segment_sums, sequential
from ssr_neuro.model.parts.ssd_block import GatedRmsNorm, SsdBlock, first_step_bias


def drawn(length: int, seed: int = 0, decay: float = 1.0) -> tuple[torch.Tensor, ...]:
    """x, log_decay, b, c of 3 sequences, 2 heads of 4 channels and a state of 5."""
    generator = torch.Generator().manual_seed(seed)
    shapes = ((3, length, 2, 4), (3, length, 2), (3, length, 5), (3, length, 5))
    x, log_decay, b, c = (torch.randn(shape, generator=generator) for shape in shapes)
    return x, -decay * log_decay.abs(), b, c


@given(
    length=st.integers(1, 40),
    chunk=st.integers(1, 45),
    seed=st.integers(0, 2**31),
    decay=st.sampled_from([0.0, 0.01, 1.0, 100.0]),
)
def test_chunks_of_any_size_give_what_the_loop_gives(
    length: int, chunk: int, seed: int, decay: float
) -> None:
    parts = drawn(length, seed, decay)
    torch.testing.assert_close(
        scan_in_chunks(*parts, chunk), sequential(*parts), rtol=1e-5, atol=1e-5
    )


def test_the_loop_is_the_sum_over_all_items_before() -> None:
    x, log_decay, b, c = drawn(6)
    y = torch.zeros_like(x)
    for i in range(6):
        for j in range(i + 1):
            kept = torch.exp(log_decay[:, j + 1 : i + 1].sum(dim=1))[..., None]
            y[:, i] += kept * (c[:, i] * b[:, j]).sum(dim=-1)[:, None, None] * x[:, j]
    torch.testing.assert_close(sequential(x, log_decay, b, c), y, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("length", [1, 2, 33])
def test_the_last_position_alone_is_the_last_of_all(length: int) -> None:
    x, log_decay, b, c = drawn(length)
    alone = read_last(x, log_decay, b, c[:, -1])
    torch.testing.assert_close(alone, sequential(x, log_decay, b, c)[:, -1], rtol=1e-5, atol=1e-5)


def test_chunks_have_the_gradients_of_the_loop() -> None:
    parts = [part.double().requires_grad_() for part in drawn(9)]
    loop = torch.autograd.grad(sequential(*parts).square().sum(), parts)
    runs = torch.autograd.grad(scan_in_chunks(*parts, 4).square().sum(), parts)
    for expected, found in zip(loop, runs, strict=True):
        torch.testing.assert_close(found, expected)


def test_segment_sums_of_three() -> None:
    never = -torch.inf
    expected = torch.tensor([[0.0, never, never], [2.0, 0.0, never], [6.0, 4.0, 0.0]])
    assert torch.equal(segment_sums(torch.tensor([1.0, 2.0, 4.0])), expected)


def test_a_causal_convolution_repeats_the_first_position_or_sees_zeros() -> None:
    x = torch.tensor([1.0, 2.0, 3.0]).view(1, 3, 1)
    read = {}
    for repeats in (True, False):
        conv = CausalConv(1, 2, repeats=repeats)
        conv.weight.data, conv.bias.data = torch.tensor([[10.0], [1.0]]), torch.tensor([0.5])
        read[repeats] = conv(x).flatten().tolist()
    assert read == {True: [11.5, 21.5, 32.5], False: [10.5, 21.5, 32.5]}


@pytest.mark.parametrize("repeats", [True, False])
def test_the_gradients_of_a_causal_convolution_are_those_of_differences(repeats: bool) -> None:
    conv = CausalConv(3, 4, repeats=repeats).double()
    x = torch.randn(2, 5, 3, dtype=torch.float64, requires_grad=True)
    given = x, conv.weight, conv.bias
    assert torch.autograd.gradcheck(lambda *_: conv(x), given)


def test_a_causal_convolution_is_that_of_torch() -> None:
    conv, x = CausalConv(3, 4, repeats=False), torch.randn(2, 7, 3)
    padded = torch.nn.functional.pad(x.transpose(1, 2), (3, 0))
    weight = conv.weight.flip(0).T[:, None]
    expected = torch.nn.functional.conv1d(padded, weight, conv.bias, groups=3).transpose(1, 2)
    torch.testing.assert_close(conv(x), expected)


def test_the_first_item_stands_before_itself() -> None:
    x = torch.tensor([[9.0, 9.0, 1.0, 2.0], [3.0, 4.0, 5.0, 6.0], [9.0, 9.0, 9.0, 9.0]])[..., None]
    present = torch.tensor([[0, 0, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]]).bool()
    filled = fill_pads_with_first(x, present)[..., 0].tolist()
    assert filled == [[1, 1, 1, 2], [3, 4, 5, 6], [9, 9, 9, 9]]


def test_the_gated_norm_has_a_mean_square_of_one() -> None:
    x, gate = torch.randn(2, 8), torch.randn(2, 8)
    gated = x * gate * torch.sigmoid(gate)
    expected = gated / gated.square().mean(dim=-1, keepdim=True).sqrt()
    torch.testing.assert_close(GatedRmsNorm(8)(x, gate), expected, rtol=1e-3, atol=1e-3)


def test_first_steps_lie_where_they_should() -> None:
    steps = torch.nn.functional.softplus(first_step_bias(1000))
    assert 0.99e-3 < steps.min() < 1.3e-3
    assert 0.08 < steps.max() < 0.101


def slow_block(block: SsdBlock, x: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
    """Equations 14, 15, 18, 20 and the gated norm, item by item, for one sequence (N, D)."""
    heads, inner = len(block.step_bias), block.gate.out_features
    joint, gates = block.project(x), block.gate(x)
    state, out = torch.zeros(heads, inner // heads, 3), []
    for k in range(len(x)):
        window = torch.stack([joint[max(k - m, 0), :-heads] for m in range(2)])
        mixed = (window * block.conv.weight).sum(0) + block.conv.bias
        mixed = mixed * torch.clamp(mixed + 3, 0, 6) / 6
        values, b, c = mixed[:inner].view(heads, -1), mixed[inner:-3], mixed[-3:]
        step = torch.log1p(torch.exp(joint[k, -heads:] * time[k] + block.step_bias))
        kept = torch.exp(-torch.exp(block.rate_log) * step)
        state = kept[:, None, None] * state + step[:, None, None] * values[..., None] * b
        y = state @ c + block.through[:, None] * values
        gated = y.flatten() * gates[k] * torch.sigmoid(gates[k])
        gated = gated / (gated.square().mean() + 1e-5).sqrt() * block.gated_norm.weight
        out.append(block.out(gated))
    return torch.stack(out)


@pytest.mark.parametrize("pads", [0, 3])
def test_a_block_is_its_equations_item_by_item(pads: int) -> None:
    torch.manual_seed(0)
    block = SsdBlock(4, expand=2, heads=2, state=3, kernel=2)
    x, time = torch.randn(1, 8, 4), torch.randn(1, 8, 2)
    present = torch.arange(8)[None] >= pads
    expected = slow_block(block, x[0, pads:], time[0, pads:])
    found = block(x, present, time=time)
    torch.testing.assert_close(found[0, pads:], expected, rtol=1e-4, atol=1e-5)
    alone = block(x, present, time=time, last_only=True)
    torch.testing.assert_close(alone[0], expected[-1:], rtol=1e-4, atol=1e-5)


def test_a_block_trains_in_bf16() -> None:
    block = SsdBlock(4, expand=2, heads=2, state=3, kernel=2)
    x, present = torch.randn(2, 40, 4), torch.ones(2, 40, dtype=torch.bool)
    with torch.autocast("cpu", torch.bfloat16):
        found = block(x, present)
    torch.testing.assert_close(found.float(), block(x, present), rtol=0.1, atol=0.03)
    found.float().square().sum().backward()
    assert all(parameter.grad is not None for parameter in block.parameters())
