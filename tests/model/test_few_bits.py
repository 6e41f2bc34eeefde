"""Layers of few bits: the levels they have, the gradient through them, an SSR-ANN of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ssr_neuro.errors import BadInput
from ssr_neuro.model import build
from ssr_neuro.model.parts.few_bits import FewBits, Int8Kernel, Int8Weight, levels
from ssr_neuro.settings.models.ssr_ann import SsrAnnConfig

CONFIG = SsrAnnConfig(items=30, positions=6, features=8, activation_bits=2)


def rounded(values: list[float], step: float, bits: int, below: int) -> list[float]:
    layer = FewBits(bits, below).eval()
    with torch.no_grad():
        layer.step.fill_(step)
        found: list[float] = layer(torch.tensor(values)).tolist()
    return found


def test_values_become_the_nearest_level_and_past_the_ends_the_ends() -> None:
    assert rounded([-9.0, -0.6, 0.2, 0.6, 1.1, 9.0], 0.5, 2, 1) == [-0.5, -0.5, 0, 0.5, 1.0, 1.0]


@pytest.mark.parametrize(
    ("bits", "kind", "ends"),
    [
        (1, "mixed", (0, 1)),
        (1, "centred", (0, 1)),
        (2, "positive", (0, 3)),
        (2, "mixed", (-1, 2)),
        (2, "centred", (-2, 1)),
        (3, "mixed", (-2, 5)),
    ],
)
def test_ends_of_the_levels(bits: int, kind: str, ends: tuple[int, int]) -> None:
    layer = levels(bits, kind)  # type: ignore[arg-type]
    assert isinstance(layer, FewBits)
    assert (layer.lowest, layer.highest) == ends


def test_without_bits_values_pass_as_they_are() -> None:
    x = torch.randn(5)
    assert torch.equal(levels(0, "mixed")(x), x)


def test_gradients_are_those_of_the_paper() -> None:
    """LSQ, equations 3 and 5: of the step round(x / s) - x / s within, the level at the ends."""
    layer = FewBits(2, 1).eval()
    x = torch.tensor([0.3, 0.8, 9.0, -9.0], requires_grad=True)
    layer(x).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [1, 1, 0, 0]
    share = (4 * 2) ** -0.5
    expected = (0 - 0.3) + (1 - 0.8) + 2 - 1
    assert layer.step.grad is not None
    assert float(layer.step.grad) == pytest.approx(share * expected)


def test_the_first_batch_sets_the_step_and_later_ones_do_not() -> None:
    layer = FewBits(2, 1)
    layer(torch.tensor([1.0, -3.0]))
    assert float(layer.step.detach()) == pytest.approx(2 * 2.0 / 2**0.5)
    layer(torch.tensor([100.0]))
    assert float(layer.step.detach()) == pytest.approx(2 * 2.0 / 2**0.5)


@given(seed=st.integers(0, 2**16), rows=st.integers(1, 4))
def test_a_row_of_8_bits_is_whole_numbers_of_its_scale(seed: int, rows: int) -> None:
    weight = np.random.default_rng(seed).normal(size=(rows, 5)).astype(np.float32)
    found = Int8Weight(dim=1)(torch.from_numpy(weight)).numpy().astype(np.float64)
    scale = np.abs(weight).max(axis=1, keepdims=True) / 127
    assert np.abs(found / scale - np.rint(found / scale)).max() < 1e-3
    assert np.abs(found - weight).max() <= 0.51 * scale.max()


def test_the_circular_kernel_of_a_filter_has_8_bits() -> None:
    spectrum = torch.randn(4, 3, 2, generator=torch.Generator().manual_seed(1))
    found = Int8Kernel(6)(spectrum).double().numpy()
    kernel = np.fft.irfft(found[..., 0] + 1j * found[..., 1], n=6, axis=0, norm="ortho")
    whole = kernel / (np.abs(kernel).max(axis=0) / 127)
    assert np.abs(whole - np.rint(whole)).max() < 1e-2


def test_a_network_of_two_bits_computes_with_four_levels_everywhere() -> None:
    model = build("ssr-ann", CONFIG)
    items = torch.randint(0, 31, (16, 6), generator=torch.Generator().manual_seed(2))
    seen: dict[str, torch.Tensor] = {}
    for name, part in model.named_modules():
        if isinstance(part, FewBits):
            part.register_forward_hook(lambda _, __, out, name=name: seen.update({name: out}))
    model(items)
    assert len(seen) == 1 + 3 * 2
    assert all(len(out.unique()) <= 4 for out in seen.values())


def test_it_learns_and_its_weights_come_back_from_a_file(tmp_path: Path) -> None:
    torch.manual_seed(3)
    model = build("ssr-ann", CONFIG)
    items, targets = torch.randint(1, 31, (64, 6)), torch.randint(1, 31, (64,))
    optimiser = torch.optim.Adam(model.parameters(), 0.01)
    losses = []
    for _ in range(60):
        loss = model.loss(items, targets)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.7 * losses[0]
    torch.save(model.state_dict(), tmp_path / "state.pt")
    again = build("ssr-ann", CONFIG)
    again.load_state_dict(torch.load(tmp_path / "state.pt"))
    assert torch.equal(again.eval()(items), model.eval()(items))


@pytest.mark.parametrize("bits", [-1, 9, 1.5, True])
def test_bits_that_no_level_has_are_refused(bits: object) -> None:
    with pytest.raises(
        BadInput, match=r"activation_bits is .*; it must be a whole number from 0 to 8"
    ):
        replace(CONFIG, activation_bits=bits)
