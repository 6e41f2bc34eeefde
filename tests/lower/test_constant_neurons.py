"""Neurons that fire in every step become biases of their readers: 64 for each unit of weight."""

from dataclasses import replace

import numpy as np
import pytest
from constant_programs import FAR, FIRES, bias_of, constant_into_b
from pass_programs import apart, demand_same, dense, joint, lif, network, sizes

from ssr_neuro.lower import pass_names
from ssr_neuro.lower.constant_neurons import ConstantNeurons
from ssr_neuro.program.ir import IntegerLif, IntegerProgram, Program, Readout, Synapse, zeros
from ssr_neuro.program.linear_maps import Kron


def weights_of(program: IntegerProgram, name: str) -> list[list[int]]:
    (synapse,) = (s for s in program.synapses if s.name == name)
    return synapse.map.expanded().toarray().tolist()


def test_it_is_one_of_the_passes_that_optimise() -> None:
    assert "constant_neurons" in pass_names(optimising=True)


def test_neurons_that_always_fire_go_and_others_stay() -> None:
    program = network(
        {"a": lif((3,), 20, [FIRES, 0, FIRES]), "b": lif((2,), FAR, [16, -8])},
        joint("x", "a", dense(np.vstack([[0, 0, 0], [30, 30, 30], [0, 0, 0]]))),
        joint("a", "b", dense([[10, 20, 30], [-1, 5, 0]])),
        joint("b", "y", dense([[1, 2]])),
    )
    optimised = ConstantNeurons().run(program)
    assert sizes(optimised) == {"a": (1,), "b": (2,)}
    assert optimised.notes.kept == {"a": (1,)}
    assert bias_of(optimised, "b") == [16 + 64 * 40, -8 - 64]
    assert weights_of(optimised, "a_to_b") == [[20], [5]]
    assert bias_of(optimised, "a") == [0]
    demand_same(program, optimised)


def test_a_program_in_which_nothing_always_fires_is_left_as_it_is() -> None:
    program = network(
        {"a": lif((2,), 20)},
        joint("x", "a", dense(np.full((2, 3), 30))),
        joint("a", "y", dense([[1, 1]])),
    )
    assert ConstantNeurons().run(program) is program


def test_every_synapse_with_its_exponent_and_every_source_of_a_sum_counts() -> None:
    """3 << 2 from the first; 5 twice, as it is read twice; and -1 from the third."""
    program = constant_into_b(
        joint("a", "b", dense([[3]]), 2),
        joint("a a c", "b", dense([[5]])),
        joint("c a", "b", dense([[-1]])),
    )
    optimised = ConstantNeurons().run(program)
    assert bias_of(optimised, "b") == [64 * (12 + 10 - 1)]
    assert sizes(optimised) == {"c": (1,), "b": (1,)}
    assert weights_of(optimised, "a+a+c_to_b") == [[5]]
    demand_same(program, optimised)


def test_a_readouts_own_bias_takes_the_weights_themselves() -> None:
    """Of its sources one must stay: that is the last here."""
    program = network(
        {"a": lif((3,), 20, FIRES)},
        joint("x", "a", dense(zeros((3, 3)))),
        joint("a", "y", dense([[2, 3, 4], [-1, 0, 5]])),
    )
    (readout,) = program.readouts
    program = replace(program, readouts=(replace(readout, bias=np.array([10, 20])),))
    optimised = ConstantNeurons().run(program)
    assert optimised.readouts[0].bias.tolist() == [15, 19]
    assert optimised.notes.kept == {"a": (2,)}
    demand_same(program, optimised)


def two_readouts(neuron: IntegerLif) -> Program:
    """a -> y, and to z, which integrates."""
    program = network(
        {"a": lif((1,), 20, FIRES)},
        joint("a", "y", dense([[7]])),
        joint("x", "y", dense([[1, 1, 1]])),
    )
    more = (joint("a", "z", dense([[3]])), joint("x", "z", dense([[1, 1, 1]])))
    integrates = Readout("z", (1,), zeros((1,)), 0, 1.0, neuron)
    return apart(
        replace(
            program,
            synapses=(*program.synapses, *more),
            readouts=(*program.readouts, integrates),
        )
    )


def test_a_readout_that_integrates_takes_them_as_a_population_does() -> None:
    program = two_readouts(lif((1,), 1 << 17, 8))
    optimised = ConstantNeurons().run(program)
    assert not optimised.populations
    assert optimised.readouts[0].bias.tolist() == [7]
    assert optimised.readouts[1].bias.tolist() == [0]
    assert bias_of(optimised, "z") == [8 + 64 * 3]
    demand_same(program, optimised)
    remembers = two_readouts(lif((1,), 1 << 17, 8, du=2047))
    assert ConstantNeurons().run(remembers).populations == remembers.populations


@pytest.mark.parametrize(
    ("synapses", "goes"),
    [
        ([joint("a:1", "b", dense([[3]]))], False),
        ([joint("a", "b", dense([[3]])), joint("a:1", "b", dense([[3]]))], False),
        ([joint("a", "b", dense([[3]])), joint("c:1", "b", dense([[3]]))], True),
        ([joint("a c:1", "b", dense([[3]]))], True),
    ],
)
def test_what_is_read_late_stays(synapses: list[Synapse], goes: bool) -> None:
    """It is not heard in the first steps, in which a bias would be."""
    program = constant_into_b(*synapses)
    optimised = ConstantNeurons().run(program)
    assert ("a" not in sizes(optimised)) == goes
    demand_same(program, optimised)


def grid(biases: list[list[int]]) -> Program:
    """x -> a -> b -> y over positions and features; a has these biases."""
    shape = np.shape(biases)
    positions, features = (np.eye(n, dtype=np.int64) for n in shape)
    return network(
        {"a": lif(shape, 20, biases), "b": lif(shape, 20)},
        joint("x", "a", Kron(positions * 30, features)),
        joint("a", "b", Kron(positions, np.array([[1, 2], [4, 8]]))),
        joint("b", "y", Kron(positions[:1], np.array([[1, 1]]))),
    )


@pytest.mark.parametrize(
    ("biases", "left", "added"),
    [
        ([[FIRES, FIRES], [FIRES, 0], [0, 0]], (2, 2), [3, 12, 0, 0, 0, 0]),
        ([[FIRES, 0], [FIRES, FIRES], [FIRES, 0]], (2, 1), [1, 4, 3, 12, 1, 4]),
        ([[0, FIRES], [0, FIRES], [0, FIRES]], (3, 1), [2, 8, 2, 8, 2, 8]),
        ([[0, FIRES], [FIRES, 0], [0, 0]], (3, 2), [0, 0, 0, 0, 0, 0]),
        ([[FIRES, FIRES]] * 3, (0,), [3, 12, 3, 12, 3, 12]),
    ],
)
def test_a_grid_loses_whole_positions_and_whole_features(
    biases: list[list[int]], left: tuple[int, ...], added: list[int]
) -> None:
    program = grid(biases)
    optimised = ConstantNeurons().run(program)
    assert sizes(optimised).get("a", (0,)) == left
    assert bias_of(optimised, "b") == [64 * units for units in added]
    demand_same(program, optimised)
