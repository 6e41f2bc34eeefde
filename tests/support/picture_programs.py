"""What several tests share of graph_picture."""

import numpy as np
from pass_programs import dense, joint, lif, network
from random_graphs import DT_S, random_graph

from converters.nir_to_program import to_program
from ssr_neuro.lower import lower
from ssr_neuro.program.ir import Program


def recurrent() -> Program:
    """A loop of one, a loop of two, a skip, a delay and two inputs into one population."""
    square = np.eye(3) * 5
    return network(
        {name: lif((3,)) for name in ("a", "b", "c")},
        joint("x", "a", dense(square)),
        joint("a:1", "a", dense(square)),
        joint("a", "b", dense(square)),
        joint("b:2 c:2", "b", dense(square)),
        joint("b a:1", "c", dense(square), 1),
        joint("c", "y", dense(square)),
        joint("x", "y", dense(square)),
    )


def float_graph(seed: int) -> Program:
    graph, steps = random_graph(seed)
    return lower(to_program(graph, steps, DT_S), until="fold")
