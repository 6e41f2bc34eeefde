"""Integer Programs that reach every part of a neuron's law, and every form of a map."""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from pass_programs import dense, joint, lif, network
from small_programs import skip_program

from ssr_neuro.program.ir import Input, IntegerProgram, Population, Readout
from ssr_neuro.program.linear_maps import Kron, Sparse, identity, sparse


def few(rng: np.random.Generator, before: tuple[int, ...], after: tuple[int, ...]) -> Sparse:
    """A fifth of all weights, at random."""
    shape = (int(np.prod(after)), int(np.prod(before)))
    return sparse(rng.integers(-90, 91, shape) * (rng.random(shape) < 0.2), before, after)


def every_law(seed: int = 0) -> IntegerProgram:
    """Loops, lags, wraps and clips; every parameter one number, or one for each neuron."""
    rng = np.random.default_rng(seed)

    def weights(rows: int, columns: int) -> list[list[int]]:
        return rng.integers(-127, 128, (rows, columns)).tolist()

    laws = {
        "a": lif((40,), vth=rng.integers(1, 200, 40), bias=8 * rng.integers(-90, 90, 40)),
        "b": lif((40,), vth=300, dv=rng.integers(0, 4097, 40), du=rng.integers(-1, 4096, 40)),
        "c": lif((33,), vth=1 << 17, bias=8, dv=4096, du=0),
        "d": lif((33,), vth=-1, dv=0, du=4095),
    }
    synapses = (
        joint("x", "a", dense(weights(40, 5))),
        joint("a b:1", "b", dense(weights(40, 40)), exponent=17),
        joint("b:2", "c", dense(weights(33, 40)), exponent=11),
        joint("c", "d", few(rng, (33,), (33,))),
        joint("d:2", "c", dense(weights(33, 33))),
        joint("a", "y", dense(weights(4, 40))),
        joint("d", "y", dense(weights(4, 33)), exponent=3),
    )
    # Alone: what keeps samples apart on a chip has no room beside such sums.
    return IntegerProgram(
        "laws",
        7,
        (Input("x", (5,)),),
        tuple(Population(n, law.bias_mant.shape, law) for n, law in laws.items()),
        synapses,
        (Readout("y", (4,), np.arange(-2, 2), 0, 1.0),),
    )


def grid_program(steps: int) -> IntegerProgram:
    """Every form of a map on a grid of positions and features."""
    rng = np.random.default_rng(0)
    rows = rng.integers(-60, 61, (4, 6))
    pick = np.zeros((2, 4), np.int64)
    pick[0, 3] = pick[1, 0] = pick[1, 3] = 1
    blocks = [sp.csr_array(rng.integers(1, 50, (3, 2))) for _ in range(5)]
    each = np.zeros((3, 5, 2, 5), np.int64)
    for f, block in enumerate(blocks):
        each[:, f, :, f] = block.toarray()
    laws = {
        name: lif(shape, vth=40, bias=8)
        for name, shape in {"a": (4, 5), "b": (2, 5), "c": (3, 5), "d": (3, 5)}.items()
    }
    program = network(
        laws,
        joint("x", "a", Kron(rows, np.eye(5, dtype=np.int64))),
        joint("a", "b", Kron(pick, rng.integers(-60, 61, (5, 5)))),
        joint("b", "c", sparse(each.reshape(15, 10), (2, 5), (3, 5))),
        joint("c", "d", identity((3, 5)).with_weights(np.full(15, 50))),
        joint("c d:1", "y", few(rng, (3, 5), (2,))),
        steps=steps,
    )
    return program


def wide_readouts() -> IntegerProgram:
    """A readout of more than 32 bits, and one that integrates."""
    small = skip_program(5, positions=5)
    (last,) = [s for s in small.synapses if s.target == "out"]
    law = lif((3,), vth=1 << 17, du=100, dv=50)
    kept = Readout("kept", (3,), np.zeros(3, np.int64), 4, 0.5, law)
    return replace(
        small,
        synapses=(
            *(s for s in small.synapses if s is not last),
            replace(last, exponent=26),
            replace(last, name="again", target="kept"),
        ),
        readouts=(*small.readouts, kept),
    )
