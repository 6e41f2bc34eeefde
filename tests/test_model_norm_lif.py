"""The fused normalisation and LIF give what torch and SpikingJelly give one after the other."""

from typing import Any

import pytest
import torch
from spikingjelly.activation_based import functional
from torch import nn

from ssr_neuro.model.parts.norm_lif import fits, norm_lif
from ssr_neuro.model.parts.spiking import lif
from ssr_neuro.settings import SsrConfig

SHAPE = (4, 6, 5, 8)


def pair(by_row: bool, seed: int = 0) -> tuple[Any, Any, torch.Tensor]:
    """A norm with weights of its own, a LIF, and a drive."""
    torch.manual_seed(seed)
    norm = nn.BatchNorm2d(6) if by_row else nn.BatchNorm1d(8)
    nn.init.normal_(norm.weight, 1, 0.3)
    nn.init.normal_(norm.bias, 0.3, 0.3)
    return norm.train(), lif(SsrConfig(items=3)), 2 * torch.randn(SHAPE) + 0.5


def apart(z: torch.Tensor, norm: Any, neuron: Any, by_row: bool) -> torch.Tensor:
    drive = norm(z) if by_row else norm(z.flatten(0, 2)).view_as(z)
    functional.reset_net(neuron)
    out: torch.Tensor = neuron(drive)
    return out


@pytest.mark.parametrize("by_row", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_spikes_gradients_and_statistics_are_theirs(by_row: bool, seed: int) -> None:
    found = []
    for fused in (False, True):
        norm, neuron, drive = pair(by_row, seed)
        z = drive.requires_grad_()
        spikes = (
            norm_lif(z, norm, neuron, by_row=by_row) if fused else apart(z, norm, neuron, by_row)
        )
        weights = torch.linspace(-1, 1, spikes.numel()).view_as(spikes)
        torch.autograd.backward((spikes * weights).sum())
        found.append((spikes, z.grad, norm.weight.grad, norm.bias.grad, dict(norm.named_buffers())))
    theirs, ours = found
    assert torch.equal(ours[0], theirs[0])
    assert 0.05 < float(ours[0].detach().mean()) < 0.95
    for mine, other in zip(ours[1:4], theirs[1:4], strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(ours[4], theirs[4])


def test_what_it_does_not_compute_it_does_not_take() -> None:
    norm, neuron, z = pair(True)
    assert fits(norm, neuron, z)
    assert not fits(norm.eval(), neuron, z)
    assert not fits(nn.Identity(), neuron, z)
    assert not fits(norm.train(), neuron, z.double())
    neuron.detach_reset = False
    assert not fits(norm, neuron, z)


def test_a_view_that_is_not_contiguous_counts_too() -> None:
    norm, neuron, z = pair(True)
    turned = z.transpose(0, 2).contiguous().transpose(0, 2)
    norm_again, again, _ = pair(True)
    assert torch.equal(
        norm_lif(turned, norm, neuron, by_row=True), norm_lif(z, norm_again, again, by_row=True)
    )
