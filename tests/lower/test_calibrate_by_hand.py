"""Which shares are chosen for networks small enough to see why."""

from collections.abc import Sequence

import numpy as np
import pytest

from simulators.reference import SIMULATOR
from ssr_neuro.lower.calibrate import SHARES, calibrate
from ssr_neuro.program.arrays import Bits
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
from ssr_neuro.program.trace import Trace

Rows = Sequence[Sequence[float]]


def network(populations: dict[str, int], weights: dict[str, Rows]) -> FloatProgram:
    """Units that fire beyond 0.5, and readouts y and z, in one step. weights: by "from>to"."""

    def synapse(name: str, rows: Rows) -> Synapse:
        source, target = name.split(">")
        weight = np.array(rows, np.float64)
        linear = Dense(weight, weight.shape[1:], weight.shape[:1])
        return Synapse(name, (Source(source),), target, (Affine(linear, np.zeros(1)),))

    units = (
        Population(name, (size,), Lif(1.0, 0.5, np.zeros(size)))
        for name, size in populations.items()
    )
    size = next(len(rows[0]) for name, rows in weights.items() if name.startswith("x>"))
    targets = {name.split(">")[1] for name in weights}
    return FloatProgram(
        "hand",
        1,
        (Input("x", (size,)),),
        tuple(units),
        tuple(synapse(name, rows) for name, rows in weights.items()),
        tuple(Readout(name, (1,), np.zeros(1)) for name in sorted(targets & {"y", "z"})),
    )


def samples(*rows: Sequence[int]) -> dict[str, Bits]:
    """Of one step each."""
    return {"x": np.array(rows, np.uint8)[:, None]}


class Counting:
    """The reference, which counts how often it runs."""

    name = "counting"

    def __init__(self) -> None:
        self.runs = 0

    def run(
        self, program: IntegerProgram, inputs: dict[str, Bits], *, membranes: bool = False
    ) -> Trace:
        self.runs += 1
        return SIMULATOR.run(program, inputs, membranes=membranes)


@pytest.mark.parametrize("share", [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2])
def test_the_share_that_holds_the_weight_that_is_used(share: float) -> None:
    """Weights of 1 and pi / 100 never act; no common step divides all three. The other one is
    127 steps of share / 127; of no other share is it a whole number of steps."""
    program = network({}, {"x>y": [[1, share, np.pi / 100]]})
    assert calibrate(program, samples([0, 1, 0], [0, 0, 0]), 8, SIMULATOR) == {"y": share}


def test_a_largest_weight_that_is_used_is_held() -> None:
    """Two bits have one step."""
    assert calibrate(network({}, {"x>y": [[1, 0]]}), samples([1, 0]), 2, SIMULATOR) == {}


def test_nothing_is_clipped_where_nothing_is_sent() -> None:
    program = network({"a": 1}, {"x>a": [[1, 0.3]], "x>y": [[1, np.pi / 10]], "a>y": [[1]]})
    assert calibrate(program, samples([0, 0], [0, 0]), 3, SIMULATOR) == {}


def test_spikes_count_where_no_readout_sees_them() -> None:
    """In two bits a weight of 0.6 beside 1.5 is 0; below a share of 0.8 it is one step."""
    program = network({"a": 1}, {"x>a": [[1.5, 0.6]], "x>y": [[1, 0]]})
    assert calibrate(program, samples([0, 1]), 2, SIMULATOR) == {"a": 0.7}


# In two bits a is right of its first neuron or of its second: held at 1, three weights of 0.2 are
# 0; at 0.3 each is 0.3, and the weight of 1 is, too, which does not reach 0.5.
FIRST, SECOND, OTHER = [1, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 0, 0, 0, 1]
EITHER: Rows = [[1, 0, 0, 0, 0], [0, 0.2, 0.2, 0.2, 0]]


def test_a_later_node_makes_up_for_an_earlier_one() -> None:
    """a loses its second neuron, which b would hear with a weight of 1; b hears x in its place."""
    program = network({"a": 2, "b": 1}, {"x>a": EITHER, "a>b": [[0, 1]], "x>b": [EITHER[1]]})
    assert calibrate(program, samples(FIRST, FIRST, SECOND), 2, SIMULATOR) == {"b": 0.3}


def test_the_error_of_each_readout_is_taken_relative_to_its_values() -> None:
    """By its spikes a would keep the first neuron, which acts twice. But that makes up half of y,
    and the second all of z, though z is ten times smaller.

    The first sweep finds that, the second finds nothing more.
    """
    program = network(
        {"a": 2},
        {"x>a": EITHER, "a>y": [[10, 0]], "x>y": [[0, 0, 0, 0, 10]], "a>z": [[0, 1]]},
    )
    inputs, simulator = samples(FIRST, FIRST, SECOND, OTHER, OTHER), Counting()
    assert calibrate(program, inputs, 2, simulator) == {"a": 0.3}
    nodes, sweeps = 3, 2
    assert simulator.runs == len(SHARES) * nodes + 1 + len(SHARES) * nodes * sweeps


def test_one_sweep_is_enough_where_no_error_is_left() -> None:
    simulator = Counting()
    assert calibrate(network({}, {"x>y": [[1]]}), samples([1]), 8, simulator) == {}
    assert simulator.runs == len(SHARES) + 1 + len(SHARES)
