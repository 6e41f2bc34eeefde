"""IF and I."""

import nir

from .parts import DT_S, THETA, Case, chain, dense, full, integrator, spikes, weights

IF = "dv/dt = r I; spike where v > v_threshold; then v = v_reset"


def _layer(name: str, tests: str, node: nir.IF, seed: int, tie: bool = False, **how: int) -> Case:
    size = len(node.r)
    graph = chain((3,), (size,), w=dense(weights(seed, size, 3, **how)), cell=node)
    return Case(name, "IF", tests, IF, graph, {"input": spikes(seed, 3)}, tie)


def cases() -> tuple[Case, ...]:
    seconds = nir.IF(r=full(4, 1.0), v_threshold=full(4, THETA), v_reset=full(4, 0.0))
    read = nir.I(r=full(2, [1.0, 2.0]) / DT_S)
    return (
        _layer("if", "an integrator with r of 1 / dt: a step adds the input", integrator(4), 31),
        _layer("if_r_of_1", "r of 1: a second of input adds 1, a step dt", seconds, 32, low=1),
        _layer("if_r", "r multiplies the input", integrator(4, [0.5, 1, 2, 4]), 33, low=-2),
        _layer(
            "if_tie",
            "a membrane that meets its threshold exactly: > is not >=",
            integrator(4, threshold=1.0),
            34,
            tie=True,
            low=1,
            high=4,
        ),
        _layer("if_far_above", "inputs of several thresholds", integrator(4), 35, low=6, high=24),
        _layer(
            "if_far_below", "a membrane far below 0 comes back", integrator(4), 36, low=-24, high=24
        ),
        _layer(
            "if_reset",
            "a reset to a value other than 0",
            integrator(4, reset=[-1.0, -0.5, 0.25, 0.5]),
            37,
            low=0,
        ),
        Case(
            "i",
            "I",
            "the integral itself is the output",
            "dv/dt = r I",
            chain((3,), (2,), w=dense(weights(38, 2, 3)), i=read),
            {"input": spikes(38, 3)},
        ),
    )
