"""Sums of whole numbers in float32: where they are exact, and where int64 takes over."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from chain_programs import chain, dense
from pass_programs import joint, lif
from small_programs import random_inputs

from simulators.fast_maps import Layout, arrange, exact_in_float32, layouts, restore, weigh
from simulators.reference import SIMULATOR as REFERENCE
from ssr_neuro import registry
from ssr_neuro.program.ir import (
    Affine,
    Input,
    IntegerProgram,
    Population,
    Source,
    Synapse,
    as_integer,
    zeros,
)
from ssr_neuro.program.linear_maps import Array, Dense, Kron, LinearMap, Sparse
from ssr_neuro.program.trace import compare


def wide(sources: int, weight: int, exponent: int) -> IntegerProgram:
    """One neuron that hears `sources` of `weight` times 2^exponent."""
    program = as_integer(chain(dense(1, sources, weight)))
    (synapse, *others) = program.synapses
    return replace(program, synapses=(replace(synapse, exponent=exponent), *others))


@pytest.mark.parametrize(
    ("sources", "weight", "exponent", "exact"),
    [(1024, 64, 7, True), (2047, 64, 7, True), (2048, 64, 7, False), (4095, 64, 7, False)],
)
def test_float32_holds_whole_numbers_below_2_to_the_24(
    sources: int, weight: int, exponent: int, exact: bool
) -> None:
    program = wide(sources, weight, exponent)
    assert exact_in_float32(program, program.synapses[0].target) is exact
    inputs = random_inputs(program, 3, 0, rate=0.999)
    runs = (REFERENCE.run(program, inputs), registry.load("fast").run(program, inputs))
    assert compare(*runs, ("reference", "fast")).equal


RNG = np.random.default_rng(0)
WEIGHTS = RNG.integers(-127, 128, (5, 4))
EYE3, EYE4 = np.eye(3, dtype=np.int64), np.eye(4, dtype=np.int64)
SPARSE = np.where(RNG.random((9, 8)) < 0.1, 7, 0)
MAPS: dict[str, LinearMap] = {
    "every position": Kron(EYE3, WEIGHTS),
    "one position": Kron(EYE3[1:2], WEIGHTS),
    "positions in another order": Kron(EYE3[[2, 0, 1, 1]], WEIGHTS),
    "positions turned": Kron(EYE3[[2, 0, 1]], WEIGHTS),
    "positions summed": Kron(np.array([[1, 1, 0], [0, 1, 1]]), WEIGHTS),
    "a position left out": Kron(np.array([[0, 0, 0], [0, 1, 0]]), WEIGHTS),
    "mixed positions": Kron(RNG.integers(-127, 128, (2, 3)), EYE4),
    "mixed positions of sum 1": Kron(np.array([[2, -1, 0], [0, 3, -2]]), EYE4),
    "features in another order": Kron(EYE3, EYE4[[3, 1]]),
    "features turned": Kron(EYE3, EYE4[[3, 0, 1, 2]]),
    "features mixed": Kron(EYE3, np.arange(3, 19).reshape(4, 4)),
    "a matrix": Dense(RNG.integers(-127, 128, (6, 12)), (3, 4), (2, 3)),
    "few weights": Sparse(sp.csr_array(SPARSE), (8,), (9,)),
    "many weights": Sparse(sp.csr_array(SPARSE + 1), (8,), (3, 3)),
    "no weight": Sparse(sp.csr_array((9, 8), dtype=np.int64), (8,), (9,)),
}


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
@pytest.mark.parametrize("name", MAPS)
def test_a_map_made_ready_is_its_matrix(name: str, dtype: type) -> None:
    linear = MAPS[name]
    synapse = Synapse("s", (Source("a", 1),), "b", (Affine(linear, zeros((1,))),))
    layout: dict[str, Layout] = {
        "a": "grid" if len(linear.in_shape) == 2 else "flat",
        "b": "grid" if len(linear.out_shape) == 2 else "flat",
    }
    x = RNG.integers(0, 2, (2, 5, *linear.in_shape))
    given: Array = arrange(x, linear.in_shape, layout["a"]).astype(dtype)
    found = restore(weigh(synapse, layout).apply(given), linear.out_shape, np.int64)
    matrix = linear.expanded().toarray()
    expected = (x.reshape(10, -1) @ matrix.T).reshape(2, 5, *linear.out_shape)
    np.testing.assert_array_equal(found, expected)
    assert found.any() or name == "no weight"


ALIKE = Kron(EYE3, EYE4)
FLAT = Dense(np.ones((12, 12), np.int64), (3, 4), (3, 4))


def laid(*synapses: Synapse) -> dict[str, Layout]:
    """How x and the populations a to f lie, all of 3 positions by 4 features."""
    populations = tuple(Population(name, (3, 4), lif((3, 4))) for name in "abcdef")
    return layouts(IntegerProgram("laid", 1, (Input("x", (3, 4)),), populations, synapses, ()))


def test_what_a_kron_reads_or_feeds_lies_as_a_grid() -> None:
    found = laid(joint("x", "a", FLAT), joint("a", "b", ALIKE), joint("b a", "c", FLAT))
    assert {name for name, layout in found.items() if layout == "grid"} == {"a", "b"}
    assert set(found) == set("xabcdef")


def test_what_is_summed_with_a_grid_lies_as_one() -> None:
    """c with b, d with c, whichever synapse stands first; e and f, which only read them, do not."""
    sums = joint("c d", "e", FLAT), joint("b c", "f", FLAT), joint("x", "c", FLAT)
    for order in (sums, sums[::-1]):
        found = laid(*order, joint("a", "b", ALIKE))
        assert {name for name, layout in found.items() if layout == "grid"} == set("abcd")


def test_without_a_kron_all_lie_flat() -> None:
    found = laid(joint("x", "a", FLAT), joint("x a", "b", FLAT))
    assert set(found.values()) == {"flat"}
