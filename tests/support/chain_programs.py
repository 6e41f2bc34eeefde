"""Populations in a row for placements, and a run in which every neuron fires."""

import numpy as np
from small_programs import neuron, synapse

from ssr_neuro.program.ir import Input, IntegerProgram, Population, Program
from ssr_neuro.program.linear_maps import Array, Dense, Kron
from ssr_neuro.program.trace import Trace


def chain(*maps: Kron | Dense, steps: int = 1) -> Program:
    """input -> a -> b -> ..., one population for each map."""
    names = ("input", *"abcdefgh"[: len(maps)])
    return IntegerProgram(
        name="chain",
        steps=steps,
        inputs=(Input("input", maps[0].in_shape),),
        populations=tuple(
            Population(name, linear.out_shape, neuron(linear.out_shape), depth)
            for depth, (name, linear) in enumerate(zip(names[1:], maps, strict=True), 1)
        ),
        synapses=tuple(
            synapse(f"to_{after}", after, linear, (before, 1))
            for before, after, linear in zip(names, names[1:], maps, strict=False)
        ),
        readouts=(),
    )


def dense(rows: int, columns: int, weight: int = 1) -> Dense:
    return Dense(np.full((rows, columns), weight), (columns, 1), (rows, 1))


def like(size: int) -> Kron:
    """Each neuron to its like."""
    return Kron(np.eye(size, dtype=np.int64), np.eye(1, dtype=np.int64))


def all_fire(program: Program) -> Trace:
    """One sample in which everything fires in every step."""

    def ones(shape: tuple[int, ...]) -> Array:
        return np.ones((1, program.steps, *shape), np.uint8)

    return Trace(
        {node.name: ones(node.shape) for node in program.inputs},
        {node.name: ones(node.shape) for node in program.populations},
        {},
    )
