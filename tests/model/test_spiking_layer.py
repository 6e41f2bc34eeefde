from dataclasses import replace

import pytest
import torch
from spikingjelly.activation_based import functional, neuron

from ssr_neuro.model.parts.filter_block import FilterBlock
from ssr_neuro.model.parts.fourier import dft_matrices, transforms, unfolding
from ssr_neuro.model.parts.spiking import Axis, SpikingLayer, lif
from ssr_neuro.settings.models.ssr import SsrConfig

CONFIG = SsrConfig(items=5, positions=8, features=6)
AXES: list[Axis] = ["positions", "features"]


def trained_layer(axis: Axis, *, outputs: int = 5, config: SsrConfig = CONFIG) -> SpikingLayer:
    """A float64 layer whose norm has statistics and an affine map of its own, in eval mode."""
    torch.manual_seed(1)
    layer = SpikingLayer(axis, torch.randn(outputs, 8 if axis == "positions" else 6), config)
    torch.nn.init.normal_(layer.norm.get_parameter("weight"), 1.0, 0.3)
    torch.nn.init.normal_(layer.norm.get_parameter("bias"), 0.0, 0.3)
    layer.norm.get_buffer("running_mean").normal_()
    layer.norm.get_buffer("running_var").uniform_(0.5, 2.0)
    return layer.double().eval()


def spikes(seed: int = 0) -> torch.Tensor:
    return torch.bernoulli(
        torch.full((8, 3, 4, 6), 0.4, dtype=torch.float64),
        generator=torch.Generator().manual_seed(seed),
    )


def run(layer: SpikingLayer, x: torch.Tensor) -> torch.Tensor:
    functional.reset_net(layer)
    out: torch.Tensor = layer(x)
    return out


@pytest.mark.parametrize("axis", AXES)
def test_folded_is_the_map_and_its_norm(axis: Axis) -> None:
    layer, x = trained_layer(axis), spikes()
    layer.lif = torch.nn.Identity()  # what reaches the membrane
    weight, bias = layer.fold()
    assert weight.dtype == bias.dtype == torch.float64
    if axis == "positions":
        expected = torch.einsum("pq,qbtf->pbtf", weight, x) + bias[:, None, None, None]
    else:
        expected = torch.einsum("gf,pbtf->pbtg", weight, x) + bias
    torch.testing.assert_close(layer(x), expected, rtol=0, atol=1e-12)


def with_gains() -> SpikingLayer:
    layer = trained_layer("positions", config=replace(CONFIG, feature_gains=True))
    assert layer.gains is not None
    torch.nn.init.normal_(layer.gains, 1.0, 0.5)
    return layer


def test_gains_are_of_a_feature_and_a_row_that_is_read() -> None:
    layer, x = with_gains(), spikes()
    layer.lif = torch.nn.Identity()
    shared, bias = layer.fold_norm()
    own, same_bias = layer.fold()
    assert (own.shape, shared.shape) == ((6, 5, 8), (5, 8))
    assert torch.equal(bias, same_bias)
    expected = torch.einsum("pq,qf,qbtf->pbtf", shared, layer.gains, x) + bias[:, None, None, None]
    torch.testing.assert_close(layer(x), expected, rtol=0, atol=1e-12)
    torch.testing.assert_close(
        torch.einsum("fpq,qbtf->pbtf", own, x) + bias[:, None, None, None], expected
    )


def test_what_is_fixed_or_mixes_features_has_no_gains() -> None:
    block = FilterBlock(replace(CONFIG, feature_gains=True))
    names = {name for name, _ in block.named_parameters() if name.endswith("gains")}
    assert names == {"filter.gains", "reconstruct.gains"}


def test_set_folded_with_gains_keeps_every_spike() -> None:
    layer, x = with_gains(), spikes()
    expected = run(layer, x)
    layer.set_folded(*layer.fold())
    assert layer.gains is None
    assert torch.equal(run(layer, x), expected)


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("seed", range(3))
def test_set_folded_keeps_every_spike(axis: Axis, seed: int) -> None:
    layer, x = trained_layer(axis), spikes(seed)
    expected = run(layer, x)
    weight, bias = layer.fold()
    layer.set_folded(weight, bias)
    assert torch.equal(run(layer, x), expected)
    assert 0.05 < expected.mean() < 0.95
    assert list(layer.parameters()) == []
    assert all(torch.equal(a, b) for a, b in zip(layer.fold(), (weight, bias), strict=True))


def test_a_folded_layer_takes_float32_spikes() -> None:
    layer = trained_layer("positions")
    expected = run(layer, spikes())
    layer.set_folded(*layer.fold())
    assert torch.equal(run(layer, spikes().float()), expected)


def test_the_norm_has_one_statistic_per_output_row() -> None:
    for axis in AXES:
        assert trained_layer(axis, outputs=7).norm.get_buffer("running_mean").shape == (7,)


def test_the_neuron_is_the_one_of_the_paper() -> None:
    lif = SpikingLayer("positions", torch.eye(8), CONFIG).lif
    assert isinstance(lif, neuron.LIFNode)
    assert (lif.tau, lif.decay_input, lif.v_threshold, lif.v_reset) == (2.0, True, 0.5, 0.0)
    assert (lif.detach_reset, lif.step_mode) == (True, "m")


def test_half_precision_drives_are_summed_in_float32() -> None:
    layer = SpikingLayer("positions", torch.eye(8), CONFIG).eval()
    with torch.autocast("cpu", torch.bfloat16):
        out = layer(torch.ones(8, 3, 4, 6))
    assert out.dtype == layer.lif.v.dtype == torch.float32


@pytest.mark.parametrize("positions", [4, 7, 20])
def test_dft_matrices_are_the_orthonormal_fourier_transform(positions: int) -> None:
    x = torch.randn(positions, 3, dtype=torch.float64)
    real, imaginary = dft_matrices(positions)
    expected = torch.fft.fft(x, dim=0, norm="ortho")
    torch.testing.assert_close(real @ x, expected.real)
    torch.testing.assert_close(imaginary @ x, expected.imag)
    inverse = torch.fft.ifft(x, dim=0, norm="ortho")
    torch.testing.assert_close(real @ x, inverse.real)
    torch.testing.assert_close(-imaginary @ x, inverse.imag)
    torch.testing.assert_close(real @ expected.real + imaginary @ expected.imag, x)


@pytest.mark.parametrize("positions", [7, 12, 20])
def test_mirrored_frequencies_are_equal_to_the_last_bit(positions: int) -> None:
    real, imaginary = dft_matrices(positions)
    assert torch.equal(real[1:], real[1:].flip(0))
    assert torch.equal(imaginary[1:], -imaginary[1:].flip(0))


def test_zeros_of_the_transform_are_zero() -> None:
    real, imaginary = dft_matrices(20)
    assert not imaginary[[0, 10]].any()
    assert real[5, 1] == 0


@pytest.mark.parametrize("positions", [4, 7, 20])
@pytest.mark.parametrize("direction", [0, 1])
def test_the_half_spectrum_leaves_out_only_mirrors_and_zeros(
    positions: int, direction: int
) -> None:
    full, half = (transforms(positions, s)[direction] for s in ("full", "half"))
    assert half.shape == (positions, positions)
    assert torch.equal(unfolding(positions).double() @ half, full)
    assert torch.linalg.matrix_rank(half) == positions


def test_a_block_of_half_the_spectrum_has_half_the_rows() -> None:
    block = FilterBlock(replace(CONFIG, spectrum="half"))
    shapes = {name: tuple(layer.weight.shape) for name, layer in block.named_children()}
    assert {shapes[name] for name in ("dft", "filter", "idft", "reconstruct")} == {(8, 8)}
    x = spikes().float()
    assert block(x).shape == x.shape


def test_a_half_block_starts_from_the_same_filter_as_a_full_one() -> None:
    torch.manual_seed(0)
    full, half = (FilterBlock(replace(CONFIG, spectrum=s)) for s in ("full", "half"))
    both = [b.filter.weight.detach() @ b.dft.weight for b in (full, half)]
    noise = 0.3 * 8**-0.5 * 4  # the random part of a row, times four standard deviations
    assert (both[0] - both[1]).abs().max() < noise


@pytest.mark.parametrize("axis", AXES)
def test_a_layer_without_norm_trains_its_bias(axis: Axis) -> None:
    config = replace(CONFIG, normalised=False)
    layer = SpikingLayer(axis, torch.eye(8 if axis == "positions" else 6), config, bias=-2.0)
    assert dict(layer.named_parameters())["bias"].tolist() == [-2.0] * len(layer.weight)
    assert not layer(torch.ones(8, 3, 4, 6)).any()
    weight, bias = layer.fold()
    assert torch.equal(weight, layer.weight.double())
    assert bias.tolist() == [-2.0] * len(layer.weight)


def test_the_transforms_are_buffers_and_mirror_each_other() -> None:
    block = FilterBlock(CONFIG)
    fixed = {name for name, _ in block.named_buffers() if name.endswith("weight")}
    assert fixed == {"dft.weight", "idft.weight"}
    torch.testing.assert_close(block.dft.weight[:8], block.idft.weight[:8])
    torch.testing.assert_close(block.dft.weight[8:], -block.idft.weight[8:])


def test_the_last_position_alone_gives_what_all_positions_give_there() -> None:
    torch.manual_seed(0)
    block = FilterBlock(CONFIG).eval()
    x = spikes().float()
    everywhere = block(x)
    functional.reset_net(block)
    torch.testing.assert_close(block(x, last_only=True), everywhere[-1:])


@pytest.mark.parametrize("axis", AXES)
def test_without_gradients_a_layer_fires_as_with_them(axis: Axis) -> None:
    layer, x = trained_layer(axis).float(), spikes().float()
    expected = run(layer, x)
    with torch.no_grad():
        found = run(layer, x)
        folded = run(without_norm(layer), x)
    # Sums of float32 in another order: a drive at the threshold itself may fall on either side.
    assert (found != expected).float().mean() < 1e-3
    assert (folded != expected).float().mean() < 1e-3
    assert 0.05 < float(found.mean()) < 0.95


def without_norm(layer: SpikingLayer) -> SpikingLayer:
    weight, bias = layer.fold()
    layer.set_folded(weight.float(), bias.float())
    return layer


def test_numbers_of_the_neuron_may_be_whole() -> None:
    neuron = lif(SsrConfig(items=3, tau_steps=3, threshold=1))
    assert (neuron.tau, neuron.v_threshold) == (3.0, 1.0)
