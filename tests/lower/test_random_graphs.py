"""Graphs nobody thought of: every stage computes the same spikes, or says why it cannot."""

import numpy as np
import pytest
from example_counts import examples
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from random_graphs import random_graph
from recomputation import recompute

from converters.nir_to_program import to_program
from simulators.fast import Fast
from simulators.lava_cpu import LavaCpu
from simulators.reference import Reference
from ssr_neuro.errors import DoesNotFit
from ssr_neuro.lower import Lowering, lower
from ssr_neuro.program.arrays import Bits
from ssr_neuro.program.ir import Program
from ssr_neuro.program.trace import Trace, compare

SEEDS = st.integers(0, 2**32 - 1)
often = settings(max_examples=examples(20), suppress_health_check=list(HealthCheck))
on_lava = settings(often, max_examples=examples(5))


def compiled(seed: int, **how: object) -> tuple[Program, dict[str, Bits]]:
    """Weights of 2 to 8 bits, three samples; graphs that no chip could hold are passed over."""
    graph, steps = random_graph(seed)
    rng = np.random.default_rng(seed)
    wanted = Lowering(weight_bits=int(rng.integers(2, 9)), **how)
    try:
        program = lower(to_program(graph, steps), wanted)
    except DoesNotFit:
        assume(False)
    shape = (3, steps, *program.inputs[0].shape)
    return program, {"input": (rng.random(shape) < 0.5).astype(np.uint8)}


def recomputed(program: Program, inputs: dict[str, Bits]) -> Trace:
    values = recompute(program, inputs)
    spikes = {p.name: values[p.name].astype(np.uint8) for p in program.populations}
    return Trace(inputs, spikes, {r.name: values[r.name] for r in program.readouts})


def demand_equal(left: Trace, right: Trace, names: tuple[str, str]) -> None:
    found = compare(left, right, names)
    assert found.first is None, found.first.describe(*names)


@often
@given(seed=SEEDS, optimise=st.booleans())
def test_reference_fast_and_an_independent_recomputation_agree(seed: int, optimise: bool) -> None:
    program, inputs = compiled(seed, optimise=optimise)
    reference = Reference().run(program, inputs)
    demand_equal(recomputed(program, inputs), reference, ("recomputation", "reference"))
    demand_equal(reference, Fast().run(program, inputs), ("reference", "fast"))


@pytest.mark.lava
@on_lava
@given(seed=SEEDS, optimise=st.booleans(), membranes=st.booleans())
def test_lava_agrees_with_the_reference(seed: int, optimise: bool, membranes: bool) -> None:
    program, inputs = compiled(seed, optimise=optimise)
    reference = Reference().run(program, inputs, membranes=membranes)
    lava = LavaCpu(lanes=1 + seed % 2).run(program, inputs, membranes=membranes)
    demand_equal(reference, lava, ("reference", "Lava"))
    assert len(lava.membranes) == (len(program.populations) if membranes else 0)
    for name, v in lava.membranes.items():
        np.testing.assert_array_equal(v, reference.membranes[name])


@often
@given(seed=SEEDS)
def test_no_optimising_pass_changes_a_readout(seed: int) -> None:
    full, inputs = compiled(seed)
    small, _ = compiled(seed, optimise=True)
    before, after = (Reference().run(program, inputs) for program in (full, small))
    for name, values in before.readouts.items():
        np.testing.assert_array_equal(after.readouts[name], values)


@often
@given(seed=SEEDS)
def test_samples_back_to_back_equal_each_alone(seed: int) -> None:
    program, inputs = compiled(seed)
    together = Reference().run(program, inputs)
    for n in range(3):
        alone = Reference().run(program, {name: x[n : n + 1] for name, x in inputs.items()})
        for name, spikes in together.spikes.items():
            np.testing.assert_array_equal(alone.spikes[name][0], spikes[n])
        for name, values in together.readouts.items():
            np.testing.assert_array_equal(alone.readouts[name][0], values[n])
