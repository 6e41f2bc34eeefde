"""What several tests share of program_file."""

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
from ssr_neuro.program.linear_maps import Dense, Kron, identity, matrix_map
from ssr_neuro.program.recurrence import with_lags
from ssr_neuro.program.semantics import Semantics


def float_program() -> Program:
    """Every kind of map, neuron and number that a program can hold before lowering."""
    half = np.full((2, 3), 0.5)
    chain = (
        Affine(Kron(half[:, :2], np.eye(3)), np.full((2, 1), 0.1)),
        Affine(matrix_map(np.eye(6), (2, 3), (6,)), np.zeros(1)),
    )
    cell = Lif(np.linspace(2, 3, 6), 0.7, np.zeros(6), tau_syn_steps=2.0, current_bias=np.ones(6))
    dense = Dense(np.linspace(-1, 1, 12).reshape(2, 6), (6,), (2,))
    return with_lags(
        FloatProgram(
            "float",
            4,
            (Input("in", (2, 3)),),
            (Population("a", (6,), cell),),
            (
                Synapse("in_a", (Source("in"),), "a", chain),
                Synapse("a_a", (Source("a"),), "a", (Affine(identity((6,)), np.zeros(1)),)),
                Synapse("a_y", (Source("a", lag=2),), "y", (Affine(dense, np.ones(2)),)),
            ),
            (Readout("y", (2,), np.zeros(2), neuron=Lif(np.array([2.0, 4.0]), 1.0, np.zeros(2))),),
            semantics=Semantics(fires="at"),
        )
    )
