"""Programs with a population that fires in every step."""

from dataclasses import replace

import numpy as np
from pass_programs import dense, joint, lif, network

from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Program, Synapse

FIRES = 2000  # a bias beyond the threshold of 20, which is 1280 on the membrane
FAR = 60_000  # a threshold that no membrane here reaches


def named(name: str, synapse: Synapse) -> Synapse:
    return replace(synapse, name=name)


def bias_of(program: IntegerProgram, name: str) -> list[int]:
    law = next(neuron for node, neuron in program.neurons if node == name)
    return (law.bias_mant << law.bias_exp).ravel().tolist()


def constant_into_b(
    *synapses: Synapse, law: IntegerLif | None = None, count: int = 1, inputs: int = 3
) -> Program:
    """a, which always fires, -> b by these synapses, and b and x -> y."""
    reader = law or lif((1,), FAR)
    return network(
        {"a": lif((count,), 20, FIRES), "c": lif((count,), 20), "b": reader},
        *synapses,
        joint("b", "y", dense(np.ones((1, reader.bias_mant.size)))),
        joint("x", "y", dense(np.ones((1, inputs)))),
        joint("x", "c", dense(np.ones((count, inputs)) * 30)),
    )
