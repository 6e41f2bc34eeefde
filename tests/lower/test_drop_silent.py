"""Neurons that no input can make fire go, and sums lose what sends nothing."""

from dataclasses import replace

import numpy as np
from pass_programs import demand_same, dense, joint, lif, network, sizes

from ssr_neuro.lower import pass_names
from ssr_neuro.lower.drop_silent import DropSilent
from ssr_neuro.program.ir import IntegerProgram
from ssr_neuro.program.linear_maps import Kron

SILENT = -30_000  # a bias that no input here makes up for


def sources_of(program: IntegerProgram, target: str) -> list[list[str]]:
    return [[x.name for x in s.sources] for s in program.into(target)]


def test_it_is_one_of_the_passes_that_optimise() -> None:
    assert "drop_silent" in pass_names(optimising=True)


def test_silent_neurons_go_with_what_only_they_wake() -> None:
    """Neuron 1 of a is silent, and so is b, which hears nothing else."""
    program = network(
        {"a": lif((3,), 20, [0, SILENT, 0]), "b": lif((2,), 20)},
        joint("x", "a", dense(np.full((3, 3), 30))),
        joint("a", "b", dense([[0, 50, 0], [0, 60, 0]])),
        joint("a", "y", dense([[1, 2, 4]])),
        joint("b", "y", dense([[1, 1]])),
    )
    optimised = DropSilent().run(program)
    assert sizes(optimised) == {"a": (2,)}
    assert optimised.notes.kept["a"] == (0, 2)
    assert [s.name for s in optimised.synapses] == ["x_to_a", "a_to_y"]
    assert optimised.synapses[1].map.expanded().toarray().tolist() == [[1, 4]]
    demand_same(program, optimised)


def test_a_neuron_that_can_just_fire_stays() -> None:
    """3 x 64 x 7 = 1344 is above 64 x 20, and 3 x 64 x 6 is not, however often it comes."""
    program = network(
        {"a": replace(lif((2,), 20), dv=4096)},
        joint("x", "a", dense([[7, 7, 7], [6, 6, 6]])),
        joint("a", "y", dense([[1, 2]])),
    )
    optimised = DropSilent().run(program)
    assert optimised.notes.kept == {"a": (0,)}
    demand_same(program, optimised)


def test_the_clock_stays_though_it_is_silent_within_every_sample() -> None:
    program = network(
        {"a": lif((2,), 20, [0, SILENT])},
        joint("x", "a", dense(np.full((2, 3), 30))),
        joint("a:2", "y", dense([[1, 2]])),
    )
    optimised = DropSilent().run(program)
    assert sizes(optimised) == {"quiet": (2,), "a": (1,)}
    assert sources_of(optimised, "a") == [["quiet"], ["x"]]
    demand_same(program, optimised)


def test_a_sum_loses_sources_that_send_nothing_through_it() -> None:
    """Neurons 0 and 1 of b have weights in the sum. While 1 fires b stays, and else it leaves it.
    The input stays, as it can always fire."""

    def quiet_in_b(*silent: int) -> IntegerProgram:
        return network(
            {"a": lif((3,), 20, [0, 0, SILENT]), "b": lif((3,), 20, silent)},
            joint("x", "a", dense(np.full((3, 3), 30))),
            joint("x", "b", dense(np.full((3, 3), 30))),
            joint("x a b", "y", dense([[3, 5, 0], [1, 1, 0]])),
            joint("b", "y", dense([[0, 0, 1], [0, 0, 0]])),
        )

    one, both = quiet_in_b(SILENT, 0, 0), quiet_in_b(SILENT, SILENT, 0)
    assert sources_of(DropSilent().run(one), "y") == [["x"], ["a"], ["b"], ["b"]]
    assert sources_of(DropSilent().run(both), "y") == [["x"], ["a"], ["b"]]
    for full in (one, both):
        demand_same(full, DropSilent().run(full))


def grid(read: int) -> IntegerProgram:
    """x -> a and b of (2, 2), silent in one neuron -> y, which reads feature `read` of position 0.

    As a Kron ends at both, they keep all of their neurons.
    """
    eye = np.eye(2, dtype=np.int64)
    part = lif((2, 2), 20, [[SILENT, 0], [0, 0]])
    return network(
        {"a": part, "b": part},
        joint("x", "a", Kron(eye * 30, eye)),
        joint("x", "b", Kron(eye * 40, eye)),
        joint("a b", "y", Kron(eye[:1], 5 * eye[read : read + 1])),
    )


def test_of_sources_that_send_nothing_the_first_stays() -> None:
    for read, sources in ((0, ["a"]), (1, ["a", "b"])):
        optimised = DropSilent().run(grid(read))
        assert sizes(optimised) == {"a": (2, 2), "b": (2, 2)}
        assert sources_of(optimised, "y") == [sources]
        demand_same(grid(read), optimised)


def test_of_silent_populations_one_neuron_stays_where_a_readout_has_no_other_source() -> None:
    program = network(
        {"a": lif((3,), 20, SILENT), "b": lif((3,), 20, SILENT)},
        joint("x", "a", dense(np.full((3, 3), 30))),
        joint("x", "b", dense(np.full((3, 3), 30))),
        joint("a b", "y", dense([[1, 2, 3]])),
    )
    optimised = DropSilent().run(program)
    assert optimised.notes.kept == {"a": (0,), "b": ()}
    assert sources_of(optimised, "y") == [["a"]]
    demand_same(program, optimised)
