"""The integers of a network: recomputed number by number, and close to the floats they are of."""

from pathlib import Path

import numpy as np
import pytest
import torch
from int8_models import saved_model

from converters.rtl_int8.network import Int8Network, Layer, check
from converters.rtl_int8.quantise import FloatLayer, NetworkBuilder, circular, multipliers
from converters.rtl_int8.reference import integer_scores, run
from converters.rtl_int8.ssr_ann import ssr_ann_network
from ssr_neuro import checkpoint
from ssr_neuro.errors import DoesNotFit, Mismatch
from ssr_neuro.evaluation.evaluate import model_scores
from ssr_neuro.evaluation.item_table import agreement, top


def network_of(*layers: Layer, codes: int = 3, features: int = 2) -> Int8Network:
    numbers = np.arange(codes * features, dtype=np.int8).reshape(codes, features)
    bias = np.array([5, 0, -5], np.int64)
    return Int8Network("by hand", 3, features, tuple((one,) for one in layers), numbers, bias, "y")


def matrix_layer(**changed: object) -> Layer:
    fields = {
        "name": "first",
        "kind": "matrix",
        "source": "x",
        "target": "y",
        "weights": np.array([[1, -2], [127, 3]], np.int8),
        "multiplier": np.array([[3000, -9]], np.int64),
        "bias": np.array([[-4096, 100]], np.int64),
        "shift": 2,
        "rectifies": True,
        "rows": 3,
        "skip": "x",
        "gain": 2048,
    }
    return Layer(**{**fields, **changed})  # type: ignore[arg-type]


def test_a_matrix_by_hand() -> None:
    x = np.array([[[10, -7], [0, 0], [-128, 127]]], np.int8)
    (found,) = run(network_of(matrix_layer()), x)
    expected = []
    for a, b in x[0].tolist():
        sums = (a - 2 * b, 127 * a + 3 * b)
        answers = []
        for total, multiplier, bias, skip in zip(
            sums, (3000, -9), (-4096, 100), (a, b), strict=True
        ):
            whole = max(0, total * multiplier // 4 + bias) + skip * 2048
            answers.append(min(127, max(-128, (whole + 2048) // 4096)))
        expected.append(answers)
    assert found.values[0].tolist() == expected
    assert len({tuple(row) for row in expected}) == 3


def test_a_filter_is_a_circular_convolution_by_feature() -> None:
    kernel = np.array([[1, 2], [10, -20], [100, 50]], np.int8)
    layer = matrix_layer(
        kind="filter",
        weights=kernel,
        multiplier=np.ones((2, 2), np.int64),
        shift=0,
        rows=2,
        start=1,
    )
    x = np.array([[[1, 2], [3, 4], [5, 6]]], np.int8)
    (found,) = run(network_of(layer), x)
    for row, n in enumerate((1, 2)):
        for d in (0, 1):
            by_hand = sum(int(kernel[(n - m) % 3, d]) * int(x[0, m, d]) for m in range(3))
            assert found.sums[0, row, d] == by_hand
    spectrum = np.fft.rfft(kernel.astype(float), axis=0)[:, None]
    y = np.fft.irfft(
        np.fft.rfft(x.astype(float).transpose(1, 0, 2), axis=0) * spectrum, n=3, axis=0
    )
    np.testing.assert_allclose(circular(kernel.astype(float), x.astype(float))[0], y[:, 0])


def test_integers_rank_nearly_as_the_floats_do(tmp_path: Path) -> None:
    saved = checkpoint.load(saved_model(tmp_path, "ssr-ann", features=16, blocks=2))
    network = ssr_ann_network(saved, saved.inputs.numpy())
    theirs = model_scores(saved.model())(saved.inputs.numpy())
    ours = integer_scores(network)(saved.inputs.numpy())
    assert ours[0, 0] == -np.inf
    assert (ours[:, 1:] == np.rint(ours[:, 1:])).all()
    found = agreement(top(ours[:, 1:]), top(theirs[:, 1:]))
    assert found.overlap > 0.85


def test_layers_that_do_not_score_as_the_model_are_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = checkpoint.load(saved_model(tmp_path, "ssr-ann", features=8, blocks=1))
    monkeypatch.setattr("converters.rtl_int8.ssr_ann.NORM_EPS", 0.5)
    with pytest.raises(Mismatch, match=r"the layers score .* and the model .*; report this"):
        ssr_ann_network(saved, saved.inputs.numpy())


def test_a_network_of_few_bits_is_refused(tmp_path: Path) -> None:
    saved = checkpoint.load(saved_model(tmp_path, "ssr-ann", features=8, activation_bits=2))
    with pytest.raises(DoesNotFit, match=r"activation_bits=2: the core has .* of 8 bits; train"):
        ssr_ann_network(saved, saved.inputs.numpy())


def test_scales_make_the_largest_value_127() -> None:
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(4, 3, 5, generator=generator).double().numpy()
    weights = torch.randn(6, 5, generator=generator).double().numpy()
    builder = NetworkBuilder(x, float(np.abs(x).max()) / 127)
    layer = builder.add(FloatLayer("one", "matrix", "x", "y", weights, bias=np.arange(6.0)))
    assert np.abs(layer.weights).max(axis=1).tolist() == [127] * 6
    whole = np.rint(x / builder.scales["x"]).astype(np.int8)
    network = Int8Network("n", 3, 5, ((layer,),), layer.weights, np.zeros(6, np.int64), "y")
    (found,) = run(network, whole)
    assert np.abs(found.values).max() == pytest.approx(127, abs=1)
    apart = found.values * builder.scales["y"] - builder.floats["y"]
    assert np.abs(apart).max() < 3 * builder.scales["y"]


def test_what_the_requantiser_cannot_hold_is_named() -> None:
    check(network_of(matrix_layer()))
    with pytest.raises(DoesNotFit, match=r"layer 'first': a bias can reach 8,388,608; .* 24 bits"):
        check(network_of(matrix_layer(bias=np.array([[0, 1 << 23]]))))
    with pytest.raises(DoesNotFit, match="the gain of the skip can reach 40,000"):
        check(network_of(matrix_layer(gain=40000)))
    wide = np.full((2, 1000), 127, np.int8)
    with pytest.raises(DoesNotFit, match="a sum before rounding can reach"):
        check(network_of(matrix_layer(weights=wide, multiplier=np.array([[30000, 0]]), shift=0)))
    with pytest.raises(DoesNotFit, match=r"layer 'a': a sum is to be multiplied by 9\.5"):
        multipliers("a", np.array([[9.5, 1]]))


def test_multipliers_are_as_large_as_fits() -> None:
    whole, shift = multipliers("a", np.array([[0.01, -0.02, 0.0]]))
    assert 1 << 14 <= int(np.abs(whole).max()) < 1 << 15
    np.testing.assert_allclose(whole / 2.0 ** (shift + 12), [[0.01, -0.02, 0.0]], rtol=1e-3)
