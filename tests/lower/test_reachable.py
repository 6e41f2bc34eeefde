"""Neurons that no input can make fire, from the highest membrane that each can come to."""

import numpy as np
import pytest
from pass_programs import joint

from ssr_neuro.lower.reachable import unreachable
from ssr_neuro.program.ir import FloatProgram, Input, Lif, Population, Synapse
from ssr_neuro.program.linear_maps import Array, Dense


def lif(tau: float | Array = 2.0, threshold: float | Array = 0.5, neurons: int = 3) -> Lif:
    return Lif(tau, threshold, np.zeros(neurons))


def weights(*rows: list[float]) -> Dense:
    matrix = np.array(rows)
    return Dense(matrix, matrix.shape[1:], matrix.shape[:1])


def silent(laws: dict[str, Lif], *synapses: Synapse, steps: int = 2) -> dict[str, list[bool]]:
    """By population, of a program with an input x of two neurons."""
    program = FloatProgram(
        "hand",
        steps,
        (Input("x", (2,)),),
        tuple(Population(name, law.bias.shape, law) for name, law in laws.items()),
        synapses,
        (),
    )
    return {name: found.tolist() for name, found in unreachable(program).items()}


def of_one(law: Lif, *drives: float, steps: int = 2) -> list[bool]:
    """Of neurons that receive so much in every step in which the input spikes."""
    return silent(
        {"a": law}, joint("x", "a", weights(*[[drive, 0.0] for drive in drives])), steps=steps
    )["a"]


def test_a_leaky_membrane_comes_to_three_quarters_of_its_drive_in_two_steps() -> None:
    assert of_one(lif(), 0.66, 0.67, 1.0) == [True, False, False]
    assert of_one(lif(), 0.66, 0.67, 1.0, steps=1) == [True, True, False]
    assert of_one(lif(), 0.57, 0.58, 0.5, steps=3) == [True, False, True]


def test_every_neuron_has_its_own_time_constant_and_threshold() -> None:
    """In two steps 1 leads to 1, 3/4 and 7/16."""
    law = lif(np.array([1.0, 2.0, 4.0]), np.array([1.01, 0.74, 0.44]))
    assert of_one(law, 1.0, 1.0, 1.0) == [True, False, True]


def test_a_membrane_without_a_leak_adds_up() -> None:
    law = Lif(2.0, 0.5, np.zeros(3), leak=False)
    assert of_one(law, 0.49, 0.51, 0.24, steps=2) == [True, False, True]
    assert of_one(law, 0.24, 0.26, 0.49, steps=4) == [True, False, False]


def test_a_membrane_that_comes_to_its_threshold_may_fire() -> None:
    """Or nearer to it than a billionth part."""
    law = Lif(1.0, 2.0, np.zeros(4))
    assert of_one(law, 2.0, 2 - 1e-9, 2 - 4e-9, 3.0, steps=1) == [False, False, True, False]


def test_inhibition_is_left_out_and_all_excitation_counted() -> None:
    both = joint("x", "a", weights([0.3, 0.4], [0.6, -0.6], [0.7, -0.7]))
    assert silent({"a": lif()}, both) == {"a": [False, True, False]}
    more = joint("x", "a", weights([-1.0, -1.0], [0.0, 0.07], [0.0, 0.0]))
    assert silent({"a": lif()}, both, more) == {"a": [False, False, False]}


def test_a_sum_counts_each_source() -> None:
    laws = {"a": lif(neurons=2), "b": lif()}
    into = joint("x", "a", weights([1.0, 0.0], [1.0, 0.0]))
    one, two = ([0.34, 0.0], [0.33, 0.0])
    assert silent(laws, into, joint("x a", "b", weights(one, two, [0.67, 0.0]))) == {
        "a": [False, False],
        "b": [False, True, False],
    }


def test_biases_that_excite_are_added() -> None:
    law = Lif(2.0, 0.5, np.array([0.2, -0.2, 0.0, 0.2]))
    assert of_one(law, 0.47, 0.67, 0.66, 0.46) == [False, False, True, True]


def test_a_bias_of_the_current_is_remembered_as_its_input_is() -> None:
    """Of a current of 1 in either step 1 and 3/2 lead to a half and 1."""
    law = Lif(2.0, 1.0, np.zeros(4), tau_syn_steps=2.0)
    assert of_one(law, 0.99, 1.01, 2.0, 0.0) == [True, False, False, True]
    biased = Lif(
        2.0, 1.0, np.zeros(4), tau_syn_steps=2.0, current_bias=np.array([0.5, 0.5, -0.5, 1.0])
    )
    assert of_one(biased, 0.49, 0.51, 1.01, 0.0) == [True, False, False, False]


def test_a_current_may_remember_everything() -> None:
    """1, 2 and 3, each halved."""
    law = Lif(2.0, 3.0, np.zeros(2), leak=False, tau_syn_steps=np.array([np.inf, 1.0]))
    assert of_one(law, 1.0, 1.0, steps=3) == [False, True]


@pytest.mark.parametrize(("drive", "left"), [(0.66, True), (0.67, False)])
def test_what_only_silent_neurons_reach_is_silent(drive: float, left: bool) -> None:
    """b needs the one spike of a that can be sent, whatever its other neuron weighs."""
    found = silent(
        {"a": lif(neurons=2), "b": lif(neurons=1)},
        joint("x", "a", weights([0.6, 0.0], [0.8, 0.0])),
        joint("a", "b", weights([9.0, drive])),
    )
    assert found == {"a": [True, False], "b": [left]}


def test_in_a_loop_any_neuron_may_have_fired_before() -> None:
    law = {"a": lif(neurons=1), "b": lif(neurons=1)}
    round_trip = (
        joint("a:1", "b", weights([0.7])),
        joint("b:1", "a", weights([0.7])),
        joint("x", "a", weights([0.1, 0.1])),
    )
    assert silent(law, *round_trip) == {"a": [False], "b": [False]}
    broken = (joint("a:1", "b", weights([0.6])), *round_trip[1:])
    assert silent(law, *broken)["b"] == [True]
