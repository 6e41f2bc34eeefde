"""Convolutions and pooling, each before a LIF that shows what it passes on."""

from typing import Any

import nir
import numpy as np

from ..arrays import Array
from .parts import Case, chain, full, integrator, lif, spikes, weights

CONV = "y = sum over channels and kernel of w x, plus b, at every stride"


def cases() -> tuple[Case, ...]:
    two = (2, 5, 5)
    return (
        _conv1d("conv1d", "a kernel of three", 81, 1, 0, 1, (3, 5)),
        _conv1d("conv1d_stride", "stride 2 and padding 1", 282, 2, 1, 1, (3, 4)),
        _conv1d("conv1d_dilation", "dilation 2", 83, 1, 0, 2, (3, 3)),
        _case("conv2d", "Conv2d", "a kernel of 3 by 3", CONV, 484, two, (3, 3, 3), _conv2d(484)),
        _case(
            "conv2d_stride",
            "Conv2d",
            "stride 2 and padding 1",
            CONV,
            85,
            two,
            (3, 3, 3),
            _conv2d(85, stride=2, padding=1),
            integrator((3, 3, 3)),
        ),
        _case(
            "conv2d_groups",
            "Conv2d",
            "each group of channels with kernels of its own",
            CONV,
            87,
            two,
            (4, 3, 3),
            _conv2d(87, shape=(4, 1, 3, 3), groups=2),
        ),
        _case(
            "conv2d_rectangle",
            "Conv2d",
            "kernel, stride and padding that differ by axis, on an image that is no square",
            CONV,
            88,
            (2, 4, 5),
            (3, 4, 2),
            _conv2d(88, shape=(3, 2, 1, 3), stride=(1, 2), size=(4, 5), low=-1),
        ),
        _case(
            "conv2d_same",
            "Conv2d",
            'padding "same"',
            CONV,
            389,
            (2, 3, 3),
            (3, 3, 3),
            _conv2d(389, padding="same", size=(3, 3)),
        ),
        _pool("sum_pool", nir.SumPool2d, "sums of 2 by 2", 96, (2, 2, 0), (2, 2, 2)),
        _pool("sum_pool_overlap", nir.SumPool2d, "kernels that overlap", 91, (3, 1, 0), (2, 3, 3)),
        _pool("sum_pool_padding", nir.SumPool2d, "zeros around", 92, (2, 2, 1), (2, 3, 3)),
        _pool("average_pool", nir.AvgPool2d, "means of 2 by 2", 93, (2, 2, 0), (2, 2, 2)),
        _pool(
            "average_pool_padding",
            nir.AvgPool2d,
            "zeros around, which count in the mean",
            94,
            (2, 2, 1),
            (2, 3, 3),
        ),
    )


def _case(
    name: str,
    group: str,
    tests: str,
    equation: str,
    seed: int,
    given: tuple[int, ...],
    out: tuple[int, ...],
    node: Any,
    cell: Any = None,
) -> Case:
    """cell: the neurons behind the node, by default LIF."""
    graph = chain(given, out, layer=node, cell=cell or lif(out, 4.0, 4.0))
    return Case(name, group, tests, equation, graph, {"input": spikes(seed, *given)})


def _bias(channels: int) -> Array:
    return full(channels, np.resize([0.125, -0.125, 0.25], channels))


def _conv1d(
    name: str, tests: str, seed: int, stride: int, padding: int, dilation: int, out: tuple[int, int]
) -> Case:
    node = nir.Conv1d(7, weights(seed, 3, 2, 3), stride, padding, dilation, 1, _bias(3))
    return _case(name, "Conv1d", tests, CONV, seed, (2, 7), out, node)


def _conv2d(
    seed: int,
    shape: tuple[int, ...] = (3, 2, 3, 3),
    stride: Any = 1,
    padding: Any = 0,
    dilation: int = 1,
    groups: int = 1,
    size: tuple[int, int] = (5, 5),
    low: int = -3,
) -> nir.Conv2d:
    weight = weights(seed, *shape, low=low, high=4)
    return nir.Conv2d(size, weight, stride, padding, dilation, groups, _bias(shape[0]))


def _pool(
    name: str, kind: Any, tests: str, seed: int, how: tuple[int, int, int], out: tuple[int, ...]
) -> Case:
    """how: kernel, stride and padding, each the same along both axes."""
    node = kind(*(np.array([n, n]) for n in how))
    sign = "mean" if kind is nir.AvgPool2d else "sum"
    return _case(
        name, kind.__name__, tests, f"y = {sign} of x over each window", seed, (2, 5, 5), out, node
    )
