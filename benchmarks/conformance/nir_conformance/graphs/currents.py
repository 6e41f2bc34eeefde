"""CubaLIF and CubaLI: neurons with a current between input and membrane."""

import nir
import numpy as np

from .parts import DT_S, Case, chain, cuba, dense, full, spikes, weights

CUBA = (
    "tau_syn di/dt = w_in I - i; tau_mem dv/dt = v_leak - v + r i; spike where v > v_threshold; "
    "then v = v_reset"
)


def _layer(name: str, tests: str, node: nir.CubaLIF, seed: int, **how: int) -> Case:
    size = len(node.r)
    graph = chain((3,), (size,), w=dense(weights(seed, size, 3, **how)), cuba=node)
    return Case(name, "CubaLIF", tests, CUBA, graph, {"input": spikes(seed, 3)})


def cases() -> tuple[Case, ...]:
    each = cuba(4, tau_syn=[1, 2, 4, 2], tau_mem=[2, 4, 1, 8], r=[2, 4, 1, 8], w_in=[1, 2, 4, 2])
    one = np.zeros((24, 2), np.uint8)
    one[[2, 12], [0, 1]] = 1
    read = nir.CubaLI(
        tau_syn=full(2, [2.0, 4.0]) * DT_S,
        tau_mem=full(2, [4.0, 2.0]) * DT_S,
        r=full(2, 2.0),
        v_leak=full(2, 0.0),
        w_in=full(2, [1.0, 2.0]),
    )
    return (
        _layer("cuba", "a current of two steps, r and w_in of 1", cuba(4), 41, low=1, high=30),
        _layer(
            "cuba_r_tau",
            "r of tau_mem / dt and w_in of tau_syn / dt: steps add whole inputs",
            cuba(4, 2.0, 4.0, r=4.0, w_in=2.0),
            242,
        ),
        _layer("cuba_w_in", "w_in multiplies the input", cuba(4, r=4.0, w_in=[1, 2, 3, 4]), 43),
        _layer("cuba_slow", "decays that are no binary fractions", cuba(4, 3, 7.5, 7.5, 3.0), 44),
        _layer("cuba_tau_dt", "tau_syn of one step: a LIF", cuba(4, 1.0, 4.0, r=4.0), 45),
        _layer("cuba_each", "every neuron with parameters of its own", each, 46, low=-2, high=12),
        _layer(
            "cuba_far_above",
            "inputs of several thresholds",
            cuba(4, r=4.0, w_in=2.0),
            47,
            low=8,
            high=30,
        ),
        _layer(
            "cuba_reset",
            "a reset to another value than 0, and the current is kept",
            cuba(4, r=4.0, w_in=2.0, reset=[-1.0, -0.5, 0.25, 0.5]),
            48,
            low=0,
        ),
        Case(
            "cuba_leak",
            "CubaLIF",
            "v_leak alone makes a neuron fire",
            CUBA,
            chain((2,), (2,), cuba=cuba(2, leak=[1.25, 2.0])),
            {"input": np.zeros((24, 2), np.uint8)},
        ),
        Case(
            "cuba_one_spike",
            "CubaLIF",
            "one spike: the step in which it is answered tells whether v reads the new current",
            CUBA,
            chain((2,), (2,), cuba=cuba(2, 4.0, 4.0, r=4.0, w_in=4.0)),
            {"input": one},
        ),
        Case(
            "cuba_bias",
            "CubaLIF",
            "the bias of an Affine goes through the current",
            CUBA,
            chain(
                (3,),
                (4,),
                w=nir.Affine(weights(49, 4, 3), full(4, [0.25, 0.5, 0.75, 1.0])),
                cuba=cuba(4, 4.0, 2.0, r=2.0, w_in=4.0),
            ),
            {"input": spikes(49, 3)},
        ),
        Case(
            "cuba_linear",
            "CubaLIF",
            "a Linear, as many rows as columns: read transposed it still fits",
            CUBA,
            chain(
                (4,),
                (4,),
                w=nir.Linear(weights(52, 4, 4, low=-2, high=9)),
                cuba=cuba(4, r=4.0, w_in=2.0),
            ),
            {"input": spikes(51, 4)},
        ),
        Case(
            "cubali",
            "CubaLI",
            "the membrane behind a current is the output",
            "tau_syn di/dt = w_in I - i; tau_mem dv/dt = v_leak - v + r i",
            chain((3,), (2,), w=dense(weights(50, 2, 3)), li=read),
            {"input": spikes(50, 3)},
        ),
    )
