"""The fused normalisation and LIF give what torch and SpikingJelly give one after the other."""

from typing import Any

import numba
import numpy as np
import pytest
import torch
from spikingjelly.activation_based import functional
from torch import nn

from ssr_neuro.model.parts import norm_lif_kernels
from ssr_neuro.model.parts.norm_lif import fits, lif_fits, lif_of, norm_lif
from ssr_neuro.model.parts.spiking import lif
from ssr_neuro.settings.models.ssr import SsrConfig

SHAPE = (6, 5, 4, 8)


def pair(by_row: bool, seed: int = 0) -> tuple[Any, Any, torch.Tensor]:
    """A norm with weights of its own, a LIF, and a drive."""
    torch.manual_seed(seed)
    norm = nn.BatchNorm1d(6 if by_row else 8)
    nn.init.normal_(norm.weight, 1, 0.3)
    nn.init.normal_(norm.bias, 0.3, 0.3)
    return norm.train(), lif(SsrConfig(items=3)), 2 * torch.randn(SHAPE) + 0.5


def apart(z: torch.Tensor, norm: Any, neuron: Any, by_row: bool) -> torch.Tensor:
    drive = norm(z.flatten(1).T).T.view_as(z) if by_row else norm(z.flatten(0, 2)).view_as(z)
    functional.reset_net(neuron)
    out: torch.Tensor = neuron(drive.movedim(2, 0)).movedim(0, 2)
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


@pytest.mark.parametrize("by_row", [True, False])
def test_bfloat16_drives_give_the_spikes_of_their_values(by_row: bool) -> None:
    norm, neuron, drive = pair(by_row)
    rounded = drive.bfloat16()
    weights = torch.linspace(-1, 1, drive.numel()).view_as(drive)
    found = []
    for z in (rounded.float(), rounded):
        z = z.clone().requires_grad_()
        norm.zero_grad()
        spikes = norm_lif(z, norm, neuron, by_row=by_row)
        torch.autograd.backward((spikes.float() * weights).sum())
        found.append((spikes, z.grad, norm.weight.grad, norm.bias.grad))
    whole, half = found
    assert half[0].dtype == half[1].dtype == torch.bfloat16
    assert torch.equal(half[0].float(), whole[0])
    torch.testing.assert_close(half[1].float(), whole[1], rtol=0.02, atol=0.004)
    for mine, other in zip(half[2:], whole[2:], strict=True):
        torch.testing.assert_close(mine, other, rtol=0.01, atol=0.01)


def test_neurons_without_a_norm_fire_as_theirs() -> None:
    _, neuron, drive = pair(True)
    found = []
    for ours in (False, True):
        x = drive.clone().requires_grad_()
        functional.reset_net(neuron)
        spikes = lif_of(x, neuron) if ours else neuron(x.movedim(2, 0)).movedim(0, 2)
        torch.autograd.backward((spikes * torch.linspace(-1, 1, 4)[:, None]).sum())
        found.append((spikes, x.grad))
    assert lif_fits(neuron, drive)
    assert torch.equal(found[0][0], found[1][0])
    torch.testing.assert_close(found[0][1], found[1][1], rtol=1e-4, atol=1e-6)


def test_a_norm_of_another_kind_is_refused() -> None:
    _, neuron, z = pair(True)
    with pytest.raises(TypeError, match="needs a batch normalisation, given LayerNorm"):
        norm_lif(z, nn.LayerNorm(8), neuron, by_row=True)


def test_elements_mean_the_same_compiled_and_uncompiled() -> None:
    """Of bfloat16, whose bits an array holds, and of float32; rounded to even."""
    values = np.array([0.0, -1.5, 3.1415927, 1e-30, 65_280.0, 1.00390625, 1.01171875], np.float32)
    bits = torch.from_numpy(values).bfloat16().view(torch.int16).numpy().view(np.uint16)

    @numba.njit
    def through(x: Any, kind: Any) -> Any:
        return norm_lif_kernels.stored(norm_lif_kernels.number(x), kind)

    for value, stored in zip(values, bits, strict=True):
        assert through(value, stored) == through.py_func(value, stored) == stored
        assert through(value, value) == through.py_func(value, value) == value
        assert through(stored, stored) == through.py_func(stored, stored) == stored
