"""Chains of maps folded into one map and one bias, by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from ssr_neuro.lower.fold import Fold
from ssr_neuro.program.ir import (
    Affine,
    FloatProgram,
    Input,
    Lif,
    Population,
    Readout,
    Source,
    Synapse,
)
from ssr_neuro.program.linear_maps import Dense
from ssr_neuro.program.semantics import Semantics


def affine(rows: list[list[float]], bias: Sequence[float]) -> Affine:
    weight = np.array(rows)
    return Affine(Dense(weight, weight.shape[1:], weight.shape[:1]), np.array(bias))


# of both together, maps are [[2, 4], [4, 8]] and biases [2, 4] * 3 + [1, -1]
CHAIN = (affine([[1.0, 2.0]], [3.0]), affine([[2.0], [4.0]], [1.0, -1.0]))
FOLDED = [7.0, 11.0]


def program(
    neuron: Lif,
    readout: Lif | None = None,
    semantics: Semantics = Semantics(),  # noqa: B008 (frozen)
) -> FloatProgram:
    """x -> n by CHAIN and by one more map, and x -> y by CHAIN."""
    return FloatProgram(
        "fold",
        4,
        (Input("x", (2,)),),
        (Population("n", (2,), neuron),),
        (
            Synapse("xn", (Source("x"),), "n", CHAIN),
            Synapse("xn_", (Source("x"),), "n", (affine([[0, 1], [1, 0]], [0.5]),)),
            Synapse("xy", (Source("x"),), "y", CHAIN),
        ),
        (Readout("y", (2,), np.array([100.0, 200.0]), neuron=readout),),
        semantics=semantics,
    )


def test_a_chain_is_the_product_of_its_maps_and_its_biases_go_to_the_target() -> None:
    folded = Fold().run(program(Lif(2.0, 1.0, np.array([10.0, 20.0]))))
    maps = {s.name: s.map.expanded().toarray().tolist() for s in folded.synapses}
    assert maps == {"xn": [[2, 4], [4, 8]], "xn_": [[0, 1], [1, 0]], "xy": [[2, 4], [4, 8]]}
    assert [s.chain[0].bias.tolist() for s in folded.synapses] == [[0], [0], [0]]
    neuron = folded.population("n").neuron
    assert neuron.bias.tolist() == [17.5, 31.5]
    assert neuron.current_bias is None
    assert folded.readouts[0].bias.tolist() == [107, 211]


def test_a_chain_of_three_is_folded_from_the_inside() -> None:
    three = (*CHAIN, affine([[1.0, -1.0]], [0.25]))
    (only,) = (
        Fold()
        .run(
            FloatProgram(
                "three",
                1,
                (Input("x", (2,)),),
                (),
                (Synapse("xy", (Source("x"),), "y", three),),
                (Readout("y", (1,), np.zeros(1)),),
            )
        )
        .readouts
    )
    assert only.bias.tolist() == [7 - 11 + 0.25]


@pytest.mark.parametrize("tau_syn", [4.0, np.array([1.0, 4.0])])
@pytest.mark.parametrize(("before", "after"), [(None, [7.5, 11.5]), ([1.0, 2.0], [8.5, 13.5])])
def test_a_bias_goes_through_the_filter_of_the_current_if_any_neuron_has_one(
    tau_syn: float | np.ndarray, before: list[float] | None, after: list[float]
) -> None:
    current_bias = None if before is None else np.array(before)
    law = Lif(2.0, 1.0, np.array([10.0, 20.0]), True, tau_syn, current_bias)
    found = Fold().run(program(law)).population("n").neuron
    assert found.bias.tolist() == [10, 20]
    assert found.current_bias is not None
    assert found.current_bias.tolist() == after


def test_a_bias_of_the_membrane_passes_the_filter_by() -> None:
    law = Lif(2.0, 1.0, np.array([10.0, 20.0]), True, 4.0, np.array([1.0, 2.0]))
    found = Fold().run(program(law, semantics=Semantics(bias="membrane"))).population("n").neuron
    assert found.bias.tolist() == [17.5, 31.5]
    assert found.current_bias is not None
    assert found.current_bias.tolist() == [1, 2]


@pytest.mark.parametrize(("tau_syn", "field"), [(1.0, "bias"), (4.0, "current_bias")])
def test_a_readout_that_integrates_takes_the_bias_into_its_neuron(
    tau_syn: float, field: str
) -> None:
    law = Lif(2.0, 1.0, np.zeros(2), True, tau_syn)
    (found,) = Fold().run(program(Lif(2.0, 1.0, np.zeros(2)), readout=law)).readouts
    assert found.bias.tolist() == [100, 200]
    assert getattr(found.neuron, field).tolist() == FOLDED
