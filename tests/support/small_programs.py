"""Lowered Programs small enough to read, and random ones, for tests of simulators."""

import numpy as np

from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import (
    Affine,
    Input,
    IntegerLif,
    IntegerProgram,
    Population,
    Program,
    Readout,
    Source,
    Synapse,
    zeros,
)
from ssr_neuro.program.linear_maps import Array, Dense, Kron


def neuron(shape: tuple[int, ...], vth: int = 5, bias: Array | int = 0) -> IntegerLif:
    return IntegerLif(
        dv=2048,
        vth=vth,
        bias_mant=np.broadcast_to(np.asarray(bias), shape) + zeros(shape),
        bias_exp=3,
    )


def synapse(name: str, target: str, linear: Kron | Dense, *sources: tuple[str, int]) -> Synapse:
    return Synapse(name, tuple(Source(*s) for s in sources), target, (Affine(linear, zeros((1,))),))


def skip_program(seed: int, positions: int = 4, features: int = 3, steps: int = 4) -> Program:
    """input -> a -> b -> c, with a skip from a into c (summed with b), and a readout of c."""
    rng = np.random.default_rng(seed)

    def weights(rows: int, columns: int) -> Array:
        return rng.integers(-40, 41, (rows, columns))

    shape, eye = (positions, features), np.eye(features, dtype=np.int64)
    rows = np.eye(positions, dtype=np.int64)
    return IntegerProgram(
        name=f"skip-{seed}",
        steps=steps,
        inputs=(Input("input", shape),),
        populations=(
            Population("a", shape, neuron(shape, 20, rng.integers(-30, 60, shape)), 1),
            Population("b", shape, neuron(shape, 25, rng.integers(-30, 60, shape)), 2),
            Population("c", (positions, 2), neuron((positions, 2), 30), 3),
        ),
        synapses=(
            synapse("input_a", "a", Kron(weights(positions, positions), eye), ("input", 1)),
            synapse("a_b", "b", Kron(rows, weights(features, features)), ("a", 1)),
            synapse("b_c", "c", Kron(rows, weights(2, features)), ("b", 1), ("a", 2)),
            synapse(
                "c_out", "out", Dense(weights(3, positions * 2), (positions, 2), (3,)), ("c", 1)
            ),
        ),
        readouts=(Readout("out", (3,), rng.integers(-9, 9, 3), 4, 0.5),),
    )


def random_inputs(program: Program, samples: int, seed: int, rate: float = 0.4) -> dict[str, Bits]:
    rng = np.random.default_rng(seed)
    return {
        node.name: (rng.random((samples, program.steps, *node.shape)) < rate).astype(np.uint8)
        for node in program.inputs
    }
