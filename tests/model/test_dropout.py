import pytest
import torch

from ssr_neuro.model.parts.dropout import Dropout, dropout


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.75, 0.999])
def test_the_share_dropped_is_the_rate_and_the_mean_stays(rate: float) -> None:
    torch.manual_seed(0)
    out = dropout(torch.ones(400_001), rate)
    spread = (rate * (1 - rate) / 400_001) ** 0.5
    assert abs(float((out == 0).double().mean()) - rate) < 5 * spread + 1e-5
    assert out.unique().tolist() == pytest.approx([0, 1 / (1 - rate)], rel=1e-2)
    assert abs(float(out.double().mean()) - 1) < 5 * spread / (1 - rate)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_the_gradient_passes_where_the_number_does(dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    x = torch.ones(3, 5, 7, dtype=dtype, requires_grad=True)
    out = dropout(x.transpose(0, 2), 0.4)
    torch.autograd.backward(out.sum())
    assert x.grad is not None
    assert out.dtype == dtype
    assert 0 < int((out == 0).sum()) < out.numel()
    torch.testing.assert_close(x.grad.transpose(0, 2), out, rtol=0, atol=0)


def test_neighbours_are_dropped_independently() -> None:
    torch.manual_seed(0)
    gone = (dropout(torch.ones(100_000), 0.5) == 0).double() - 0.5
    for lag in (1, 2, 3, 4, 8):
        assert abs(float((gone[lag:] * gone[:-lag]).mean())) < 5 * 0.25 / 100_000**0.5


def test_what_is_dropped_follows_torch_s_seed() -> None:
    layer, x = Dropout(0.5), torch.ones(64)
    torch.manual_seed(1)
    first, second = layer(x), layer(x)
    torch.manual_seed(1)
    assert torch.equal(layer(x), first)
    assert not torch.equal(first, second)


def test_nothing_is_dropped_in_evaluation_or_at_rate_0() -> None:
    x = torch.randn(9)
    assert Dropout(0.5).eval()(x) is x
    assert torch.equal(dropout(x, 0.0), x)
