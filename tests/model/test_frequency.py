"""FMLP-Rec, BSARec and the transform that they share."""

from typing import Any

import numpy as np
import pytest
import torch
from numpy_layers import Floats, linear, part, weights_of
from numpy_layers import gelu as gelu_of
from numpy_layers import layer_norm as norm_of
from torch.nn.functional import gelu
from windows import layer_norm, lively, windows

from ssr_neuro.errors import BadInput
from ssr_neuro.model import build, config_from_dict
from ssr_neuro.model.bsarec import FrequencyRescaler
from ssr_neuro.model.fmlp_rec import FilterLayer
from ssr_neuro.model.parts.attention import SelfAttention, attention_mask
from ssr_neuro.model.parts.frequency import Spectrum
from ssr_neuro.model.parts.recommender import RecommenderModel
from ssr_neuro.settings.models.bsarec import BsaRecConfig
from ssr_neuro.settings.models.fmlp_rec import FmlpRecConfig

SHAPE = {"items": 30, "positions": 7, "features": 6, "ffn_ratio": 2}
Weights = dict[str, torch.Tensor]


@pytest.fixture(params=["fmlp-rec", "bsarec"])
def model(request: pytest.FixtureRequest) -> RecommenderModel:
    return small(request.param)


def small(kind: str) -> RecommenderModel:
    return lively(build(kind, config_from_dict(kind, SHAPE)))


def weights(model: RecommenderModel) -> Weights:
    return {name: tensor.detach() for name, tensor in model.double().named_parameters()}


def norm(x: torch.Tensor, w: Weights, name: str) -> torch.Tensor:
    return layer_norm(x, w[f"{name}.weight"], w[f"{name}.bias"])


def then_network(x: torch.Tensor, w: Weights, block: str) -> torch.Tensor:
    hidden = gelu(x @ w[f"{block}network.0.weight"].T + w[f"{block}network.0.bias"])
    out = hidden @ w[f"{block}network.3.weight"].T + w[f"{block}network.3.bias"]
    return norm(x + out, w, f"{block}network_norm")


@pytest.mark.parametrize("positions", [1, 2, 7, 8])
def test_the_transform_is_the_fast_one_and_goes_back(positions: int) -> None:
    spectrum, x = Spectrum(positions), torch.randn(2, positions, 3)
    expected = torch.fft.rfft(x, dim=1, norm="ortho")
    real, imaginary = spectrum(x)
    torch.testing.assert_close(torch.complex(real, imaginary), expected)
    torch.testing.assert_close(spectrum.inverse(real, imaginary), x)


@pytest.mark.parametrize("positions", [7, 8])
def test_a_filter_is_a_circular_convolution(positions: int) -> None:
    layer, kernel = FilterLayer(positions, 3), torch.randn(positions, 3)
    layer.weight.data = torch.view_as_real(torch.fft.rfft(kernel, dim=0))
    x = torch.randn(2, positions, 3)
    expected = torch.zeros_like(x)
    for lag in range(positions):
        expected += kernel[lag] * x.roll(lag, dims=1)
    torch.testing.assert_close(layer(x), expected)


@pytest.mark.parametrize(("low", "kept"), [(1, 1), (3, 3), (4, 5), (5, 5)])
def test_low_frequencies_stay_and_high_ones_are_rescaled(low: int, kept: int) -> None:
    rescaler, x = FrequencyRescaler(8, 3, low), torch.randn(2, 8, 3)
    factor = torch.ones(8, 3)
    for frequency in range(8):
        if min(frequency, 8 - frequency) > low // 2:
            factor[frequency] = rescaler.root.detach() ** 2
    assert int((factor[:, 0] == 1).sum()) == kept
    expected = torch.fft.ifft(factor * torch.fft.fft(x, dim=1), dim=1).real
    torch.testing.assert_close(rescaler(x), expected)


def test_fmlp_rec_is_its_equations() -> None:
    model = small("fmlp-rec")
    w = weights(model)
    (items,) = windows([3])
    here = (items > 0)[:, None]
    x = norm(w["table.weight"][items] * here + w["places.weight"], w, "in_norm") * here
    for block in ("blocks.0.", "blocks.1."):
        factor = torch.view_as_complex(w[f"{block}filter.weight"])
        filtered = torch.fft.irfft(factor * torch.fft.rfft(x, dim=0), n=7, dim=0)
        x = then_network(norm(x + filtered, w, f"{block}filter_norm"), w, block)
    expected = w["table.weight"] @ x[-1]
    torch.testing.assert_close(model(items[None])[0, 1:], expected[1:], rtol=1e-5, atol=1e-5)


def test_bsarec_is_its_equations() -> None:
    model = small("bsarec")
    w = weights(model)
    (items,) = windows([3])
    here = (items > 0)[:, None]
    x = norm(w["table.weight"][items] * here + w["places.weight"], w, "in_norm") * here
    for block in ("blocks.0.", "blocks.1."):
        spectrum = torch.fft.rfft(x, dim=0)
        spectrum[3:] *= w[f"{block}rescaler.root"] ** 2
        rescaled = norm(x + torch.fft.irfft(spectrum, n=7, dim=0), w, f"{block}rescaler_norm")
        mixed = attention(w, f"{block}attention.")(x[None], attention_mask(here.T, causal=True))[0]
        attended = norm(x + mixed, w, f"{block}attention_norm")
        x = then_network(0.7 * rescaled + 0.3 * attended, w, block)
    expected = w["table.weight"] @ x[-1]
    torch.testing.assert_close(model(items[None])[0, 1:], expected[1:], rtol=1e-5, atol=1e-5)


def attention(w: Weights, prefix: str) -> SelfAttention:
    """The layer itself is written out in the test of SASRec."""
    layer = SelfAttention(6, 2, 0.0).double()
    own = {k.removeprefix(prefix): v for k, v in w.items() if k.startswith(prefix)}
    layer.load_state_dict(own)
    return layer


def test_training_predicts_the_next_item_of_the_last_position(model: RecommenderModel) -> None:
    items, targets = windows([7, 1, 3]), torch.tensor([4, 9, 30])
    expected = -model(items).log_softmax(dim=1)[range(3), targets].mean()
    torch.testing.assert_close(model(items, targets), expected)


def test_dropout_works_in_training_alone(model: RecommenderModel) -> None:
    items = windows([7, 4])
    torch.testing.assert_close(model(items), model(items), rtol=0, atol=0)
    assert not torch.equal(model.train()(items), model(items))


def test_the_exported_model_knows_real_numbers_alone(model: RecommenderModel) -> None:
    items = windows([7, 4])
    exported = torch.export.export(model, (items,))
    values = (node.meta.get("val") for node in exported.graph.nodes)
    kept = [value for value in values if isinstance(value, torch.Tensor)]
    assert len(kept) > 20
    assert not any(torch.is_complex(value) for value in kept)
    torch.testing.assert_close(exported.module()(items), model(items))


@pytest.mark.parametrize(
    ("config", "change", "message"),
    [
        (FmlpRecConfig, {"ffn_ratio": 0}, "--ffn-ratio is 0; it must be a whole number of at"),
        (
            FmlpRecConfig,
            {"dropout": 1},
            "--set dropout is 1; it must be a number from 0 to below 1",
        ),
        (BsaRecConfig, {"heads": 5}, r"--features is 64; it must be divisible by heads \(5\)"),
        (BsaRecConfig, {"alpha": 1.0}, "--set alpha is 1.0; it must be a number between 0 and 1"),
        (BsaRecConfig, {"pads": "one"}, r"--set pads is 'one'; it must be one of \('zero', 'embed"),
        (
            BsaRecConfig,
            {"positions": 4},
            "--set low is 5; it must be low enough for 4 positions to",
        ),
    ],
)
def test_an_impossible_shape_is_refused(
    config: type[Any], change: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput, match=f"^{message}"):
        config(**{"items": 3, **change})


def program_block(x: Floats, own: dict[str, Floats], kind: str, eps: float) -> Floats:
    """One block of the authors' programs over all N positions, pads among them (x[:4])."""
    spectrum = np.fft.rfft(x, axis=0, norm="ortho")
    if kind == "fmlp-rec":
        factor = own["filter.weight"][..., 0] + 1j * own["filter.weight"][..., 1]
        filtered = np.fft.irfft(spectrum * factor, n=7, axis=0, norm="ortho")
        x = norm_of(x + filtered, own, "filter_norm", eps)
    else:
        spectrum[3:] *= own["rescaler.root"] ** 2
        rescaled = np.fft.irfft(spectrum, n=7, axis=0, norm="ortho")
        rescaled = norm_of(x + rescaled, own, "rescaler_norm", eps)
        attended = norm_of(
            x + masked_attention(x, part(own, "attention")), own, "attention_norm", eps
        )
        x = 0.7 * rescaled + 0.3 * attended
    network = linear(gelu_of(linear(x, own, "network.0")), own, "network.3")
    return norm_of(x + network, own, "network_norm", eps)


def masked_attention(x: Floats, own: dict[str, Floats]) -> Floats:
    """Of two heads, with -10000 where a position may not look, as BERT's mask: 4 pads, 3 items."""
    query, key, value = (
        linear(x, own, name).reshape(7, 2, 3) for name in ("query", "key", "value")
    )
    mask = np.full((7, 7), -10000.0)
    mask[4:, 4:][np.tril_indices(3)] = 0
    heads = []
    for head in range(2):
        logits = query[:, head] @ key[:, head].T / 3**0.5 + mask
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        heads.append(shares @ value[:, head] / shares.sum(axis=1, keepdims=True))
    return linear(np.concatenate(heads, axis=1), own, "out")


@pytest.mark.parametrize("kind", ["fmlp-rec", "bsarec"])
def test_pads_may_enter_as_the_programs_embed_them(kind: str) -> None:
    shape = {**SHAPE, "pads": "embedded", "norm_eps": 1e-12}
    model = lively(build(kind, config_from_dict(kind, shape))).double()
    w, items = weights_of(model), [0, 0, 0, 0, 4, 9, 2]
    x = norm_of(w["table.weight"][items] + w["places.weight"], w, "in_norm", 1e-12)
    for number in range(2):
        x = program_block(x, part(w, f"blocks.{number}"), kind, 1e-12)
    found = model(torch.tensor([items]))[0, 1:].detach().numpy()
    np.testing.assert_allclose(found, (w["table.weight"] @ x[-1])[1:], rtol=1e-5, atol=1e-5)
    fewer = model(torch.tensor([[4, 9, 2]]))[0, 1:].detach().numpy()
    np.testing.assert_array_equal(fewer, found)
    zero = build(kind, config_from_dict(kind, SHAPE)).double().eval()
    zero.load_state_dict(model.state_dict())
    assert abs(zero(torch.tensor([items]))[0, 1:].detach().numpy() - found).max() > 0.01
