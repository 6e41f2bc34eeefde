"""The fused mixture of positions is the product under autocast, its norm and its neurons."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from ssr_neuro.model import build, config_from_dict
from ssr_neuro.model.native import library
from ssr_neuro.model.parts import spiking
from ssr_neuro.model.parts.mix_norm_lif import mix_norm_lif, mixture_fits
from ssr_neuro.model.parts.norm_lif import norm_lif
from ssr_neuro.model.parts.spiking import lif
from ssr_neuro.settings.models.ssr import SsrConfig

pytestmark = pytest.mark.skipif(
    not library.multiplies(), reason="no compiler, or a processor without AVX512_BF16"
)


def layer(rows: int, inputs: int, seed: int) -> tuple[nn.Parameter, Any, Any]:
    torch.manual_seed(seed)
    norm = nn.BatchNorm1d(rows).train()
    nn.init.normal_(norm.weight, 1, 0.3)
    nn.init.normal_(norm.bias, 0.3, 0.3)
    return nn.Parameter(torch.randn(rows, inputs)), norm, lif(SsrConfig(items=3))


@given(
    rows=st.integers(1, 13),
    inputs=st.integers(1, 13),
    sizes=st.tuples(st.integers(2, 40), st.integers(1, 5), st.integers(1, 70)),
    silent=st.integers(0, 12),
    seed=st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_spikes_gradients_and_statistics_are_theirs(
    rows: int, inputs: int, sizes: tuple[int, int, int], silent: int, seed: int
) -> None:
    found = []
    spikes = torch.bernoulli(torch.full((inputs, *sizes), 0.4)).bfloat16()
    reached = torch.randn(rows, *sizes)
    reached[: min(silent, rows)] = 0
    for fused in (False, True):
        weight, norm, neuron = layer(rows, inputs, seed)
        x = spikes.clone().requires_grad_()
        with torch.autocast("cpu", torch.bfloat16):
            if fused:
                assert mixture_fits(x, weight, norm, neuron)
                out = mix_norm_lif(x, weight, norm, neuron)
            else:
                mixed = (weight @ x.flatten(1)).view(rows, *sizes)
                out = norm_lif(mixed, norm, neuron, by_row=True)
        torch.autograd.backward((out.float() * reached).sum())
        grads = [weight.grad, norm.weight.grad, norm.bias.grad]
        found.append((out, x.grad, grads, dict(norm.named_buffers())))
    theirs, ours = found
    # Sums of another order: one in a thousand drives rounds to its neighbour.
    assert (ours[0] != theirs[0]).float().mean() <= 1e-3
    torch.testing.assert_close(ours[1], theirs[1], rtol=0.02, atol=0.05)
    for mine, other in zip(ours[2], theirs[2], strict=True):
        assert mine is not None
        assert other is not None
        torch.testing.assert_close(mine, other, rtol=0.02, atol=0.02 * float(other.abs().max()))
    torch.testing.assert_close(ours[3], theirs[3])


def test_without_autocast_or_for_other_layers_it_does_not_fit() -> None:
    weight, norm, neuron = layer(3, 4, 0)
    x = torch.ones(4, 2, 1, 5, dtype=torch.bfloat16)
    assert not mixture_fits(x, weight, norm, neuron)
    with torch.autocast("cpu", torch.bfloat16):
        assert mixture_fits(x, weight, norm, neuron)
        assert not mixture_fits(x, weight, norm.eval(), neuron)
        assert not mixture_fits(x, weight.expand(5, 3, 4), norm.train(), neuron)
    with torch.autocast("cpu", torch.float16):
        assert not mixture_fits(x, weight, norm, neuron)


def test_a_step_of_ssr_has_the_loss_and_the_gradients_of_separate_products(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    items, targets = torch.randint(1, 51, (32, 8)), torch.randint(1, 51, (32,))
    found = []
    for fused in (False, True):
        monkeypatch.setattr(spiking, "mixture_fits", mixture_fits if fused else lambda *_: False)
        torch.manual_seed(0)
        model = build("ssr", config_from_dict("ssr", {"items": 50, "positions": 8})).train()
        with torch.autocast("cpu", torch.bfloat16):
            loss = model(items, targets)
        torch.autograd.backward(loss)
        grads = [p.grad.flatten() for p in model.parameters() if p.grad is not None]
        found.append((loss.detach(), torch.cat(grads)))
    (loss, theirs), (same, ours) = found
    torch.testing.assert_close(same, loss, rtol=1e-3, atol=0)
    assert float((ours - theirs).norm() / theirs.norm()) < 0.02
