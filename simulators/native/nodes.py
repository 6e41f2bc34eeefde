"""A node as network.c has it: its row of the table, and its neurons as positions by features."""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from simulators.native.weights import Grid
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.linear_maps import Shape

INPUT, POPULATION, READOUT = range(3)
HALVES, GENERAL, SUM = range(3)
COLUMNS = 64  # a node's width is a multiple of so many features


@dataclass(frozen=True)
class KernelNodeRow:
    """One `Node` of network.c, its fields in order."""

    kind: int
    positions: int
    features: int
    width: int
    first_synapse: int = 0
    synapses: int = 0
    law: int = SUM
    halvings: int = 0
    clips: int = 0
    theta: int = 0
    bias: int = 0
    thetas: int = 0
    keep_v: int = 0
    keep_u: int = 0
    bias_width: int = 0
    bytes: int = -1
    words: int = -1
    bits: int = -1
    state: int = 0
    outside: int = 0
    columns: int = 0
    quiet: int = 0
    late: int = 0
    rough_bias: int = 0
    rough_theta: int = 0


def grids(program: IntegerProgram) -> dict[str, Grid]:
    """Positions by features where a node has two axes, else all as features of one position."""

    def grid(shape: Shape) -> Grid:
        positions, features = shape if len(shape) == 2 else (1, prod(shape))
        return positions, features, -(-features // COLUMNS) * COLUMNS

    return {node.name: grid(node.shape) for node in program.nodes}


def spread(values: Any, shape: Shape, grid: Grid) -> npt.NDArray[np.int32]:
    """int32 (positions, width), 0 where there is no neuron."""
    positions, features, width = grid
    full = np.zeros((positions, width), np.int32)
    full[:, :features] = np.broadcast_to(values, shape).reshape(positions, features)
    return full


def whole_fours(positions: int) -> int:
    """Positions, in whole fours."""
    return -(-positions // 4) * 4
