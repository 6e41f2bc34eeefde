"""Affine, Linear, Scale, Flatten and Delay, each before a LIF that shows what it passes on."""

from typing import Any

import nir
import numpy as np

from .parts import DT_S, Case, chain, dense, full, lif, spikes, weights


def cases() -> tuple[Case, ...]:
    cell = lif(4, 4.0, 4.0)
    return (
        _case("linear", "Linear", "weights alone", "y = W x", 61, lambda w: {"w": nir.Linear(w)}),
        _case(
            "affine",
            "Affine",
            "weights and a bias",
            "y = W x + b",
            62,
            lambda w: {"w": nir.Affine(w, full(4, [0.0, 0.125, 0.25, -0.25]))},
        ),
        Case(
            "affine_bias",
            "Affine",
            "a bias alone makes a neuron fire",
            "y = W x + b",
            chain(
                (2,),
                (3,),
                w=nir.Affine(np.zeros((3, 2)), full(3, [0.125, 0.25, 0.5])),
                lif=lif(3, 4.0, 4.0),
            ),
            {"input": spikes(63, 2)},
        ),
        _case(
            "affine_affine",
            "Affine",
            "two Affines without a neuron between them",
            "y = W2 (W1 x + b1) + b2",
            64,
            lambda w: {
                "first": nir.Affine(
                    weights(65, 3, 3, low=-2, high=3) * 8, full(3, [1.0, 0.0, -1.0])
                ),
                "second": nir.Affine(w, full(4, 0.125)),
            },
        ),
        _case(
            "scale",
            "Scale",
            "a factor for each element",
            "y = s x",
            66,
            lambda w: {"w": dense(w), "scale": nir.Scale(np.array([0.5, 2.0, -1.0, 1.0]))},
        ),
        _case(
            "linear_2d",
            "Linear",
            "one matrix for each row of two dimensions",
            "y_k = W_k x_k",
            267,
            None,
        ),
        Case(
            "flatten",
            "Flatten",
            "two dimensions to one, the last fastest",
            "y = x, reshaped",
            chain(
                (2, 3),
                (4,),
                flat=nir.Flatten({"input": np.array([2, 3])}, 0, -1),
                w=dense(weights(68, 4, 6)),
                lif=cell,
            ),
            {"input": spikes(68, 2, 3)},
        ),
        Case(
            "flatten_inner",
            "Flatten",
            "start_dim of 1 keeps the first axis: a NIR shape has no batch axis",
            "y = x, reshaped",
            chain(
                (2, 2, 2),
                (2, 4),
                flat=nir.Flatten({"input": np.array([2, 2, 2])}, 1, -1),
                lif=lif((2, 4), 4.0, 4.0, threshold=95 / 64),
            ),
            {"input": spikes(69, 2, 2, 2)},
        ),
        *_delays(),
    )


def _case(name: str, group: str, tests: str, equation: str, seed: int, nodes: Any) -> Case:
    if nodes is None:
        matrices = {"w": nir.Linear(weights(seed, 2, 3, 4))}
        graph = chain((2, 4), (2, 3), **matrices, lif=lif((2, 3), 4.0, 4.0))
        return Case(name, group, tests, equation, graph, {"input": spikes(seed, 2, 4)})
    graph = chain((3,), (4,), **nodes(weights(seed, 4, 3)), lif=lif(4, 4.0, 4.0))
    return Case(name, group, tests, equation, graph, {"input": spikes(seed, 3)})


def _delays() -> tuple[Case, ...]:
    def delayed(name: str, tests: str, steps: Any, seed: int) -> Case:
        graph = chain(
            (3,),
            (4,),
            delay=nir.Delay(full(3, steps) * DT_S),
            w=dense(weights(seed, 4, 3)),
            lif=lif(4, 4.0, 4.0),
        )
        return Case(name, "Delay", tests, "y(t) = x(t - delay)", graph, {"input": spikes(seed, 3)})

    return (
        delayed("delay", "one delay for all", 3, 71),
        delayed("delay_each", "a delay for each neuron", [0, 1, 5], 72),
    )
