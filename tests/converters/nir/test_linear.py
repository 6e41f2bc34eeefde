"""Linear NIR primitives as maps, compared with what PyTorch computes."""

from typing import Any

import nir
import numpy as np
import pytest
import torch
from torch.nn import functional as fn

from converters.nir.linear import affine_of, takes
from ssr_neuro.errors import BadInput
from ssr_neuro.program.linear_maps import Dense, Kron, Sparse

RNG = np.random.default_rng(0)


def computed(node: Any, x: np.ndarray) -> np.ndarray:
    affine = affine_of(node, x.shape)
    return affine.map.apply(x) + affine.bias


def same(ours: np.ndarray, theirs: torch.Tensor) -> None:
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-12)


@pytest.mark.parametrize("stride", [1, (2, 1), np.array([3, 2])])
@pytest.mark.parametrize("padding", [0, (1, 2), "valid", np.array([2, 0])])
@pytest.mark.parametrize(("dilation", "groups"), [(1, 1), ((2, 1), 1), (1, 2), (2, 4)])
def test_conv2d(stride: Any, padding: Any, dilation: Any, groups: int) -> None:
    """Kernel and input are not square, so rows and columns cannot be mixed up."""
    weight, bias = RNG.normal(size=(4, 4 // groups, 2, 3)), RNG.normal(size=4)
    x = RNG.normal(size=(4, 7, 9))
    node = nir.Conv2d(None, weight, stride, padding, dilation, groups, bias)
    given = [v if isinstance(v, (int, str)) else tuple(map(int, v)) for v in (stride, padding)]
    theirs = fn.conv2d(*map(torch.tensor, (x, weight, bias)), *given, dilation, groups)
    same(computed(node, x), theirs)


@pytest.mark.parametrize("dilation", [1, 2, (3, 1)])
def test_conv2d_that_keeps_the_size(dilation: Any) -> None:
    """An even kernel with 'same' has one more zero behind than before."""
    weight, x = RNG.normal(size=(3, 2, 4, 3)), RNG.normal(size=(2, 6, 8))
    node = nir.Conv2d((6, 8), weight, 1, "same", dilation, 1, np.zeros(3))
    theirs = fn.conv2d(torch.tensor(x), torch.tensor(weight), None, 1, "same", dilation)
    same(computed(node, x), theirs)


@pytest.mark.parametrize(
    ("stride", "padding", "dilation", "groups"),
    [(1, 0, 1, 1), (2, 1, 1, 2), (1, "same", 2, 1), (3, "valid", 1, 1), (1, 2, 3, 2)],
)
def test_conv1d(stride: int, padding: Any, dilation: int, groups: int) -> None:
    weight, bias = RNG.normal(size=(4, 4 // groups, 3)), RNG.normal(size=4)
    x = RNG.normal(size=(4, 10))
    node = nir.Conv1d(10, weight, stride, padding, dilation, groups, bias)
    theirs = fn.conv1d(*map(torch.tensor, (x, weight, bias)), stride, padding, dilation, groups)
    same(computed(node, x), theirs)


def test_conv1d_of_kernel_one_mixes_channels_alone() -> None:
    node = nir.Conv1d(5, RNG.normal(size=(2, 3, 1)), 1, "same", 1, 1, np.zeros(2))
    assert isinstance(affine_of(node, (3, 5)).map, Kron)
    padded = nir.Conv1d(5, RNG.normal(size=(2, 3, 1)), 1, 1, 1, 1, np.zeros(2))
    assert affine_of(padded, (3, 5)).map.out_shape == (2, 7)


@pytest.mark.parametrize(
    ("kernel", "stride", "padding"), [(2, 2, 0), ((2, 3), (1, 2), (1, 0)), ((3, 3), (2, 2), (1, 1))]
)
def test_pooling(kernel: Any, stride: Any, padding: Any) -> None:
    """The mean counts the padding, which is PyTorch's default; the sum is that times the kernel."""
    x = RNG.normal(size=(3, 7, 6))
    theirs = fn.avg_pool2d(torch.tensor(x), kernel, stride, padding)
    same(computed(nir.AvgPool2d(kernel, stride, padding), x), theirs)
    as_file = (np.array(n) for n in (kernel, stride, padding))
    same(computed(nir.SumPool2d(*as_file), x), theirs * np.prod(np.broadcast_to(kernel, 2)))


def test_a_kernel_beyond_all_memory_is_refused_before_it_is_made() -> None:
    pool = nir.SumPool2d(10**9, 1, 10**9)
    with pytest.raises(
        BadInput, match=r"a convolution of 7 x 6 neurons with [\d,]+ taps a channel"
    ):
        affine_of(pool, (3, 7, 6))


@pytest.mark.parametrize(("start", "end"), [(0, -1), (0, 1), (1, 2), (1, -1), (-2, -1), (0, -2)])
def test_flatten_keeps_the_order_of_neurons(start: int, end: int) -> None:
    x = RNG.normal(size=(2, 3, 4))
    node = nir.Flatten({"input": np.array(x.shape)}, start, end)
    same(computed(node, x), torch.tensor(x).flatten(start, end))
    assert computed(node, x).shape == tuple(node.output_type["output"])


def test_flatten_of_what_is_flat_follows_nir() -> None:
    """NIR's default starts at axis 1, which a vector lacks: an axis of one neuron is added."""
    node = nir.Flatten({"input": np.array([4])})
    assert affine_of(node, (4,)).map.out_shape == tuple(node.output_type["output"]) == (4, 1)


@pytest.mark.parametrize("lead", [(), (3,), (2, 3)])
@pytest.mark.parametrize("equal", [True, False])
def test_linear_with_leading_axes(lead: tuple[int, ...], equal: bool) -> None:
    weight, x = RNG.normal(size=(*lead, 2, 5)), RNG.normal(size=(*lead, 5))
    if equal:
        weight[...] = RNG.normal(size=(2, 5))
    bias = RNG.normal(size=(*lead, 2))
    expected = np.einsum("...ij,...j->...i", weight, x) + bias
    np.testing.assert_allclose(computed(nir.Affine(weight, bias), x), expected, atol=1e-12)
    kind = {0: Dense, 1: Kron if equal else Sparse, 2: Sparse}[len(lead)]
    assert type(affine_of(nir.Linear(weight), x.shape).map) is kind


@pytest.mark.parametrize(
    ("scale", "kind"),
    [
        ([1.0, 2.0, 3.0], Sparse),
        ([[2.0, 3.0, 4.0]] * 2, Kron),
        ([[2.0] * 3, [3.0] * 3], Kron),
        (4.0, Kron),
    ],
)
def test_scale(scale: Any, kind: type) -> None:
    x = RNG.normal(size=(3,) if np.ndim(scale) == 1 else (2, 3))
    node = nir.Scale(np.array(scale))
    np.testing.assert_allclose(computed(node, x), x * scale)
    assert type(affine_of(node, x.shape).map) is kind


def test_what_a_node_takes_is_read_off_its_parameters() -> None:
    grouped = nir.Conv2d((5, 6), np.zeros((4, 1, 3, 2)), 1, 0, 1, 2, np.zeros(4))
    assert takes(grouped) == (2, 5, 6)
    assert takes(nir.Linear(np.zeros((7, 2, 3)))) == (7, 3)
    assert takes(nir.SumPool2d(2, 2, 0)) is None
    assert takes(nir.Flatten({"input": np.zeros(4)})) is None  # as Sinabs writes it
    with pytest.raises(BadInput, match="a shape of 1,000 axes; at most 16 are read"):
        takes(nir.Flatten({"input": np.ones(1000, int)}))


@pytest.mark.parametrize(
    ("node", "shape", "message"),
    [
        (nir.SumPool2d(2, 2, 0), (4, 4), r"pooling needs \(channels, rows, columns\), and reads"),
        (nir.SumPool2d(5, 1, 0), (1, 4, 4), "a kernel of 5, stride 1, .* does not fit onto 4"),
        (nir.SumPool2d((2, 2, 2), 1, 0), (1, 4, 4), "not one number, nor one for each of 2 axes"),
        (nir.Flatten(None, 2, 0), (2, 3, 4), "start_dim 2 and end_dim 0 name no axes"),
        (nir.Flatten(None, 0, 7), (2, 3, 4), r"name no axes of \(2, 3, 4\); give two of 0 to 2"),
        (nir.Affine(np.eye(2), np.zeros(3)), (2,), r"a bias of \(3,\) does not fit \(2,\)"),
        (
            nir.Conv2d(None, np.zeros((1, 1, 2, 2)), 2, "same", 1, 1, np.zeros(1)),
            (1, 4, 4),
            "padding 'same' needs a stride of 1",
        ),
        (
            nir.Conv2d(None, np.zeros((1, 2, 2, 2)), 1, 0, 1, 1, np.zeros(1)),
            (1, 4, 4),
            r"in 1 groups needs \(2 channels, and 2 more axes\), and reads \(1, 4, 4\)",
        ),
        (
            nir.Conv1d(None, np.zeros((3, 1, 2)), 1, 0, 1, 2, np.zeros(3)),
            (2, 4),
            "3 output channels cannot be split into 2 groups",
        ),
        (
            nir.Conv1d(None, np.zeros((2, 1, 2)), 1, 0, 1, np.array([2, 2]), np.zeros(2)),
            (2, 4),
            r"\[2, 2\] is not one number",
        ),
    ],
)
def test_what_does_not_fit_is_said(node: Any, shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        affine_of(node, shape)
