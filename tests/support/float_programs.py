"""What several tests share of lower."""

import numpy as np

from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    Lif,
    Population,
    Program,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Kron


def lif(bias: np.ndarray, tau: float = 2.0) -> Lif:
    return Lif(tau, 0.5, bias)


def float_program(seed: int = 0, steps: int = 4, tau: float = 2.0, size: float = 1.0) -> Program:
    """x -> a (a map, then a gain with bias) -> b, and a + b -> y."""
    rng = np.random.default_rng(seed)
    eye = np.eye(3)
    mix, gain = Kron(rng.normal(0, size, (4, 4)), eye), Kron(np.diag(rng.uniform(0.5, 2, 4)), eye)
    inner = Kron(np.eye(4), rng.normal(0, size, (3, 3)))
    return FloatProgram(
        "float",
        steps,
        (Input("x", (4, 3)),),
        (
            Population("a", (4, 3), lif(np.zeros((4, 3)), tau)),
            Population("b", (4, 3), lif(np.zeros((4, 3)), tau)),
        ),
        (
            Synapse(
                "xa",
                (Source("x"),),
                "a",
                (
                    Affine(mix, rng.normal(0, 0.2, (4, 1))),
                    Affine(gain, rng.normal(0, 0.2, (4, 1))),
                ),
            ),
            Synapse("ab", (Source("a"),), "b", (Affine(inner, rng.normal(0, 0.2, 3)),)),
            Synapse(
                "ay",
                (Source("a"), Source("b")),
                "y",
                (Affine(Kron(np.eye(4)[-1:], rng.normal(0, size, (2, 3))), np.zeros(1)),),
            ),
        ),
        (Readout("y", (1, 2), np.array([[0.25, -0.5]])),),
    )
