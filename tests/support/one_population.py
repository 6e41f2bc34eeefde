"""Float programs of one population, to be quantised, and what became of them.

An integrate-and-fire neuron with a threshold of 1 and weights that are multiples of a quarter of it
gets a vth of 124, the largest multiple of 4 at which the largest weight, 1, is at most 127. A scale
puts the threshold half a membrane unit above 64 vth, so 1 is 7,936.5 membrane units.
"""

import numpy as np

from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    IntegerProgram,
    Lif,
    Population,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Dense

QUARTERS = [[0.5, -0.25, 1.0]]
ONE = 64 * 124 + 0.5  # membrane units of a threshold of 1 with these weights


def fire(bias: object = (0.0,), **how: object) -> Lif:
    """Integrate-and-fire with a threshold of 1, unless told otherwise."""
    given = {"tau_steps": 1.0, "threshold": 1.0, "leak": False} | how
    return Lif(bias=np.array(bias, float), **given)  # type: ignore[arg-type]


def made(
    neuron: Lif, readout: Readout[Lif] | None = None, steps: int = 4, **weights: object
) -> FloatProgram:
    """x -> n by synapses of these names, and n -> y one to one."""
    count = len(neuron.bias)
    maps = {name: np.array(rows, float) for name, rows in weights.items()}
    inputs = max(rows.shape[1] for rows in maps.values())
    eye = Dense(np.eye(count), (count,), (count,))
    return FloatProgram(
        "made",
        steps,
        (Input("x", (inputs,)),),
        (Population("n", (count,), neuron, 1),),
        (
            *(
                Synapse(name, (Source("x", 1),), "n", (chain(Dense(rows, (inputs,), (count,))),))
                for name, rows in maps.items()
            ),
            Synapse("out", (Source("n", 1),), "y", (chain(eye),)),
        ),
        (readout or Readout("y", (count,), np.zeros(count), 2),),
    )


def chain(linear: Dense) -> Affine:
    return Affine(linear, np.zeros(1))


def weights(program: IntegerProgram, target: str = "n") -> dict[str, tuple[list[list[int]], int]]:
    """By synapse into a node, its weights and its exponent."""
    return {s.name: (s.map.expanded().toarray().tolist(), s.exponent) for s in program.into(target)}


def law(program: IntegerProgram) -> tuple[object, object, list[int], int, object]:
    """dv, vth, bias as mantissa and exponent, du."""
    n = program.population("n").neuron
    dv, vth, du = (x.tolist() if isinstance(x, np.ndarray) else x for x in (n.dv, n.vth, n.du))
    return dv, vth, n.bias_mant.tolist(), n.bias_exp, du


def held(bias: object = (0.0,)) -> Lif:
    """A membrane that is held in a current of tau 2 and overwritten in every step."""
    return fire(bias, leak=True, tau_syn_steps=2.0)
