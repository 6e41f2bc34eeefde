"""Where a bias would not be the same as a neuron that always fires, the neuron stays."""

from dataclasses import replace

import numpy as np
import pytest
from constant_programs import FAR, FIRES, bias_of, constant_into_b, named
from pass_programs import demand_same, dense, joint, lif, network, sizes

from ssr_neuro.lower.constant_neurons import ConstantNeurons
from ssr_neuro.program.ir import IntegerLif, Program
from ssr_neuro.program.linear_maps import Array


@pytest.mark.parametrize(
    ("du", "weights", "goes"),
    [
        (2047, [1, 0], False),
        (np.array([4095, 2047]), [1, 0], True),  # the one that remembers hears nothing
        (np.array([4095, 2047]), [0, 1], False),
        (np.array([4095, 2047]), [9, 1], False),
    ],
)
def test_a_reader_whose_current_remembers_keeps_its_source(
    du: Array | int, weights: list[int], goes: bool
) -> None:
    law = replace(lif((2,), FAR), du=du)
    program = constant_into_b(joint("a", "b", dense(np.array([weights]).T)), law=law)
    optimised = ConstantNeurons().run(program)
    assert ("a" not in sizes(optimised)) == goes
    demand_same(program, optimised)


@pytest.mark.parametrize(
    ("coarse", "fine", "goes"),
    [
        (63, 126, True),  # 64 x 8190 is 4095 << 7
        (63, 127, False),
        (64, 0, False),  # 4096 << 7
        (-63, -126, True),
        (-63, -127, False),
        (-64, 0, False),
    ],
)
def test_a_bias_fits_its_register_exactly_or_the_neuron_stays(
    coarse: int, fine: int, goes: bool
) -> None:
    """Two readers: the second could always take it."""
    program = constant_into_b(
        joint("a", "b", dense([[coarse], [1]]), 7),
        named("fine", joint("a", "b", dense([[fine], [0]]))),
        law=lif((2,), FAR),
    )
    optimised = ConstantNeurons().run(program)
    assert ("a" not in sizes(optimised)) == goes
    assert bias_of(optimised, "b") == ([64 * (128 * coarse + fine), 64 * 128] if goes else [0, 0])
    demand_same(program, optimised)


def test_a_bias_keeps_its_last_bit() -> None:
    """64 x 8064 needs an exponent of 7, and the bias of 1 that is there needs one of 0."""
    odd = IntegerLif(2048, FAR, np.array([1]), 0)
    program = constant_into_b(joint("a", "b", dense([[63]]), 7), law=odd)
    optimised = ConstantNeurons().run(program)
    assert bias_of(optimised, "b") == [1]
    assert "a" in sizes(optimised)
    small = ConstantNeurons().run(constant_into_b(joint("a", "b", dense([[63]])), law=odd))
    assert bias_of(small, "b") == [64 * 63 + 1]


def near_the_registers_end(last: int) -> Program:
    """15 x (64 << 7), 63 << 7, 64 and `last`: 131,008 and `last`."""
    return constant_into_b(
        joint("a", "b", dense([[63]]), 7),
        joint("x", "b", dense([[64] * 15 + [0, 0]]), 7),
        named("rest", joint("x", "b", dense([[0] * 15 + [64, last]]))),
        inputs=17,
    )


@pytest.mark.parametrize(("last", "goes"), [(63, True), (64, False), (-64, False)])
def test_where_a_current_could_wrap_the_neuron_stays(last: int, goes: bool) -> None:
    """The register holds less than 131,072 weight units."""
    program = near_the_registers_end(last)
    optimised = ConstantNeurons().run(program)
    assert ("a" not in sizes(optimised)) == goes
    demand_same(program, optimised)


def wrapping(*readers: str) -> Program:
    """a is read by b and c or one of them; c could wrap, as nine weights of 127 << 7 reach it."""
    return network(
        {"a": lif((1,), 20, FIRES), "b": lif((1,), 20), "c": lif((1,), 20)},
        *(joint("a", reader, dense([[3]])) for reader in readers),
        joint("x", "c", dense(np.full((1, 9), 127)), 7),
        joint("x", "b", dense(np.full((1, 9), 5))),
        joint("b c", "y", dense([[1]])),
    )


@pytest.mark.parametrize(("readers", "goes"), [("b", True), ("c", False), ("bc", False)])
def test_only_currents_of_readers_matter(readers: str, goes: bool) -> None:
    program = wrapping(*readers)
    optimised = ConstantNeurons().run(program)
    assert ("a" not in sizes(optimised)) == goes
    demand_same(program, optimised)
