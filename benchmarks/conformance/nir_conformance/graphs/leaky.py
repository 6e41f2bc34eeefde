"""LIF and LI."""

import nir
import numpy as np

from .parts import DT_S, THETA, Case, chain, dense, full, lif, spikes, weights

LIF = "tau dv/dt = v_leak - v + r I; spike where v > v_threshold; then v = v_reset"
LI = "tau dv/dt = v_leak - v + r I"


def _layer(name: str, tests: str, node: nir.LIF, seed: int, tie: bool = False, **how: int) -> Case:
    """Three inputs, weights, a population."""
    size = len(node.r)
    graph = chain((3,), (size,), w=dense(weights(seed, size, 3, **how)), lif=node)
    return Case(name, "LIF", tests, LIF, graph, {"input": spikes(seed, 3)}, tie)


def cases() -> tuple[Case, ...]:
    each = lif(4, tau=[1, 2, 4, 8], r=[1, 2, 4, 2], threshold=[THETA / 2, THETA] * 2)
    one = np.zeros((24, 2), np.uint8)
    one[[2, 3, 4, 9], [0, 1, 0, 1]] = 1
    still = {"input": np.zeros((24, 2), np.uint8)}
    return (
        _layer("lif", "a LIF of two steps, r of 1", lif(4, threshold=THETA / 2), 11, low=0),
        _layer(
            "lif_r", "r multiplies the input", lif(4, tau=4.0, r=[1, 2, 4, 8]), 12, low=-2, high=16
        ),
        _layer("lif_r_tau", "r of tau / dt: a step adds the whole input", lif(4, 4.0, 4.0), 13),
        _layer("lif_slow", "a decay that is no binary fraction", lif(4, 7.5, 7.5), 14),
        _layer("lif_tau_dt", "tau of one step: nothing is kept", lif(4, 1.0), 15, high=12),
        _layer("lif_each", "every neuron with parameters of its own", each, 16, low=-2, high=12),
        _layer(
            "lif_tie",
            "a membrane that meets its threshold exactly: > is not >=",
            lif(4, tau=2.0, r=2.0, threshold=1.0),
            17,
            tie=True,
            low=2,
            high=6,
        ),
        _layer(
            "lif_far_above", "inputs of several thresholds", lif(4, 4.0, 4.0), 18, low=8, high=30
        ),
        _layer(
            "lif_far_below",
            "a membrane far below 0 comes back",
            lif(4, 4.0, 4.0),
            19,
            low=-24,
            high=24,
        ),
        Case(
            "lif_leak",
            "LIF",
            "v_leak alone makes a neuron fire",
            LIF,
            chain((2,), (2,), lif=lif(2, 4.0, leak=[1.25, 2.0])),
            still,
        ),
        Case(
            "lif_reset",
            "LIF",
            "a reset to a value other than 0",
            LIF,
            chain(
                (3,),
                (4,),
                w=dense(weights(20, 4, 3, low=0)),
                lif=lif(4, 4.0, 4.0, reset=[-1.0, -0.5, 0.25, 0.5]),
            ),
            {"input": spikes(20, 3)},
        ),
        Case(
            "lif_one_spike",
            "LIF",
            "single spikes: the step in which each is answered",
            LIF,
            chain((2,), (2,), lif=lif(2, 2.0, 2.0, threshold=THETA * 3 / 4)),
            {"input": one},
        ),
        Case(
            "lif_2d",
            "LIF",
            "a population of two dimensions that reads the input itself",
            LIF,
            chain((2, 3), (2, 3), lif=lif((2, 3), tau=4.0, r=2.5)),
            {"input": spikes(24, 2, 3, rate=0.7)},
        ),
        _li("li", "the membrane itself is the output", [2.0, 4.0], 0.0, 22),
        _li("li_leak", "a membrane that leaks to v_leak", [2.0, 4.0], 0.5, 23),
    )


def _li(name: str, tests: str, tau: list[float], leak: float, seed: int) -> Case:
    node = nir.LI(tau=full(2, tau) * DT_S, r=full(2, [1, 2]), v_leak=full(2, leak))
    graph = chain((3,), (2,), w=dense(weights(seed, 2, 3)), li=node)
    return Case(name, "LI", tests, LI, graph, {"input": spikes(seed, 3)})
